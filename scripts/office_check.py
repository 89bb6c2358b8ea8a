"""Recalculates 汇总表.xlsx in LibreOffice: as it is, and with figures of units changed."""

import pathlib
import subprocess
import sys

import openpyxl

TABLES = ["表二", "表三", "表四"]


def recalculated(book, name, folder):
    """Figures of the county's sheets after LibreOffice has worked them out; openpyxl saves no results."""
    source = folder / f"{name}.xlsx"
    book.save(source)
    target = folder / "recalculated"
    command = ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(target), str(source)]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run([*command, profile], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return openpyxl.load_workbook(target / source.name, data_only=True)


def figures(values, formulas):
    """The results of all formulas by sheet and cell."""
    found = {}
    for table in TABLES:
        sheet = f"汇总{table}"
        for row in formulas[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found[sheet, cell.coordinate] = values[sheet][cell.coordinate].value
    return found


def same(a, b):
    return a == b or not a and not b and 0 not in (a, b) or isinstance(a, (int, float)) and isinstance(b, (int, float)) and abs(a - b) < 1e-9


def main():
    path, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    formulas = openpyxl.load_workbook(path)
    stored = figures(openpyxl.load_workbook(path, data_only=True), formulas)
    before = figures(recalculated(formulas, "as-written", folder), formulas)
    different = [key for key in stored if not same(stored[key], before[key])]
    assert stored and not different, f"stored results differ: {different}"

    changed = openpyxl.load_workbook(path)
    wanted = dict(before)
    for table in TABLES:
        sheet = changed[table]
        county = formulas[f"汇总{table}"]
        total = next(cell for row in county.iter_rows() for cell in row if cell.data_type == "f")
        first = total.value.split("!")[1].split(":")[0]
        rows = range(sheet[first].row, sheet.max_row + 1)
        column = sheet[first].column
        sheet[first].value += 7
        missing = next(row for row in rows if sheet.cell(row, 3).value == "未报")
        sheet.cell(missing, column).value = 5
        wanted[f"汇总{table}", total.coordinate] += 12
    after = figures(recalculated(changed, "changed", folder), formulas)
    wrong = [(key, wanted[key], after[key]) for key in wanted if not same(wanted[key], after[key])]
    assert not wrong, f"totals do not follow: {wrong}"
    print(f"office check passed: {len(stored)} sums recalculated alike, and they follow {2 * len(TABLES)} changes")


main()
