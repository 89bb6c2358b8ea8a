"""Runs the programs that `scripts/bench` compares and prints the table.

    bench_peers.py compare FOLDER --files N --rounds R [--alone]
    bench_peers.py read FOLDER        (python-calamine, the peer itself)
"""

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

OUT = Path("target/bench/out")
PARTS = ("processor", "wall", "peak")


@dataclass
class Cost:
    """What one process took: seconds of processor and of time, MiB at its peak."""

    processor: float
    wall: float
    peak: float


def read(folder):
    """Opens every workbook, reads the first sheet and counts the filled cells."""
    from python_calamine import CalamineWorkbook

    files = cells = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        cells += sum(value != "" for row in rows for value in row)
        files += 1
    print(f"{files} files, {cells} cells")


def peers(folder, profile, alone):
    """Names and command lines, in the order of the rounds; those of calamine where it reads such files."""
    files, roster = str(folder / "files"), str(folder / "roster.csv")
    huizong = [
        f"target/{profile}/huizong", "run", files, "--roster", roster,
        "-o", str(OUT), "--quiet",
    ]
    own = {"huizong run": huizong, "the same, data": [*huizong, "--data-only", "--facts", "parquet"]}
    if alone:
        return own
    return {
        **own,
        "bare calamine": ["target/release/examples/bare_calamine", files],
        "python-calamine": [sys.executable, "-B", __file__, "read", str(folder / "files")],
    }


def measure(command):
    """Runs a command to its end; stops everything if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit status {process.returncode}: {' '.join(command)}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def hold(folder):
    """Holds the totals of the run just made against what the workbooks were written from."""
    totals = {row["indicator"]: row["total"] for row in rows(OUT / "data" / "totals.csv")}
    for row in rows(folder / "truth_totals.csv"):
        if Decimal(totals[row["indicator"]]) != Decimal(row["total"]):
            raise SystemExit(f"{row['indicator']}: {totals[row['indicator']]}, not {row['total']}")


def rows(path):
    """The rows of a table."""
    with path.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def clear():
    """Removes the outputs of the run before, and the copy kept of it; what is still to be written is waited for."""
    for path in OUT.parent.glob(f"{OUT.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    os.sync()


def medians(costs):
    """The middle of each figure over the rounds."""
    return Cost(*(statistics.median(getattr(cost, part) for cost in costs) for part in PARTS))


def report(results, files):
    """Prints a line for each program."""
    floor = results.get("bare calamine")
    print(f"{'':16} {'ms/file':>8} {'wall s':>8} {'peak MiB':>9}" + (f" {'ratio':>6}" if floor else ""))
    for name, cost in results.items():
        each = cost.processor * 1000 / files
        ratio = f" {cost.processor / floor.processor:6.2f}" if floor else ""
        print(f"{name:16} {each:8.3f} {cost.wall:8.2f} {cost.peak:9.1f}{ratio}")


def compare(folder, files, rounds, profile, alone):
    """Interleaved rounds over all programs."""
    commands = peers(folder, profile, alone)
    costs = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            clear()
            costs[name].append(measure(command))
            if command[0].endswith("/huizong"):
                hold(folder)
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    clear()
    report({name: medians(entries) for name, entries in costs.items()}, files)


def main():
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description="compares the processor time of reading workbooks")
    parser.add_argument("what", choices=["compare", "read"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="release")
    parser.add_argument("--alone", action="store_true", help="leave calamine out")
    arguments = parser.parse_args()
    if arguments.what == "read":
        read(arguments.folder)
    elif arguments.files < 1 or arguments.rounds < 1:
        parser.error("--files and --rounds must be at least 1")
    else:
        compare(arguments.folder, arguments.files, arguments.rounds, arguments.profile, arguments.alone)


if __name__ == "__main__":
    main()
