"""Kills runs at random moments, fills their disks, and checks what they leave. See scripts/faults."""

import collections
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

PREVIOUS, ASIDE, DISCARDED = "out.上一次", "out.新结果", "out.待删除"
LEFTOVERS = ["out.未完成", DISCARDED, ".out.正在写"]
# Runs a command as root without the capabilities that ignore file permissions.
OBEYING = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]


def state(folder):
    """The digest of every file below a folder; the receipt without its time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            lines = path.read_bytes().split(b"\n")
            content = b"\n".join(line for line in lines if not line.startswith(b'  "time":'))
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def two_counties(program, place):
    """The commands of two kinds of runs but for their output folder, what each writes, and how long the shorter takes."""
    files = sorted(pathlib.Path("data/sample/2025").glob("*.xlsx"))[:6]
    runs, known, shortest = [], [], 60.0
    for name, part in (("甲", files[:3]), ("乙", files[3:])):
        (place / name).mkdir()
        for path in part:
            shutil.copy(path, place / name)
        runs.append([program, "run", str(place / name), "-q", "-o"])
        begun = time.monotonic()
        subprocess.run([*runs[-1], str(place / f"{name}-out")], check=True)
        shortest = min(shortest, time.monotonic() - begun)
        known.append(state(place / f"{name}-out"))
    return runs, known, shortest


def kill_until_hit(place, runs, known, shortest, kills, seed):
    (place / "outputs").mkdir()
    out, previous = place / "outputs" / "out", place / "outputs" / PREVIOUS
    chosen, counts = random.Random(seed), collections.Counter()
    subprocess.run([*runs[0], str(out)], check=True)
    while counts["killed"] < kills:
        running = subprocess.Popen([*runs[chosen.randrange(2)], str(out)])
        # Half of the kills are in the last part of the run, in which the outputs are put in place.
        share = chosen.random() if chosen.random() < 0.5 else 0.6 + 0.4 * chosen.random()
        time.sleep(shortest * share)
        running.kill()
        counts["killed" if running.wait() < 0 else "ended before"] += 1
        unfinished = any((out.parent / name).exists() for name in LEFTOVERS)
        counts["with something unfinished beside"] += unfinished
        if not out.exists():
            counts["with the old outputs set aside"] += 1
        whole = state(out if out.exists() else previous)
        if whole not in known:
            sys.exit(f"{counts}: half of the outputs in {out if out.exists() else previous}")
        # The next start has no input: it only removes leftovers and restores outputs.
        nothing = [*runs[0][:2], str(place / "nothing"), "-q", "-o", str(out)]
        assert subprocess.run(nothing, stderr=subprocess.DEVNULL).returncode == 2
        left = [name for name in LEFTOVERS if (out.parent / name).exists()]
        if left or state(out) not in known:
            sys.exit(f"{counts}: the next start leaves {left or 'half of the outputs'}")
    print(f"seed {seed}, over {shortest:.2f} s: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))


def fill_the_disk(place, runs, known, moments):
    disk = place / "disk"
    disk.mkdir()

    def mount(*options):
        return subprocess.run(["mount", *options, str(disk)], stderr=subprocess.DEVNULL).returncode == 0

    if not mount("-t", "tmpfs", "-o", "size=64m", "tmpfs"):
        print("full and read-only disks: skipped, none can be mounted here")
        return
    out, kept = disk / "out", {"nothing": None, "old outputs": place / "甲-out"}
    try:
        for there, old in kept.items():
            if old:
                shutil.copytree(old, out)
            before, held = state(disk), shutil.disk_usage(disk).used
            needed = sum(path.stat().st_size for path in (place / "乙-out").rglob("*") if path.is_file())
            options = [f"size={held + 4096 + needed * moment // moments}" for moment in range(moments)]
            for option in [*options, "ro"]:
                assert mount("-o", f"remount,{option}")
                run = subprocess.run([*runs[1], str(out)], capture_output=True, text=True)
                words = "Read-only file system" if option == "ro" else "No space left on device"
                said = run.stderr.count("\n") == 1 and words in run.stderr
                beside = [path.name for path in disk.iterdir()]
                if run.returncode != 2 or not said or state(disk) != before or beside != (["out"] if old else []):
                    sys.exit(f"{option}, {there} in place: {run.returncode}, {run.stderr!r}, left {beside}")
                assert mount("-o", "remount,rw,size=64m")
            subprocess.run([*runs[1], str(out)], check=True)
            assert state(out) == known[1]
            shutil.rmtree(out)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    print(f"disks full at {moments} places and read-only, each with nothing and with old outputs in place: said in a line")


def refuse_renames(place, runs, known):
    """Mounts something on the old outputs and on those before, at once and after the run has begun."""
    parent = place / "mounts"
    parent.mkdir()
    out, previous, pipe = parent / "out", parent / PREVIOUS, place / "pipe"
    for run in (runs[0], runs[1]):
        subprocess.run([*run, str(out)], check=True)
    if subprocess.run(["mount", "--bind", str(out), str(out)], stderr=subprocess.DEVNULL).returncode:
        print("mount points: skipped, none can be made here")
        return
    subprocess.run(["umount", str(out)], check=True)
    os.mkfifo(pipe)
    for mounted in (out, previous):
        before = state(parent)
        subprocess.run(["mount", "--bind", str(mounted), str(mounted)], check=True)
        run = subprocess.run([*runs[0], str(out)], capture_output=True, text=True)
        if run.returncode != 2 or str(mounted) not in run.stderr or state(parent) != before:
            sys.exit(f"{mounted.name} is a mount point: {run.returncode}, {run.stderr!r}")
        subprocess.run(["umount", str(mounted)], check=True)
        # The run has checked that it can rename before it waits for the pipe.
        running = subprocess.Popen([*runs[0], str(out), "--explanations", str(pipe)], stderr=subprocess.PIPE, text=True)
        with pipe.open("w") as explanations:
            subprocess.run(["mount", "--bind", str(mounted), str(mounted)], check=True)
            explanations.write("finding_id,fingerprint,explanation\n")
        said = running.communicate()[1]
        subprocess.run(["umount", str(mounted)], check=True)
        whole = [state(out), state(previous), set(state(parent / ASIDE))]
        if running.returncode != 2 or ASIDE not in said or whole != [known[1], known[0], set(known[0])]:
            sys.exit(f"{mounted.name} became a mount point: {running.returncode}, {said!r}, {sorted(parent.iterdir())}")
        subprocess.run([*runs[0], str(out)], check=True)
        left = sorted(path.name for path in parent.iterdir())
        if [state(out), state(previous), left] != [known[0], known[1], ["out", PREVIOUS]]:
            sys.exit(f"{mounted.name} is no mount point any more: left {left}")
        subprocess.run([*runs[1], str(out)], check=True)
    print("mount points on OUT and on the outputs before, from the start and from the middle: said, nothing lost")


def forbid(place, runs, known):
    """Takes permissions away from folders beside and above."""
    if subprocess.run([*OBEYING, "true"], stderr=subprocess.DEVNULL).returncode:
        print("permissions: skipped, setpriv cannot be run here")
        return
    parent = place / "permissions"
    parent.mkdir()
    out, previous = parent / "out", parent / PREVIOUS
    for run in (runs[0], runs[1]):
        subprocess.run([*run, str(out)], check=True)
    for forbidden, mode in ((parent, 0o555), (previous, 0o000), (out, 0o000), (out / "data", 0o000)):
        before = state(parent)
        forbidden.chmod(mode)
        run = subprocess.run([*OBEYING, *runs[0], str(out)], capture_output=True, text=True)
        forbidden.chmod(0o755)
        if run.returncode != 2 or run.stderr.count("\n") != 1 or state(parent) != before:
            sys.exit(f"{forbidden.name} may not be used: {run.returncode}, {run.stderr!r}")
    # Outputs that cannot be removed do not block a run, whether whole or not.
    for attempt in range(6):
        locked = previous / ("data" if attempt % 2 else "手工")
        locked.mkdir(exist_ok=True)
        (locked / "a.txt").write_text("a")
        locked.chmod(0o555)
        subprocess.run([*OBEYING, *runs[attempt % 2], str(out)], check=True)
        if [state(out), state(previous)] != [known[attempt % 2], known[1 - attempt % 2]]:
            sys.exit(f"outputs that cannot be removed: wrong after {attempt + 1} runs")
    stuck = [path for path in parent.iterdir() if path.name.startswith(DISCARDED)]
    for folder in [path for stuck_one in stuck for path in [stuck_one, *stuck_one.rglob("*")] if path.is_dir()]:
        folder.chmod(0o755)
    subprocess.run([*OBEYING, *runs[0], str(out)], check=True)
    left = sorted(path.name for path in parent.iterdir())
    if not stuck or left != ["out", PREVIOUS]:
        sys.exit(f"{len(stuck)} folders could not be removed, and {left} are left when they can")
    print(f"folders without permission: said, nothing lost; {len(stuck)} that could not be removed blocked nothing")


def book_texts(book):
    """All texts of a workbook, as one."""
    with zipfile.ZipFile(book) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if "sharedStrings" in name or "sheet" in name)


def kill_rounds(program, place, kills, seed):
    """Kills rounds of a work folder; the next whole round must find every decision, every added file and every round."""
    root = place / "2025年年报"
    start = [program, "start", str(root), "--roster", "data/sample/roster.csv"]
    subprocess.run(start, check=True, stderr=subprocess.DEVNULL)
    for path in sorted(pathlib.Path("data/sample/2025").glob("*.xlsx"))[:4]:
        shutil.copy(path, root / "收件")
    command = [program, "round", str(root), "--date", "2026-02-05", "-q"]
    begun = time.monotonic()
    subprocess.run(command, check=True)
    whole, chosen, counts = time.monotonic() - begun, random.Random(seed), collections.Counter()
    added, decided = [], []
    while counts["killed"] < kills:
        number = len(added) + 1
        (root / "收件" / "来信.txt").write_text(f"第{number}封")
        added.append(f"手工{number}")
        decided.append(f"依据{number}")
        (root / "结果" / f"{added[-1]}.txt").write_text(added[-1])
        rows = f"单位,指标,原填,改为,依据\n甲山镇,t3.received.total,{900000 + number},1,{decided[-1]}\n"
        (root / f"办理单_更正{number}.csv").write_text(rows)
        running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(whole * (0.5 + 0.6 * chosen.random()))
        running.kill()
        counts["killed" if running.wait() < 0 else "ended before"] += 1
        counts["with the old outputs beside"] += (root / "结果.上一次").exists()
        subprocess.run(command, check=True)
        there = {path.stem for path in root.rglob("手工*.txt")}
        texts = book_texts(root / "办理单.xlsx")
        rounds = sorted(path.name for path in (root / "历次").iterdir() if (path / "结果/data/manifest.json").exists())
        last = json.loads((root / "结果/data/manifest.json").read_text())["round"]
        wanted = sorted(f"第{round}次" for round in range(1, last))
        litter = [path.name for path in root.iterdir() if path.name.startswith((".", "结果."))]
        lost = [name for name in added if name not in there] + [text for text in decided if text not in texts]
        if lost or rounds != wanted or litter:
            sys.exit(f"{counts}: lost {lost}, rounds {rounds} of {last}, left {litter}")
    print(f"rounds, seed {seed}: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))


def main(program, kills, seed):
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        runs, known, shortest = two_counties(program, place)
        fill_the_disk(place, runs, known, 50)
        refuse_renames(place, runs, known)
        forbid(place, runs, known)
        kill_until_hit(place, runs, known, shortest, kills, seed)
        kill_rounds(program, place, max(1, kills // 10), seed)
    print("the outputs were whole each time")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
