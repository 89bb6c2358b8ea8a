"""The fictional county: its units, their profiles and the planted defects."""

from dataclasses import dataclass
from decimal import Decimal

from .figures import Profile
from .forms import COLUMNS, FORM_2021
from .sheet import ErrorValue

COUNTY = "示例县"
DUE = {"township": "2026-01-20", "subdistrict": "2026-01-20", "department": "2026-01-31"}
KIND_LABELS = {"township": "乡镇", "subdistrict": "街道", "department": "部门"}


@dataclass(frozen=True)
class Unit:
    """A unit on the roster (or beside it)."""

    id: str
    short: str
    kind: str
    profile: Profile

    @property
    def name(self):
        """Name on the roster."""
        ending = {"township": "人民政府", "subdistrict": "办事处"}.get(self.kind, "")
        return f"{COUNTY}{self.short}{ending}"


def _unit(id, short, kind, *numbers):
    *counts, fees, reviews, suits = numbers
    return Unit(id, short, kind, Profile(*counts, Decimal(fees), reviews, suits))


# id, name, kind, applications, documents, licences, penalties, coercive, fees, reviews, suits
UNITS = [
    _unit("T01", "甲山镇", "township", 6, 4, 215, 12, 0, "0.8", 0, 0),
    _unit("T02", "乙水乡", "township", 2, 2, 96, 4, 0, "0", 0, 0),
    _unit("T03", "丙林镇", "township", 3, 5, 180, 9, 0, "1.26", 0, 0),
    _unit("T04", "丁河乡", "township", 0, 1, 64, 3, 0, "0", 0, 0),
    _unit("T05", "戊岭镇", "township", 1, 3, 133, 7, 0, "0", 0, 0),
    _unit("T06", "己川乡", "township", 0, 2, 58, 2, 0, "0", 0, 0),
    _unit("T07", "庚湖镇", "township", 9, 6, 342, 28, 3, "2.4", 0, 0),
    _unit("T08", "辛田乡", "township", 1, 2, 71, 5, 0, "0.35", 0, 0),
    _unit("T09", "壬桥镇", "township", 4, 3, 158, 11, 0, "0", 0, 0),
    _unit("T10", "癸坪乡", "township", 0, 1, 49, 2, 0, "0", 0, 0),
    _unit("T11", "子城街道", "subdistrict", 42, 7, 1260, 148, 22, "12.6", 3, 1),
    _unit("T12", "丑塘街道", "subdistrict", 12, 5, 480, 66, 8, "3.15", 1, 0),
    _unit("T13", "寅谷镇", "township", 2, 3, 112, 6, 0, "0", 0, 0),
    _unit("T14", "卯洲乡", "township", 3, 2, 87, 14, 0, "0", 0, 0),
    _unit("T15", "辰港镇", "township", 7, 3, 140, 8, 0, "0.6", 1, 0),
    _unit("T16", "巳湾乡", "township", 3, 2, 77, 4, 0, "0", 0, 0),
    _unit("D01", "财政局", "department", 35, 14, 60, 16, 0, "486.5", 2, 0),
    _unit("D02", "自然资源局", "department", 260, 11, 2350, 190, 31, "1320.75", 14, 5),
    _unit("D03", "市场监督管理局", "department", 140, 9, 6900, 820, 95, "58.2", 9, 3),
    _unit("D04", "住房和城乡建设局", "department", 180, 12, 1900, 240, 26, "764.4", 8, 4),
    _unit("D05", "教育局", "department", 48, 8, 130, 4, 0, "92.3", 1, 0),
    _unit("D06", "公安局", "department", 75, 6, 9800, 5200, 310, "143.9", 6, 2),
]
STRANGER = _unit("", "供销合作社联合社", "department", 2, 1, 0, 0, 0, "0", 0, 0)
BY_SHORT = {unit.short: unit for unit in UNITS}
NAMES = [name for name, _ in COLUMNS]


# --- defects: each changes one report and notes what it did ----------------


def wrong_carried_out(report):
    """S01: the balance fails in one column and in the total, the row still adds up."""
    places = ["t3.carried_out.natural_person", "t3.carried_out.total"]
    for place in places:
        report.figures[place] += 1
    checks = ["balance:natural_person", "balance:total"]
    report.plant("S01", "结转下年度的自然人与总计各多1件", checks, places)


def wrong_outcome(report):
    """S02: outcomes no longer add up to the concluded total."""
    places = ["t3.granted.natural_person", "t3.granted.total"]
    for place in places:
        report.figures[place] += 2
    checks = ["concluded:natural_person", "concluded:total"]
    report.plant("S02", "予以公开的自然人与总计各多2件", checks, places)


def swapped_totals(report):
    """S03: the totals of two rows stand in each other's place."""
    figures = report.figures
    row_a, row_b = "granted", "unavailable.not_held"
    places = [f"t3.{row_a}.total", f"t3.{row_b}.total"]
    if figures[places[0]] == figures[places[1]]:
        raise SystemExit("two totals are equal by chance: take another seed")
    figures[places[0]], figures[places[1]] = figures[places[1]], figures[places[0]]
    report.plant("S03", "两行的总计互换", [f"row:{row_a}", f"row:{row_b}"], places)


def wrong_review_total(report):
    """S04: four results do not add up in table 4."""
    report.figures["t4.review.total"] += 1
    report.plant("S04", "行政复议总计多1件", ["t4:review"], ["t4.review.total"])


def wrong_words(report):
    """N01: the words say two applications more than the table."""
    report.plant("N01", "正文说收到9件，表三新收7件、上年结转1件", places=["t3.received.total"])


def blank_suits(report):
    """V01: two cells of table 4 are blank."""
    places = ["t4.litigation_direct.corrected", "t4.litigation_direct.other_result"]
    for place in places:
        report.nulls.add(place)
    report.plant("V01", "表四两格空白", places=places)


def slashes(report):
    """V02: a row of table 2 is filled with slashes."""
    places = [f"t2.regulations.{column}" for column in ("issued", "repealed", "in_force")]
    for place in places:
        report.raw[place] = "/"
        report.nulls.add(place)
    report.plant("V02", "规章一行填“/”", places=places)


def double_zero(report):
    """V06: a zero typed twice, as in the oldest report known to do so."""
    zero = "t3.carried_out.research"
    report.show(zero, "00", 0)
    report.plant("V06", "结转下年度的科研机构填“00”", places=[zero])


def letter_in_number(report):
    """V03: a letter O where a zero belongs."""
    place = "t3.granted.natural_person"
    report.show(place, f"{report.figures[place] // 10}O")
    report.plant("V03", "数字0误作字母O", places=[place])


def reference_error(report):
    """V03: an error value where the fee belongs."""
    place = "t2.administrative_fees.amount"
    report.show(place, ErrorValue("#REF!"))
    report.plant("V03", "单元格为错误值", places=[place])


def negative(report):
    """V04: a negative count that no equation touches."""
    place = "t2.coercive_measures.processed"
    report.figures[place] = -3
    report.plant("V04", "件数为负", places=[place])


def fraction(report):
    """V05: a fraction in a count that no equation touches."""
    place = "t2.licences.processed"
    report.figures[place] += Decimal("0.5")
    report.plant("V05", "件数为小数", places=[place])


def odd_notation(report):
    """V06: four ways to write a number that are understood."""
    figures = report.figures
    zero = next(
        name for name in report.form.table3_indicators
        if figures[name] == 0 and not name.endswith("total")
    )
    wide, unit, comma = "t3.carried_in.total", "t2.penalties.processed", "t2.licences.processed"
    full_width = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    report.show(zero, "00", 0)
    report.show(wide, str(figures[wide]).translate(full_width), figures[wide])
    report.show(unit, f"{figures[unit]}件", figures[unit])
    report.show(comma, f"{figures[comma]:,}", figures[comma])
    report.plant("V06", "00、全角数字、带“件”、千位分隔", places=[comma, unit, wide, zero])


def bare_formulas(report):
    """V07: the total column holds sums without stored results."""
    report.layout.formulas, report.formulas = "bare", True
    places = [f"t3.{row}.total" for row in report.form.rows3]
    report.plant("V07", "总计列为公式且未存结果", places=places)


def hidden_row(report):
    """V08: a row of table 3 with figures is hidden."""
    report.layout.hidden_rows = {"partly_granted"}
    places = [f"t3.partly_granted.{column}" for column in NAMES]
    report.plant("V08", "部分公开一行被隐藏，行内有数", places=places)


def merged_row(report):
    """V09: a row of zeros given as one merged cell."""
    candidates = [
        row for row in report.form.outcomes if report.figures[f"t3.{row}.total"] == 0
    ]
    row = candidates[-1]
    places = [f"t3.{row}.{column}" for column in NAMES]
    report.layout.merged_rows = {row}
    report.opaque.update(places)
    report.plant("V09", "一行七格合并为一格，填0", places=places)


def lost_table4(report):
    """F05: table 4 is not there."""
    report.layout.skip_tables = {"t4"}
    report.opaque.update(FORM_2021.table4_indicators)
    report.plant("F05", "缺表四")


def empty_table3(report):
    """F06: table 3 has labels but no figures."""
    report.layout.empty_tables = {"t3"}
    report.nulls.update(report.form.table3_indicators)
    report.plant("F06", "表三全空")


def lost_row(report):
    """F07: the row 规章 is not there."""
    report.layout.skip_rows = {"regulations"}
    places = [f"t2.regulations.{column}" for column in ("issued", "repealed", "in_force")]
    report.opaque.update(places)
    report.plant("F07", "表二缺“规章”行")


DEFECTS = {
    "辰港镇": [swapped_totals, wrong_words],
    "巳湾乡": [double_zero],
    "子城街道": [wrong_carried_out, hidden_row],
    "市场监督管理局": [wrong_outcome],
    "住房和城乡建设局": [swapped_totals, blank_suits, odd_notation],
    "自然资源局": [wrong_review_total, slashes, letter_in_number, merged_row],
    "庚湖镇": [lost_table4, negative, bare_formulas, reference_error],
    "壬桥镇": [empty_table3, fraction, lost_row],
}
MISSING = ["戊岭镇", "寅谷镇"]
