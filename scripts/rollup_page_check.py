"""Opens 报告.html of a roll-up in Chromium: from the whole's 新收 down to a county, and every figure shown on the way against
`data/totals.csv`. Needs Python's playwright and a Chromium; `scripts/rollup-check` runs it where they are there"""

import csv
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

INDICATOR = "t3.received.total"
MOST_BYTES = 5_000_000


def main():
    """Opens the page at two widths and goes down."""
    out = Path(sys.argv[1]).resolve()
    page_file = out / "报告.html"
    size = page_file.stat().st_size
    with (out / "data" / "totals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == INDICATOR]
    last = max(row["year"] for row in rows)
    totals = {row["body_path"]: row["total"] or "—" for row in rows if row["year"] == last}
    faults = [] if size < MOST_BYTES else [f"the page has {size} bytes"]
    with sync_playwright() as playwright:
        own = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        for width in (1280, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            start = time.monotonic()
            page.goto(page_file.as_uri())
            page.wait_for_selector("#value")
            ready = time.monotonic() - start
            path, clicks = [page.locator("#path strong").inner_text()], 0
            while True:
                shown = page.locator("#value").inner_text()
                if shown != totals["/".join(path)]:
                    faults.append(f"{'/'.join(path)}: {shown} shown, {totals['/'.join(path)]} in totals.csv")
                parts = page.locator("#parts tbody tr")
                if parts.count() == 0:
                    break
                for row in parts.all()[:40]:
                    name, value = [cell.inner_text() for cell in row.locator("td").all()[:2]]
                    if value != totals["/".join([*path, name])]:
                        faults.append(f"{name}: {value} shown")
                name = parts.first.locator("button").inner_text()
                parts.first.locator("button").click()
                path.append(name)
                clicks += 1
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if overflow > 0:
                faults.append(f"at {width} pixels the page is {overflow} pixels too wide")
            page.screenshot(path=str(out.parent / f"rollup-{width}.png"))
            print(f"{width} pixels: ready after {ready:.2f} s, {clicks} clicks to {'/'.join(path)}; {size} bytes")
            page.close()
        browser.close()
    for fault in faults[:20]:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
