"""Many workbooks or documents for measuring: most packages are built once, then figures put in."""

import csv
import random
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal

from .documents import DOCUMENTS
from .figures import Profile, first_year
from .forms import FORM_2021, broken
from .layout import Composer, Layout
from .package import pack, unpack
from .writers import WRITERS, write_text

PER_FOLDER = 500
BASE = 730_000_000
NAME_MARK = "某某占位单位"


def as_references(text):
    """Text as the library that writes shared strings has it: a reference for each character."""
    return "".join(f"&#{ord(char)};" for char in text)


MARK = re.compile(rf"{BASE // 1000}(\d{{3}})|({NAME_MARK})|({as_references(NAME_MARK)})")
AS_TEXT, AS_REFERENCES = -1, -2
# Written one by one: numbers are bytes of another kind, or stand in several places.
WHOLE = {"xls": WRITERS["xls"], "docx": DOCUMENTS["docx"], "html": DOCUMENTS["html"]}
ENDINGS = {"township": ["镇人民政府", "乡人民政府"], "subdistrict": ["街道办事处"], "department": ["管理局"]}
FIRST = "高石白青大小东西南北上下新长清龙凤金银安平和丰双永太福兴松柏梅兰竹荷云霞星月阳春秋"
SECOND = "市桥塘湖岭坪湾溪山洲泉庄坝坡塔岗店关寨堡田原沟岩峰林桃李杏枣楼桂榆槐柳杨石井潭池滩浦津渡屯营集铺街巷园圃峪岔"
THIRD = "口头前后里中边顶底源根梢角畔内外脚背坳埂"


@dataclass(frozen=True)
class Plan:
    """What to build."""

    units: int
    fmt: str
    seed: int
    year: int


class Template:
    """A file whose figures and unit name are marks to be replaced."""

    def __init__(self, data, is_zip, encoding="utf-8"):
        """Takes a file that was written with marks."""
        self.encoding, self.is_zip = encoding, is_zip
        members = unpack(data) if is_zip else [("", data)]
        # The library demands that formulas are computed anew; Excel does not, and a stored zero is a zero then.
        members = [(name, part.replace(b' fullCalcOnLoad="1"', b"")) for name, part in members]
        self.members = [(name, self._split(part)) for name, part in members]
        self.has_formulas = any(b"<f>" in part for _, part in members)

    def _split(self, part):
        """Bytes without marks as they are, others as (pieces, marks)."""
        text = part.decode(self.encoding, errors="surrogateescape")
        if not MARK.search(text):
            return part
        pieces, marks, at = [], [], 0
        for match in MARK.finditer(text):
            pieces.append(text[at:match.start()])
            marks.append(AS_TEXT if match[2] else AS_REFERENCES if match[3] else int(match[1]))
            at = match.end()
        return [*pieces, text[at:]], marks

    def render(self, name, numbers):
        """The file of one unit."""
        members = [(member, self._fill(part, name, numbers)) for member, part in self.members]
        return pack(members) if self.is_zip else members[0][1]

    def _fill(self, part, name, numbers):
        if isinstance(part, bytes):
            return part
        pieces, marks = part
        filled, names = [pieces[0]], {AS_TEXT: name, AS_REFERENCES: as_references(name)}
        for mark, piece in zip(marks, pieces[1:]):
            filled += [names.get(mark) or numbers[mark], piece]
        return "".join(filled).encode(self.encoding, errors="surrogateescape")


def _sheets(name, year, figures, layout):
    return Composer(FORM_2021, figures, name, year, layout).compose()


def _templates(plan):
    """Templates of a format with the share of files made from each."""
    marks = {name: BASE + number for number, name in enumerate(FORM_2021.indicators)}
    stacked, line = Layout(), "填报单位：{unit}"
    if plan.fmt == "xlsx":
        kinds = [
            ("wps", stacked, 45), ("shared", Layout(unit_line=line), 20),
            ("shared", Layout(formulas="stored"), 15), ("inline", Layout(label_columns=1), 10),
            ("inline", Layout(split=True), 10),
        ]
    elif plan.fmt == "ods":
        kinds = [("ods", stacked, 1)]
    else:
        layout = Layout(merged=False)
        data = write_text(_sheets(NAME_MARK, plan.year, marks, layout)[0], "gb18030")
        return [Template(data, False, "gb18030")], [1]
    built = [
        Template(WRITERS[kind](_sheets(NAME_MARK, plan.year, marks, layout)), True)
        for kind, layout, _ in kinds
    ]
    return built, [share for _, _, share in kinds]


def _name(index, rnd):
    """Name and kind of a unit; no two units share the first three characters."""
    index, third = divmod(index, len(THIRD))
    first, second = divmod(index, len(SECOND))
    kind = rnd.choices(list(ENDINGS), [7, 2, 1])[0]
    return FIRST[first] + SECOND[second] + THIRD[third] + rnd.choice(ENDINGS[kind]), kind


def _profile(rnd):
    """A unit of any size, small ones most often."""
    return Profile(
        applications=rnd.choice([0, 0, 0, 1, 2, 5, rnd.randint(5, 50), rnd.randint(40, 300)]),
        normative=rnd.randint(0, 12),
        licences=rnd.choice([0, 40, 300, 3000]),
        penalties=rnd.choice([0, 0, 20, 400]),
        coercive=rnd.choice([0, 0, 0, 12]),
        fees=Decimal(rnd.choice([0, 0, 120, 54321])) / 100,
        reviews=rnd.choice([0, 0, 0, 2]),
        suits=rnd.choice([0, 0, 0, 1]),
    )


def _spoil(figures, rnd):
    """Changes one figure of table 3 or 4, so that an identity fails."""
    place = rnd.choice(FORM_2021.indicators[10:])
    figures[place] += rnd.randint(1, 9)


def _table(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _one(plan, rnd, name, figures, templates, is_spoilt):
    """The bytes of one file.

    A formula whose result does not follow from its cells is one that was never computed, which is another defect than
    a broken sum: a spoilt report has no formulas.
    """
    if plan.fmt in WHOLE:
        return WHOLE[plan.fmt](_sheets(name, plan.year, figures, Layout()))
    built, shares = templates
    numbers = [str(figures[indicator]) for indicator in FORM_2021.indicators]
    template = rnd.choices(built, shares)[0]
    if is_spoilt and template.has_formulas:
        template = built[0]
    return template.render(name, numbers)


def build(root, plan):
    """Writes the files and the tables beside them; returns a line to print."""
    capacity = len(FIRST) * len(SECOND) * len(THIRD)
    if not 0 < plan.units <= capacity:
        raise SystemExit(f"--units must be from 1 to {capacity}")
    shutil.rmtree(root / "files", ignore_errors=True)
    templates = None if plan.fmt in WHOLE else _templates(plan)
    totals = dict.fromkeys(FORM_2021.indicators, 0)
    places = random.Random(f"{plan.seed}/names").sample(range(capacity), plan.units)
    roster, wrong = [], []
    for number, place in enumerate(places):
        rnd = random.Random(f"{plan.seed}/{number}")
        name, kind = _name(place, rnd)
        figures = first_year(rnd, _profile(rnd))
        is_spoilt = rnd.random() < 0.1
        if is_spoilt:
            _spoil(figures, rnd)
        file = f"{number // PER_FOLDER + 1:03}/{name}{plan.year}年年报.{plan.fmt}"
        checks = broken(FORM_2021, figures)
        if checks:
            wrong.append((file, ";".join(checks)))
        for indicator, value in figures.items():
            totals[indicator] += value
        path = root / "files" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_one(plan, rnd, name, figures, templates, is_spoilt))
        roster.append((f"U{number + 1:05}", name, kind, "", "yes", f"{plan.year + 1}-01-31"))
    _table(root / "roster.csv", ["unit_id", "unit", "kind", "aliases", "required", "due"], roster)
    _table(root / "truth_totals.csv", ["indicator", "total"], totals.items())
    _table(root / "truth_broken.csv", ["file", "equations"], wrong)
    return f"{plan.units} {plan.fmt} files, {len(wrong)} with a broken identity"
