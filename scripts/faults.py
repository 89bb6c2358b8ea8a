"""Kills runs at random moments and checks what they leave. See scripts/faults."""

import collections
import hashlib
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

PREVIOUS, LEFTOVERS = "out.上一次", ["out.未完成", "out.待删除", ".out.正在写"]


def state(folder):
    """The digest of every file below a folder; the receipt without its time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            lines = path.read_bytes().split(b"\n")
            content = b"\n".join(line for line in lines if not line.startswith(b'  "time":'))
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def main(program, kills, seed):
    chosen = random.Random(seed)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        (place / "outputs").mkdir()
        out, previous = place / "outputs" / "out", place / "outputs" / PREVIOUS
        files = sorted(pathlib.Path("data/sample/2025").glob("*.xlsx"))[:6]
        inputs, known, shortest = [], [], 60.0
        for name, part in (("甲", files[:3]), ("乙", files[3:])):
            (place / name).mkdir()
            for path in part:
                shutil.copy(path, place / name)
            inputs.append([program, "run", str(place / name), "-q", "-o"])
            begun = time.monotonic()
            subprocess.run([*inputs[-1], str(place / f"{name}-out")], check=True)
            shortest = min(shortest, time.monotonic() - begun)
            known.append(state(place / f"{name}-out"))
        subprocess.run([*inputs[0], str(out)], check=True)
        for kill in range(kills):
            running = subprocess.Popen([*inputs[chosen.randrange(2)], str(out)])
            # Half of the moments in the last part of the run, where things are put in place.
            share = chosen.random() if chosen.random() < 0.5 else 0.6 + 0.4 * chosen.random()
            time.sleep(shortest * share)
            running.kill()
            counts["killed" if running.wait() < 0 else "had ended"] += 1
            unfinished = any((out.parent / name).exists() for name in LEFTOVERS)
            counts["with something unfinished beside"] += unfinished
            if not out.exists():
                counts["with the old outputs set aside"] += 1
            whole = state(out if out.exists() else previous)
            if whole not in known:
                sys.exit(f"kill {kill}: half of the outputs in {out if out.exists() else previous}")
            # The next start has nothing to read: it cleans up and puts back.
            assert subprocess.run([program, "run", str(place / "nothing"), "-q", "-o", str(out)], stderr=subprocess.DEVNULL).returncode == 2
            left = [name for name in LEFTOVERS if (out.parent / name).exists()]
            if left or state(out) not in known:
                sys.exit(f"kill {kill}: the next start leaves {left or 'half of the outputs'}")
    print(f"{kills} kills, seed {seed}, over {shortest:.2f} s: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    print("the outputs were whole each time")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
