"""Recomputes every figure of 对比表.xlsx with pandas, from the files below data/ of the run and of last year's run.

    python3 scripts/comparison_check.py OUT [LAST_YEARS_OUT ROSTER]
"""

import pathlib
import sys
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pandas

KINDS = {"township": "乡镇", "subdistrict": "街道", "department": "部门", "other": "其他"}
ROSTER = {"单位代码": "unit_id", "单位名称": "unit", "别名": "aliases", "并入": "merged_into"}
# Indicators that need not be whole numbers of zero or more: amounts of money, and changes of the form of 2019.
MONEY = ("t2.administrative_fees.amount", "t2.procurement.amount")
SIGNED = ".change"
# A group filled as one row is no row of the official form.
COMBINED = "t3.other.all."


def table(out, name):
    return pandas.read_csv(pathlib.Path(out) / "data" / name, dtype=str, keep_default_na=False)


def decimal(text):
    return Decimal(text) if text else None


def difference(one, other):
    return None if one is None or other is None else one - other


def percent(part, whole):
    """To one decimal, half away from zero; nothing of zero."""
    return None if not whole else (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def added(out):
    """The figures that count, by unit and indicator: numbers that can be one of their indicator."""
    facts = table(out, "facts.csv")
    findings = table(out, "findings.csv")
    unknown_money = findings[(findings.rule == "V12") & (findings.status != "corrected")]
    left_out = {(row.unit_id, name) for row in unknown_money.itertuples() for name in row.indicator.split(";")}

    def counts(row):
        value = decimal(row.value)
        if row.state != "number" or (row.unit_id, row.indicator) in left_out:
            return False
        if row.indicator in MONEY:
            return value >= 0
        return value == value.to_integral_value() and (value >= 0 or row.indicator.endswith(SIGNED))

    counted = facts[[counts(row) for row in facts.itertuples()]]
    return facts, {(row.unit, row.indicator): Decimal(row.value) for row in counted.itertuples()}


def last_year(out, roster, units):
    """Last year's numbers by this year's unit and indicator, those of merged units added up."""
    facts = table(out, "facts.csv")
    known = {}
    if roster is not None:
        options = {"dtype": str, "keep_default_na": False}
        is_text = roster.endswith(".csv")
        listed = pandas.read_csv(roster, **options) if is_text else pandas.read_excel(roster, "名册", **options)
        listed = listed.rename(columns=ROSTER)
        listed = listed.reindex(columns=list(ROSTER.values()), fill_value="")
        for row in listed.itertuples():
            for name in [row.unit_id, row.unit, *row.aliases.split(";")]:
                known[name] = row.merged_into or row.unit
        known.pop("", None)
    by_id = {row.unit_id: row.unit for row in units.itertuples() if row.unit_id}
    then = {}
    for (unit_id, unit), rows in facts[facts.state == "number"].groupby(["unit_id", "unit"]):
        now = known.get(unit_id) or known.get(unit) or by_id.get(unit_id) or unit
        values = {row.indicator: Decimal(row.value) for row in rows.itertuples()}
        if now in then:
            values = {name: value + then[now][name] for name, value in values.items() if name in then[now]}
        then[now] = values
    return then


def same(expected, cell):
    if expected is None or cell is None or isinstance(expected, str):
        return (expected or None) == (cell or None)
    return abs(float(expected) - float(cell)) < 1e-6


class Check:
    def __init__(self, out):
        self.book = openpyxl.load_workbook(pathlib.Path(out) / "对比表.xlsx", data_only=True)
        self.compared, self.wrong = 0, []

    def rows(self, sheet, expected):
        """Compares the rows below the headings with those expected; a value `...` is not compared."""
        found = [[cell.value for cell in row] for row in self.book[sheet].iter_rows(min_row=4)]
        if len(found) != len(expected):
            self.wrong.append(f"{sheet}: {len(found)} rows, not {len(expected)}")
        for at, (cells, values) in enumerate(zip(found, expected)):
            for column, (cell, value) in enumerate(zip(cells, values)):
                if value is ...:
                    continue
                self.compared += 1
                if not same(value, cell):
                    self.wrong.append(f"{sheet} row {at + 4} column {column + 1}: {cell!r}, not {value!r}")


def beside_official(check, out, totals):
    if "与本级" not in check.book.sheetnames:
        return
    findings = table(out, "findings.csv")
    explained = {check for row in findings.itertuples() for check in row.checks.split(";")}
    expected = []
    for row in totals.itertuples():
        official, total = decimal(row.official), decimal(row.total)
        apart = difference(official, total)
        # An amount that differs by rounding alone has a remark; one that differs otherwise has its reason.
        reason = ... if f"official:{row.indicator}" in explained or apart else None
        expected.append([..., official, total, apart, decimal(row.total_corrected), reason])
    check.rows("与本级", expected)


def beside_last_year(check, totals, figures, then):
    expected = []
    for indicator in totals.indicator:
        pairs = [(value, then[unit][indicator]) for (unit, name), value in figures.items()
                 if name == indicator and indicator in then.get(unit, {})]
        if pairs:
            now, before = (sum(column) for column in zip(*pairs))
            expected.append([..., now, before, now - before, percent(now - before, before), Decimal(len(pairs))])
    check.rows("与上年", expected or [["没有给出上年的数字。"]])


def units_beside_one_another(check, facts, units, figures, then):
    names = list(dict.fromkeys(facts.unit))
    kinds = {row.unit: KINDS.get(row.kind, "其他") for row in units.itertuples()}
    figure = lambda unit, name: figures.get((unit, name))
    shares = {}
    for unit in names:
        parts = [figure(unit, f"t3.{row}.total") for row in ("granted", "partly_granted")]
        opened = None if None in parts else sum(parts)
        concluded = figure(unit, "t3.concluded_total.total")
        shares[unit] = opened, concluded, None if None in (opened, concluded) else percent(opened, concluded)
    received = {unit: figure(unit, "t3.received.total") for unit in names}

    def rank(values, unit):
        peers = [values[other] for other in names if kinds[other] == kinds[unit] and values[other] is not None]
        return None if values[unit] is None else Decimal(sum(value > values[unit] for value in peers) + 1)

    share = {unit: shares[unit][2] for unit in names}
    expected = [
        [unit, kinds[unit], received[unit], then.get(unit, {}).get("t3.received.total"), rank(received, unit),
         *shares[unit], rank(share, unit), figure(unit, "t4.review.corrected"), figure(unit, "t3.carried_out.total")]
        for unit in names
    ]
    check.rows("各单位", expected)


def main():
    out, previous, roster = (*sys.argv[1:], None, None)[:3]
    check = Check(out)
    totals = table(out, "totals.csv")
    totals = totals[~totals.indicator.str.startswith(COMBINED)]
    units = table(out, "units.csv")
    facts, figures = added(out)
    then = last_year(previous, roster, units) if previous else {}
    beside_official(check, out, totals)
    beside_last_year(check, totals, figures, then)
    units_beside_one_another(check, facts, units, figures, then)
    assert not check.wrong, "\n".join(check.wrong[:40])
    print(f"comparison check passed: {check.compared} cells of 对比表.xlsx are what pandas makes of data/")


main()
