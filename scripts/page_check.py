"""Opens 报告.html in Chromium and compares it with data/totals.csv and data/facts.csv; see `scripts/page-check`."""

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

PAGE = "报告.html"
MOST_BYTES = 15_000_000
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>pwned=1</script>",
    "<img src=x onerror=pwned=1>",
    "</td></table><iframe src=javascript:pwned=1>",
    "<!--<script>",
    "=1+1",
    "../../x",
    "{{data}}",
    "{a|b} ${pwned=1} {b}",
    "&lt;b&gt;&amp;",
    "\"'><svg onload=pwned=1>",
    "甲\u2028乙\u202e丙",
    "__proto__",
]


class Report:
    """A report written as CSV in the layout of the official form."""

    def __init__(self, form):
        """Takes the form's file."""
        self.tables = tomllib.loads(form.read_text(encoding="utf-8"))["table"]

    def figures(self, rng, size):
        """Random figures whose sums hold, by row."""
        rows = [row["id"] for row in self.tables[1]["block"][0]["rows"] if row["id"] != "other.all"]
        outcomes = rows[2:-2]
        grid = {row: [rng.randrange(size) if rng.random() < 0.3 else 0 for _ in range(6)] for row in outcomes}
        done = [sum(grid[row][at] for row in outcomes) for at in range(6)]
        # The same number is carried over every year, so that consecutive years agree.
        grid |= {"received": done, "carried_in": [1] * 6, "concluded_total": done, "carried_out": [1] * 6}
        grid = {row: [*values, sum(values)] for row, values in grid.items()}
        return grid | {"regulations": [0, 0, 0], "normative_documents": [0, 0, 9]}

    def write(self, path, unit, year, rng, *, size=6, spoil=None):
        """Writes a unit's report; `spoil` replaces one figure."""
        grid = self.figures(rng, size)
        if spoil is not None:
            grid["granted"][0] = spoil
        lines = [[f"{unit}{year}年政府信息公开工作年度报告"], [f"填报单位：{unit}", f"报告年度：{year}年"]]
        for table, number in zip(self.tables, "二三四", strict=True):
            lines += [[], [f"{number}、{table['title']}"]]
            for block in table["block"]:
                columns = [column["label"] for column in block["columns"]]
                if block["layout"] == "across":
                    lines.append([label for row in block["rows"] for label in [row["label"], *[""] * (len(columns) - 1)]])
                    lines.append(columns * len(block["rows"]))
                    lines.append([0] * (len(columns) * len(block["rows"])))
                    continue
                labels = {group["id"]: group["number"] + group["label"] for group in block.get("groups", [])}
                lines += [[block["heading"]]] if block.get("heading") else []
                lines.append(["信息内容", "", *columns])
                for row in block["rows"]:
                    if row["id"] == "other.all":
                        continue
                    values = grid.get(row["id"]) or [rng.randrange(40) for _ in columns]
                    lines.append([labels.get(row.get("group"), ""), row.get("number", "") + row["label"], *values])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(lines)


def write_roster(path, names):
    """A roster that asks every name for a report."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["单位代码", "单位名称", "类型", "别名", "应报", "截止日期"])
        rows.writerows([f"U{at:04}", name, "乡镇", "", "是", ""] for at, name in enumerate(names))


def build_county(form, folder, names, *, missing, spoils):
    """Two years of reports of these units; the last `missing` sent none this year."""
    folder.mkdir(parents=True)
    report, rng = Report(form), random.Random(20260101)
    write_roster(folder / "roster.csv", names)
    for year in (2024, 2025):
        for at, name in enumerate(names if year == 2024 else names[: len(names) - missing]):
            spoil = spoils[at % len(spoils)] if year == 2025 and spoils else None
            report.write(folder / str(year) / f"{at:04}.csv", name, year, rng, spoil=spoil)


class Opened:
    """A page in the browser, with everything that went wrong on it."""

    def __init__(self, browser, out, *, width, height=900):
        """Opens the page of an output folder and waits until its charts are drawn."""
        self.troubles, self.out = [], out
        self.page = browser.new_page(viewport={"width": width, "height": height})
        url = (out / PAGE).resolve().as_uri()
        asked = lambda request: None if request.url in (url, "data:,") else self.troubles.append(f"asked for {request.url}")
        said = lambda message: self.troubles.append(message.text) if message.type in ("error", "warning") else None
        self.page.on("request", asked)
        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.troubles.append("a dialog"), dialog.dismiss()))
        started = time.monotonic()
        self.page.goto(url)
        self.page.wait_for_selector("html.ready", state="attached")
        self.ready = time.monotonic() - started
        self.page.wait_for_selector("html.drawn", state="attached")
        self.drawn = time.monotonic() - started

    def texts(self, selector):
        """The texts of all elements of a selector."""
        return self.page.eval_on_selector_all(selector, "nodes => nodes.map(node => node.textContent)")

    def drawer(self, title):
        """Waits until the drawer has come to this title."""
        self.page.wait_for_function("title => document.getElementById('drawer-title').textContent === title", arg=title)

    def close(self):
        """Nothing may have gone wrong, and no name may have run."""
        assert not self.page.evaluate("'pwned' in window"), "a name was run"
        self.page.close()
        assert not self.troubles, self.troubles


def rows(path):
    """The rows of a CSV by its header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_numbers(opened):
    """Every total and every figure of a counted report is that of the data files."""
    totals, facts = rows(opened.out / "data/totals.csv"), rows(opened.out / "data/facts.csv")
    order = "page.indicators.map((item, at) => ({...item, at})).filter(item => item.shown)"
    indicators = opened.page.evaluate(order)
    assert [item["total"] or "" for item in indicators] == [row["total"] for row in totals]
    assert [str(item["reporting"]) for item in indicators] == [row["units_reporting"] for row in totals]
    shown = opened.page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#totals td[data-i]')].map(c => [c.dataset.i, c.textContent]))"
    )
    for item, row in zip(indicators, totals, strict=True):
        assert shown[str(item["at"])] == (row["total"] or "—"), row
    position = {row["indicator"]: item["at"] for item, row in zip(indicators, totals, strict=True)}
    cells = opened.page.evaluate("""page.lines.filter(line => line.left_out === "" && line.cells).map(line => [line.file, line.name,
        page.indicators.map((_, at) => [stateAt(line, at), valueAt(line, at), rawAt(line, at),
          text(page.layouts[line.cells.layout].sheets[at]), text(page.layouts[line.cells.layout].cells[at])])])""")
    cells = {(file, name): figures for file, name, figures in cells}
    letters = {"number": "nuw", "blank": "bo", "na": "ao", "text": "to", "absent": "xof"}
    compared = 0
    for row in facts:
        if row["indicator"] not in position:
            continue
        state, *figure = cells[row["file"], row["unit"]][position[row["indicator"]]]
        if state == "f":
            continue
        assert figure == [row["value"], row["raw"], row["sheet"], row["cell"]], (row, state, figure)
        assert state in letters[row["state"]], (row, state)
        compared += 1
    return len(totals), compared


def check_tables(opened):
    """The table of units sorts and filters."""
    page, row = opened.page, "#table-units tbody tr"
    every = len(page.query_selector_all(row))
    head = page.locator("#table-units th", has_text="新收")
    at = opened.texts("#table-units th").index(head.text_content()) + 1
    column = lambda: [float(text) for text in opened.texts(f"{row} td:nth-child({at})") if text]
    head.locator("button").click()
    assert column() == sorted(column(), reverse=True) and head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert column() == sorted(column()) and head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    name = opened.texts(f"{row} td:first-child")[0]
    page.fill("#table-units input", name)
    assert opened.texts(f"{row} td:first-child") and all(name in text for text in opened.texts(f"{row} td:first-child"))
    page.fill("#table-units input", "")
    assert len(page.query_selector_all(row)) == every
    status = opened.texts(f"{row} td:nth-child(3)")[0]
    page.locator("#table-units select").first.select_option(status)
    assert set(opened.texts(f"{row} td:nth-child(3)")) == {status}
    page.locator("#table-units select").first.select_option("")
    heat = page.locator("#table-heat tbody td.number button").first
    if heat.count():
        wanted = int(heat.text_content())
        heat.click()
        assert len(page.query_selector_all("#table-problems tbody tr")) == wanted
        page.locator("#table-problems .filters > button").click()


def check_way_down(opened):
    """From a total to its units, to a cell, to the unit's whole report, and back."""
    page = opened.page
    totals, facts = rows(opened.out / "data/totals.csv"), rows(opened.out / "data/facts.csv")
    total = next(row for row in totals if row["indicator"] == "t3.received.total")
    page.locator("#totals td[data-i]").nth(0).scroll_into_view_if_needed()
    at = page.evaluate("page.figures[0][2][0]")
    page.locator(f'#totals td[data-i="{at}"] button').click()
    opened.drawer(page.evaluate("at => page.indicators[at].title", at))
    assert page.text_content("#drawer .big") == total["total"]
    assert total["units_reporting"] in page.text_content("#drawer-body p")
    fact = next(row for row in facts if row["indicator"] == "t3.received.total" and row["state"] == "number")
    line = page.locator("#drawer-body tbody tr", has=page.locator("td.number:not(.empty)")).first
    assert line.locator("td").nth(1).text_content() == fact["value"]
    line.locator("button").click()
    opened.drawer(fact["unit"])
    assert page.text_content("#drawer .big") == fact["value"]
    shown = opened.texts("#drawer dd")
    assert all(fact[key] in shown for key in ("file", "raw", *[key for key in ("sheet", "cell") if fact[key]])), (shown, fact)
    page.locator("#drawer-body > p button").click()
    page.wait_for_selector("#drawer figure.form")
    assert page.text_content("#drawer-title") == fact["unit"]
    assert len(page.query_selector_all("#drawer figure.form")) == 3
    page.keyboard.press("Escape")
    assert page.is_hidden("#drawer")


def check_width(opened):
    """The page itself never scrolls sideways."""
    wide, inner = opened.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= inner, f"the page is {wide} wide on a screen of {inner}"


def pictures(opened, folder, name):
    """A picture of the page, and the page on paper."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    opened.page.evaluate("scrollTo(0, 0)")
    opened.page.screenshot(path=folder / f"{name}.png", full_page=True)
    if opened.page.viewport_size["width"] > 1000:
        opened.page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)


def check_county(browser, out, name, options):
    """Everything about one county's page."""
    size = (out / PAGE).stat().st_size
    assert size < MOST_BYTES, f"{size} bytes"
    opened = Opened(browser, out, width=1280)
    totals, figures = check_numbers(opened)
    check_tables(opened)
    check_way_down(opened)
    check_width(opened)
    pictures(opened, options.pictures, f"{name}-1280")
    opened.close()
    phone = Opened(browser, out, width=390, height=844)
    check_width(phone)
    check_way_down(phone)
    pictures(phone, options.pictures, f"{name}-390")
    phone.close()
    print(
        f"{name}: {size / 1e6:.1f} MB, tables usable after {opened.ready:.2f} s, charts after {opened.drawn:.2f} s; "
        f"{totals} totals and {figures} figures the same as in data/"
    )


def check_hostile(browser, out):
    """Every hostile name stands there as text."""
    opened = Opened(browser, out, width=1280)
    shown = opened.texts("#table-units tbody td:first-child")
    for name in HOSTILE:
        assert name in shown, name
    assert opened.page.evaluate("document.scripts.length") == 3
    foreign = "document.querySelectorAll('iframe, img, object, embed, svg[onload]').length"
    assert opened.page.evaluate(foreign) == 0
    for at in range(len(shown)):
        opened.page.evaluate(f"location.hash = '#/u/{at}'")
        opened.drawer(shown[at])
    for wild in ("#/u/-1", "#/i/x/y", "#/u/__proto__", "#/i/1/99999", "#/<img src=x onerror=pwned=1>"):
        opened.page.evaluate("hash => { location.hash = hash; }", wild)
    opened.close()


def run(huizong, folder, out, extra=()):
    """Runs huizong on a county and gives the seconds it took."""
    started = time.monotonic()
    command = [huizong, "run", folder / "2025", "--roster", folder / "roster.csv", "--previous", folder / "2024"]
    subprocess.run([*command, "-o", out, "--quiet", *extra], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def launch(chromium):
    """Playwright's own Chromium, else one on the path; `None` where there is neither."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    for path in (None, found):
        try:
            return chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error:
            continue
    return None


def check_all(browser, work, options):
    """The three counties."""
    project = Path(__file__).parent.parent
    form, sample = project / "data/forms/2021.toml", project / "data/sample"
    run(options.huizong, sample, work / "sample-out", ["--county", "示例县"])
    check_county(browser, work / "sample-out", "sample", options)
    hostile = work / "hostile"
    build_county(form, hostile, HOSTILE, missing=2, spoils=["<img src=x onerror=pwned=1>", None, "</script>", "=1+1"])
    run(options.huizong, hostile, work / "hostile-out", ["--county", "<script>pwned=1</script>{{data}}"])
    check_county(browser, work / "hostile-out", "hostile", options)
    check_hostile(browser, work / "hostile-out")
    large = work / "large"
    names = [f"示例县第{at:04}号测试镇人民政府" for at in range(options.units)]
    build_county(form, large, names, missing=options.units // 50, spoils=[None, None, None, 99, None, "无法统计", ""])
    took = run(options.huizong, large, work / "large-out")
    print(f"large: {options.units} units, all outputs in {took:.1f} s")
    check_county(browser, work / "large-out", "large", options)


def main():
    """Runs the checks in a folder of their own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--huizong", required=True)
    options.add_argument("--pictures", type=Path)
    options.add_argument("--keep", type=Path)
    options.add_argument("--units", type=int, default=1000)
    options = options.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright.chromium)
        if browser is None:
            sys.exit(print("page-check skipped: no Chromium") or 0)
        work = options.keep or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        check_all(browser, work, options)
        browser.close()
    print("page-check passed")


if __name__ == "__main__":
    main()
