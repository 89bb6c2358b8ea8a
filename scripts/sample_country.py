"""Makes a fictional country of output folders as `huizong run --data-only --facts parquet` writes them, with its truth.

    scripts/rollup-check            makes one, rolls it up and compares every cell
    python scripts/sample_country.py OUT --counties 2900 --units 40000 --seed 1

Below OUT are `country/<province>/<city>/<county>/<year>` and `truth/`: the totals of every level, added up here and
not by huizong. Amounts in the truth are whole numbers of ten-thousandths. The same seed gives the same figures.
"""

import argparse
import csv
import hashlib
import io
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
KINDS = ["township", "subdistrict", "department", "other"]
STATES = ["number", "blank", "na", "text"]
SCALE = 10_000
PARQUET_SCALE = 10**15  # from ten-thousandths to the 19 decimals of facts.parquet
FACTS = ["unit_id", "unit", "year", "form", "indicator", "value", "state", "raw", "file", "sheet", "cell", "correction"]
UNITS = ["unit_id", "unit", "kind", "status", "year", "form", "file", "must_fix", "must_explain", "notes",
         "cells_number", "cells_blank", "cells_other"]
FINDINGS = ["finding_id", "rule", "severity", "unit_id", "unit", "year", "indicator", "file", "sheet", "cell", "given",
            "expected", "difference", "checks", "suspects", "message", "fingerprint", "status", "explanation"]
TOTALS = ["year", "form", "indicator", "total", "units_expected", "units_reporting", "units_blank", "units_flagged",
          "total_unflagged", "official", "difference", "total_corrected", "cells_corrected", "cells_left_out"]


@dataclass
class Form:
    """The indicators of a form, and where the cells of its table 3 stand among them."""

    name: str
    indicators: list
    at: dict
    money: np.ndarray


def read_form(name):
    """Reads a form as the program does: tables, blocks, rows, columns; combined rows are left out."""
    raw = tomllib.loads((ROOT / "data" / "forms" / f"{name}.toml").read_text(encoding="utf-8"))
    indicators = []
    for table in raw["table"]:
        for block in table["block"]:
            combined = block.get("combined", {}).get("id")
            for row in (row for row in block["rows"] if row["id"] != combined):
                for column in block["columns"]:
                    indicators.append((f"{table['id']}.{row['id']}.{column['id']}", column.get("kind", "count")))
    names = [name for name, _ in indicators]
    money = np.array([kind == "money" for _, kind in indicators])
    return Form(name, names, {name: at for at, name in enumerate(names)}, money)


APPLICANTS = ["natural_person", "business", "research", "social_welfare", "legal_service", "other_organisation"]


def figures(form, count, random):
    """Figures of units that keep every sum of the form, in ten-thousandths."""
    values = np.zeros((count, len(form.indicators)), dtype=np.int64)
    rows = {}
    for name in form.indicators:
        if name.startswith("t3."):
            rows.setdefault(name[3:].rsplit(".", 1)[0], []).append(name)
    outside = {"received", "carried_in", "concluded_total", "carried_out"}
    concluded = np.zeros((count, 6), dtype=np.int64)
    for row in rows:
        if row not in outside:
            cells = random.poisson(0.4, (count, 6))
            concluded += cells
            put_row(form, values, row, cells)
    carried_in, carried_out = random.poisson(0.5, (count, 6)), random.poisson(0.5, (count, 6))
    carried_in = np.minimum(carried_in, concluded + carried_out)
    put_row(form, values, "concluded_total", concluded)
    put_row(form, values, "carried_in", carried_in)
    put_row(form, values, "carried_out", carried_out)
    put_row(form, values, "received", concluded + carried_out - carried_in)
    for block in ["review", "litigation_direct", "litigation_after_review"]:
        cells = random.poisson(0.3, (count, 4))
        for at, result in enumerate(["upheld", "corrected", "other_result", "pending"]):
            values[:, form.at[f"t4.{block}.{result}"]] = cells[:, at]
        values[:, form.at[f"t4.{block}.total"]] = cells.sum(axis=1)
    for at, name in enumerate(form.indicators):
        if name.startswith("t2."):
            values[:, at] = random.integers(0, 400, count)
    values *= SCALE
    values[:, form.money] = random.integers(0, 90_000_000, (count, int(form.money.sum())))
    return values


def put_row(form, values, row, cells):
    """Writes a row of table 3 with its total."""
    for at, applicant in enumerate(APPLICANTS):
        values[:, form.at[f"t3.{row}.{applicant}"]] = cells[:, at]
    values[:, form.at[f"t3.{row}.total"]] = cells.sum(axis=1)


@dataclass
class County:
    """The reports of a county in one year."""

    kinds: np.ndarray
    values: np.ndarray
    states: np.ndarray
    flagged: np.ndarray
    invalid: np.ndarray
    not_added: np.ndarray
    right: dict
    missing: int
    official: bool


def county(form, units, random):
    """Reports with errors: wrong totals, blanks, texts, numbers below zero, money without its unit."""
    missing = int(random.binomial(units, 0.03))
    count = units - missing
    values = figures(form, count, random)
    states = np.zeros(values.shape, dtype=np.int8)
    chance = random.random(values.shape)
    states[chance < 0.01] = 1
    states[(chance >= 0.01) & (chance < 0.012)] = 2
    states[(chance >= 0.012) & (chance < 0.014)] = 3
    flagged = random.random(count) < 0.05
    right = {}
    for unit in np.flatnonzero(flagged):
        at = int(random.integers(0, len(form.indicators)))
        if not form.money[at]:
            right[(int(unit), at)] = int(values[unit, at])
            values[unit, at] += int(random.integers(1, 9)) * SCALE
            states[unit, at] = 0
    invalid = (random.random(values.shape) < 0.0005) & ~form.money & (states == 0) & (values > 0)
    for unit, at in right:
        invalid[unit, at] = False
    values[invalid] = -values[invalid]
    flagged |= invalid.any(axis=1)
    not_added = (random.random(values.shape) < 0.004) & form.money & (states == 0) & (values > 0)
    kinds = random.integers(0, 4, count)
    return County(kinds, values, states, flagged, invalid, not_added, right, missing, bool(random.random() < 0.7))


def sums(form, data, units):
    """What the run states: the columns of totals.csv by indicator; amounts that are none are None."""
    number = data.states == 0
    added = number & ~data.invalid & ~data.not_added
    open_cells = (data.states == 1) | (data.states == 2)
    value = np.where(added, data.values, 0)
    sound = added & ~data.flagged[:, None]
    result = {
        "total": masked(value.sum(axis=0), added.any(axis=0)),
        "expected": np.full(len(form.indicators), units),
        "reporting": added.sum(axis=0),
        "blank": open_cells.sum(axis=0),
        "flagged": (added & data.flagged[:, None]).sum(axis=0),
        "unflagged": masked(np.where(sound, data.values, 0).sum(axis=0), sound.any(axis=0)),
        "left_out": (data.invalid | (data.states == 3)).sum(axis=0),
        "corrected_cells": np.zeros(len(form.indicators), dtype=np.int64),
    }
    corrected = list(result["total"])
    for (unit, at), right in data.right.items():
        corrected[at] += right - int(data.values[unit, at])
        result["corrected_cells"][at] += 1
    result["corrected"] = corrected
    shift = np.where(np.arange(len(form.indicators)) % 17 == 3, SCALE, 0)
    official = [None if total is None or not data.official else int(total) + int(by)
                for total, by in zip(result["total"], shift)]
    result["official"] = official
    return result


def masked(values, present):
    """Whole numbers, None where nothing was added."""
    return [int(value) if there else None for value, there in zip(values, present)]


def text(amount):
    """An amount as the program writes it."""
    if amount is None:
        return ""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    whole, rest = divmod(amount, SCALE)
    return f"{sign}{whole}" + (f".{rest:04}".rstrip("0") if rest else "")


def csv_bytes(header, rows):
    """Rows as CSV for programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def facts_bytes(form, data, names, files, year):
    """`facts.parquet` of a county: large text columns repeat, as in the program's own."""
    count, width = data.values.shape
    number = (data.states == 0).ravel()
    cents = data.values.ravel().tolist()
    buffer = b"".join((value * PARQUET_SCALE if there else 0).to_bytes(16, "little", signed=True)
                      for value, there in zip(cents, number.tolist()))
    validity = np.packbits(number, bitorder="little").tobytes()
    value = pa.Array.from_buffers(pa.decimal128(38, 19), count * width, [pa.py_buffer(validity), pa.py_buffer(buffer)])
    words = ["", "", "/", "见附件"]
    raw = [text(value) if state == 0 else words[state] for value, state in zip(cents, data.states.ravel().tolist())]
    repeat = np.repeat(np.arange(count, dtype=np.int32), width)
    tile = np.tile(np.arange(width, dtype=np.int32), count)
    zero = np.zeros(count * width, dtype=np.int32)

    def column(indices, texts):
        return pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string())).cast(pa.string())

    cells = [f"{chr(68 + at % 7)}{5 + at // 7}" for at in range(width)]
    columns = [column(repeat, [name[0] for name in names]), column(repeat, [name[1] for name in names]),
               pa.array(np.full(count * width, year, dtype=np.int32)), column(zero, [form.name]),
               column(tile, form.indicators), value, column(data.states.ravel().astype(np.int32), STATES),
               pa.array(raw, pa.string()), column(repeat, files), column(zero, ["表"]), column(tile, cells),
               column(zero, [""])]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, FACTS), sink, compression="snappy", store_schema=False)
    return sink.getvalue()


def write_output(folder, name, form, data, totals, year, units):
    """Writes `data/` of a county as a run does."""
    count = len(data.values)
    names = [(f"{name}-{at:03}", f"{name}第{at}单位") for at in range(units)]
    files = [f"{unit}{year}年年报.xlsx" for _, unit in names[:count]]
    rows, findings = [], []
    for at, (unit_id, unit) in enumerate(names[:count]):
        status = "flagged" if data.flagged[at] else "accepted"
        blank = int((data.states[at] == 1).sum())
        numbers = int((data.states[at] == 0).sum())
        rows.append([unit_id, unit, KINDS[data.kinds[at]], status, year, form.name, files[at], int(data.flagged[at]), 0,
                     0, numbers, blank, len(form.indicators) - blank - numbers])
        hidden = [form.indicators[cell] for cell in np.flatnonzero(data.not_added[at])]
        if hidden:
            findings.append(finding("V12", "must_explain", unit_id, unit, year, ";".join(hidden), files[at], ""))
    rows += [[unit_id, unit, "other", "missing", year, "", "", 1, 0, 0, "", "", ""] for unit_id, unit in names[count:]]
    total_rows = []
    for at, indicator in enumerate(form.indicators):
        total, official = totals["total"][at], totals["official"][at]
        difference = None if official is None or total is None else official - total
        if difference:
            findings.append(finding("R01", "must_explain", "", name, year, indicator, "", text(difference)))
        total_rows.append([year, form.name, indicator, text(total), units, totals["reporting"][at], totals["blank"][at],
                           totals["flagged"][at], text(totals["unflagged"][at]), text(official), text(difference),
                           text(totals["corrected"][at]), totals["corrected_cells"][at], totals["left_out"][at]])
    tables = {
        "data/facts.parquet": facts_bytes(form, data, names[:count], files, year),
        "data/units.csv": csv_bytes(UNITS, rows),
        "data/findings.csv": csv_bytes(FINDINGS, findings),
        "data/totals.csv": csv_bytes(TOTALS, total_rows),
    }
    (folder / "data").mkdir(parents=True, exist_ok=True)
    outputs = []
    for path, content in tables.items():
        (folder / path).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        outputs.append({"path": path, "sha256": digest, "made_from": digest})
    manifest = {"program": "huizong", "version": "0.1.0", "rules": [], "time": "2026-01-01T00:00:00+08:00",
                "year": year, "form": form.name, "options": {"county": name}, "changed_severities": {},
                "counts": {"units_expected": units, "units_received": count, "reports_counted": count},
                "inputs": [], "left_aside": [], "outputs": outputs}
    text_of = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / "data" / "manifest.json").write_text(text_of, encoding="utf-8")


def finding(rule, severity, unit_id, unit, year, indicator, file, difference):
    """A row of findings.csv."""
    key = hashlib.sha256(f"{rule}{unit_id}{unit}{year}{indicator}".encode()).hexdigest()[:12]
    return [f"{rule}-{key}", rule, severity, unit_id, unit, year, indicator, file, "", "", "", "", difference, "", "",
            "示例", key, "open", ""]


class Truth:
    """Totals of every level, added up county by county."""

    AMOUNTS = ["total", "unflagged", "corrected", "official"]
    COUNTS = ["expected", "reporting", "blank", "flagged", "corrected_cells", "left_out"]

    def __init__(self, width):
        self.width = width
        self.bodies = {}
        self.kinds = {}

    def add(self, path, year, totals):
        """Adds a county to itself and everything above."""
        for length in range(len(path)):
            key = ("/".join(path[: length + 1]), year)
            sums = self.bodies.setdefault(key, self._empty())
            sums["outputs"] += 1
            for name in self.AMOUNTS:
                sums[name] += np.array([value or 0 for value in totals[name]], dtype=np.int64)
                sums[f"{name}_present"] += np.array([value is not None for value in totals[name]])
            for name in self.COUNTS:
                sums[name] += np.asarray(totals[name], dtype=np.int64)

    def _empty(self):
        names = self.AMOUNTS + [f"{name}_present" for name in self.AMOUNTS] + self.COUNTS
        return {"outputs": 0} | {name: np.zeros(self.width, dtype=np.int64) for name in names}

    def add_kinds(self, path, year, data):
        """Adds the totals by kind of unit."""
        added = (data.states == 0) & ~data.invalid & ~data.not_added
        for kind in range(4):
            chosen = data.kinds == kind
            if not chosen.any():
                continue
            total = np.where(added[chosen], data.values[chosen], 0).sum(axis=0)
            for length in range(len(path)):
                key = ("/".join(path[: length + 1]), year, KINDS[kind])
                sums = self.kinds.setdefault(key, np.zeros((2, self.width), dtype=np.int64))
                sums[0] += total
                sums[1] += added[chosen].sum(axis=0)

    def write(self, folder, form):
        """Writes the truth as Parquet: a row for each body, year and indicator."""
        folder.mkdir(parents=True, exist_ok=True)
        columns = {"body_path": [], "year": [], "indicator": []}
        keys = list(self.bodies)
        columns["body_path"] = np.repeat([key[0] for key in keys], self.width)
        columns["year"] = np.repeat([key[1] for key in keys], self.width)
        columns["indicator"] = np.tile(form.indicators, len(keys))
        for name in self._empty():
            values = [self.bodies[key][name] for key in keys]
            columns[name] = np.repeat(values, self.width) if name == "outputs" else np.concatenate(values)
        pq.write_table(pa.table(columns), folder / "totals.parquet")
        keys = list(self.kinds)
        pq.write_table(pa.table({
            "body_path": np.repeat([key[0] for key in keys], self.width),
            "year": np.repeat([key[1] for key in keys], self.width),
            "kind": np.repeat([key[2] for key in keys], self.width),
            "indicator": np.tile(form.indicators, len(keys)),
            "total": np.concatenate([self.kinds[key][0] for key in keys]),
            "reporting": np.concatenate([self.kinds[key][1] for key in keys]),
        }), folder / "kinds.parquet")


def build(out, plan):
    """Writes the country and its truth."""
    random = np.random.default_rng(plan.seed)
    form = read_form("2021")
    truth = Truth(len(form.indicators))
    extra = plan.units % plan.counties
    for at in range(plan.counties):
        city = at % plan.cities
        path = ["country", f"示例{city % plan.provinces:02}省", f"示例{city:03}市", f"示例{at:04}县"]
        units = plan.units // plan.counties + (1 if at < extra else 0)
        for year in plan.years:
            data = county(form, units, random)
            totals = sums(form, data, units)
            write_output(Path(out, *path, str(year)), path[-1], form, data, totals, year, units)
            truth.add(path, year, totals)
            truth.add_kinds(path, year, data)
    truth.write(Path(out) / "truth", form)


def main():
    """Reads the arguments and makes the country."""
    parser = argparse.ArgumentParser(description="makes a fictional country of output folders")
    parser.add_argument("out", type=Path)
    parser.add_argument("--provinces", type=int, default=31)
    parser.add_argument("--cities", type=int, default=340)
    parser.add_argument("--counties", type=int, default=2900)
    parser.add_argument("--units", type=int, default=40_000)
    parser.add_argument("--years", type=int, nargs="+", default=[2023, 2024])
    parser.add_argument("--seed", type=int, default=1)
    plan = parser.parse_args()
    build(plan.out, plan)
    print(f"{plan.counties * len(plan.years)} outputs of {plan.units} units in {plan.out}")


if __name__ == "__main__":
    main()
