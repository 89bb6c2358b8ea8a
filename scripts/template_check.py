"""Fills workbooks of `huizong template` in LibreOffice and sees that their checks say what `huizong` says.

    python3 scripts/template_check.py HUIZONG WORK_FOLDER [CELLS]

HUIZONG is the program. CELLS is how many single wrong figures are tried (all 200 without it). Needs LibreOffice and its
Python (python3-uno). It is seen that

- right figures make every check say 平, on the sheet and with `huizong`, saved as xlsx, xls and ods and read back
  figure by figure;
- each single wrong figure makes just those checks fail that hold it, and `huizong` finds the same sums broken.
"""

import csv
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

PORT = 2399
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8"}
CHECKS, STATES, ABOVE = "校验", 6, 3


def connect(folder):
    """Starts LibreOffice and returns its desktop and the process."""
    accept = f"socket,host=localhost,port={PORT};urp;"
    profile = (folder / "profile").resolve().as_uri()
    office = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}", f"--accept={accept}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:{accept}StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context), office
        except Exception:
            time.sleep(0.5)
    office.kill()
    raise SystemExit("LibreOffice does not start")


def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def save(book, path):
    book.storeToURL(path.resolve().as_uri(), (option("FilterName", FILTERS[path.suffix[1:]]),))


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(program, path, work):
    """Figures and broken sums of a file, as the program finds them."""
    out = work / "out"
    subprocess.run([program, "run", path, "-o", out, "--quiet", "--data-only", "--facts", "csv"], check=True)
    facts = {row["indicator"]: row for row in rows(out / "data" / "facts.csv")}
    broken = {check for row in rows(out / "data" / "findings.csv") if row["rule"].startswith("S0")
              for check in row["checks"].split(";") if check}
    others = [row for row in rows(out / "data" / "findings.csv") if row["severity"] == "must_fix"]
    return facts, broken, others


def sums(program):
    """The sums of the form in order, each with its indicators, from the printed form and the facts' cells."""
    text = subprocess.run([program, "forms", "2021"], check=True, capture_output=True, text=True).stdout
    ids = [line.split()[1].rstrip(":") for line in text.splitlines() if line.strip().startswith("S0")]
    return [sum_id for sum_id in ids if sum_id != "row:other.all"]


def holds(sum_id, indicator):
    """Whether a sum holds an indicator."""
    table, _, column = indicator.partition(".")[0], None, indicator.rpartition(".")[2]
    row = indicator[len(table) + 1:-len(column) - 1]
    kind, _, of = sum_id.partition(":")
    if kind == "t4":
        return table == "t4" and row == of
    if table != "t3":
        return False
    if kind == "row":
        return row == of
    ends = {"received", "carried_in", "concluded_total", "carried_out"}
    return column == of and (row in ends if kind == "balance" else row not in ends - {"concluded_total"})


def right_figures(indicators):
    """Figures that keep every sum."""
    figures = dict.fromkeys(indicators, 0)
    columns = [name.rpartition(".")[2] for name in indicators if name.startswith("t3.received.")]
    for number, column in enumerate(columns[:-1], 1):
        for row in ("granted", "unavailable.not_held"):
            figures[f"t3.{row}.{column}"] = number
        figures[f"t3.concluded_total.{column}"] = 2 * number
        figures[f"t3.received.{column}"] = 2 * number + 1
        figures[f"t3.carried_out.{column}"] = 1
    for name in indicators:
        if name.startswith("t3.") and name.endswith(".total"):
            row = name[:-len("total")]
            figures[name] = sum(figures[row + column] for column in columns[:-1])
    for block in ("review", "litigation_direct", "litigation_after_review"):
        figures[f"t4.{block}.upheld"], figures[f"t4.{block}.total"] = 2, 2
    figures["t2.administrative_fees.amount"] = 2.725
    figures["t2.normative_documents.in_force"] = 9
    return figures


class Filled:
    """A workbook open in LibreOffice."""

    def __init__(self, desktop, path, cells):
        self.book = desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, (option("Hidden", True),))
        self.cells = cells

    def put(self, indicator, value):
        sheet, cell = self.cells[indicator]
        self.book.Sheets.getByName(sheet).getCellRangeByName(cell).Value = value

    def states(self, ids):
        self.book.calculateAll()
        sheet = self.book.Sheets.getByName(CHECKS)
        return {sum_id: sheet.getCellByPosition(STATES, ABOVE + at).String for at, sum_id in enumerate(ids)}


def check(program, work, count, desktop):
    ids = sums(program)
    assert len(ids) == 42, len(ids)
    forms = work / "forms"
    subprocess.run([program, "template", "-o", forms, "--year", "2025"], check=True)
    blank = next(forms.iterdir())
    facts, _, _ = read(program, blank, work)
    assert len(facts) == 200 and all(row["state"] == "blank" for row in facts.values())
    cells = {indicator: (row["sheet"], row["cell"]) for indicator, row in facts.items()}
    figures = right_figures(list(facts))
    filled = Filled(desktop, blank, cells)
    assert set(filled.states(ids).values()) == {"未填"}
    for indicator, value in figures.items():
        filled.put(indicator, value)
    filled.book.Sheets.getByName("封面").getCellRangeByName("B3").String = "甲山镇人民政府"
    states = filled.states(ids)
    assert set(states.values()) == {"平"}, states
    for ending in FILTERS:
        saved = work / f"甲山镇.{ending}"
        save(filled.book, saved)
        facts, broken, others = read(program, saved, work)
        assert not broken and not others, (ending, broken, others)
        for indicator, value in figures.items():
            assert float(facts[indicator]["value"]) == value, (ending, indicator, facts[indicator])
    tried = 0
    for indicator in list(figures)[:count]:
        filled.put(indicator, figures[indicator] + 1)
        failed = {sum_id for sum_id, state in filled.states(ids).items() if state == "不平"}
        assert failed == {sum_id for sum_id in ids if holds(sum_id, indicator)}, (indicator, failed)
        saved = work / "wrong.xlsx"
        save(filled.book, saved)
        _, broken, _ = read(program, saved, work)
        assert broken == failed, (indicator, broken, failed)
        filled.put(indicator, figures[indicator])
        tried += 1
    filled.book.close(True)
    print(f"right figures: 42 sums 平 in xlsx, xls, ods; {tried} single wrong figures: sheet and program agree")


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    work.mkdir(parents=True, exist_ok=True)
    desktop, office = connect(work)
    try:
        check(program, work, count, desktop)
    finally:
        try:
            desktop.terminate()
        except Exception:
            office.kill()


main()
