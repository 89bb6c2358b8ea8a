"""Rolls a fictional country up, compares every total of every level with the truth, and states time and peak memory.

Run it through `scripts/rollup-check`, which sets up the Python packages and builds the program.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

COUNTS = {"units_expected": "expected", "units_reporting": "reporting", "units_blank": "blank",
          "units_flagged": "flagged", "cells_corrected": "corrected_cells", "cells_left_out": "left_out"}
AMOUNTS = {"total": "total", "total_unflagged": "unflagged", "total_corrected": "corrected", "official": "official"}


def measured(command):
    """Runs a command; returns seconds, the peak of its memory in MiB, and what it said."""
    start = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}: {said}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, said


def differing(database, query):
    """Returns how many rows were compared and how many differ."""
    return database.execute(query).fetchone()


def compare(truth, out):
    """Compares totals.csv and totals_by_kind.csv with the truth, cell by cell; returns what differs."""
    database = duckdb.connect()
    read = f"read_csv('{out}/data/totals.csv', all_varchar = true)"
    faults = []
    same = " AND ".join(f"CAST(t.{column} AS BIGINT) = w.{name}" for column, name in COUNTS.items())
    for column, name in AMOUNTS.items():
        whole = "w.outputs" if name == "official" else "1"
        there = f"w.{name}_present >= {whole}"
        same += (f" AND CASE WHEN {there} THEN CAST(t.{column} AS DECIMAL(38, 4)) * 10000 = w.{name}"
                 f" ELSE t.{column} IS NULL END")
    rows, equal = differing(database, f"""
        SELECT count(*), count(*) FILTER (WHERE t.body_path IS NOT NULL AND {same})
        FROM '{truth}/totals.parquet' w LEFT JOIN {read} t
        ON t.body_path = w.body_path AND CAST(t.year AS INT) = w.year AND t.indicator = w.indicator""")
    written = database.execute(f"SELECT count(*) FROM {read}").fetchone()[0]
    faults.append(("totals.csv", rows, rows - equal, written - rows))
    read = f"read_csv('{out}/data/totals_by_kind.csv', all_varchar = true)"
    rows, equal = differing(database, f"""
        SELECT count(*), count(*) FILTER (WHERE t.body_path IS NOT NULL AND CAST(t.units_reporting AS BIGINT) = w.reporting
            AND coalesce(CAST(t.total AS DECIMAL(38, 4)), 0) * 10000 = w.total)
        FROM '{truth}/kinds.parquet' w LEFT JOIN {read} t ON t.body_path = w.body_path
            AND CAST(t.year AS INT) = w.year AND t.indicator = w.indicator AND t.kind = w.kind""")
    written = database.execute(f"SELECT count(*) FROM {read}").fetchone()[0]
    faults.append(("totals_by_kind.csv", rows, rows - equal, written - rows))
    return faults


def main():
    """Reads the arguments, rolls up, compares."""
    parser = argparse.ArgumentParser(description="rolls a fictional country up and compares it with its truth")
    parser.add_argument("program", type=Path, help="the program")
    parser.add_argument("country", type=Path, help="a folder that sample_country.py made")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    plan = parser.parse_args()
    out = plan.country / "out"
    for old in [out, out.with_name("out.上一次")]:
        shutil.rmtree(old, ignore_errors=True)
    command = [plan.program, "rollup", plan.country / "country", "-o", out, "--data-only", "--jobs", str(plan.jobs),
               "--lang", "en"]
    seconds, peak, said = measured(command)
    print(said.strip().splitlines()[-1])
    print(f"{seconds:.1f} s, {peak:.0f} MiB at most, {plan.jobs} threads")
    wrong = False
    for table, rows, differ, surplus in compare(plan.country / "truth", out):
        print(f"{table}: {rows} rows compared in every cell, {differ} differ, {surplus} written that should not be")
        wrong |= differ > 0 or surplus != 0
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
