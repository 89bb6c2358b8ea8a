"""Builds the fictional sample county, or many workbooks for measuring.

Run it through `scripts/sample`, which sets up the Python packages:

    scripts/sample                      data/sample anew, and tests/formats
    scripts/sample --units 3000 --out target/bench/in --fmt xlsx --seed 1 --year 2025

The first form writes roster.csv, 2025/, 2024/ and the truth about them. The
second writes files/, roster.csv, truth_totals.csv and truth_broken.csv.
The same seed gives the same bytes.
"""

import argparse
from pathlib import Path

from sample_county import bulk, sample


def main():
    """Reads the arguments and builds what they ask for."""
    parser = argparse.ArgumentParser(description="builds the sample county or files to measure")
    parser.add_argument("--units", type=int, help="number of workbooks to measure with")
    parser.add_argument("--out", type=Path, help="folder to write (default data/sample)")
    parser.add_argument("--fmt", choices=["xlsx", "xls", "csv", "ods", "docx", "html"], default="xlsx")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--year", type=int, default=2025)
    arguments = parser.parse_args()
    if arguments.units is None:
        root = arguments.out or Path(__file__).resolve().parent.parent / "data" / "sample"
        root.mkdir(parents=True, exist_ok=True)
        built = sample.build(root, arguments.seed)
        print(f"{len(built.files)} files, {len(built.findings)} planted findings")
        formats = root.parent.parent / "tests" / "formats" if arguments.out is None else root / "formats"
        print(f"one report in {sample.one_report(formats, arguments.seed)} kinds of files")
        return
    if arguments.out is None:
        parser.error("--units needs --out")
    plan = bulk.Plan(arguments.units, arguments.fmt, arguments.seed, arguments.year)
    print(bulk.build(arguments.out, plan))


if __name__ == "__main__":
    main()
