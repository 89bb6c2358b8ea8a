"""The two official forms: row and column names, printed labels, equations.

An indicator is `table.row.column`. A form knows its indicators in printed
order and its equations; `broken` judges the equations over a set of cells.
"""

from dataclasses import dataclass

COLUMNS = [
    ("natural_person", "自然人"),
    ("business", "商业企业"),
    ("research", "科研机构"),
    ("social_welfare", "社会公益组织"),
    ("legal_service", "法律服务机构"),
    ("other_organisation", "其他"),
    ("total", "总计"),
]
KINDS = [name for name, _ in COLUMNS[:-1]]

# Outcomes in printed order: (group heading or None, [(row, label)...]).
_OUTCOMES_HEAD = [
    (None, [("granted", "（一）予以公开")]),
    (None, [("partly_granted", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）")]),
    ("（三）不予公开", [
        ("denied.state_secret", "1.属于国家秘密"),
        ("denied.prohibited_by_law", "2.其他法律行政法规禁止公开"),
        ("denied.security_stability", "3.危及“三安全一稳定”"),
        ("denied.third_party_rights", "4.保护第三方合法权益"),
        ("denied.internal_affairs", "5.属于三类内部事务信息"),
        ("denied.process_information", "6.属于四类过程性信息"),
        ("denied.enforcement_files", "7.属于行政执法案卷"),
        ("denied.administrative_query", "8.属于行政查询事项"),
    ]),
    ("（四）无法提供", [
        ("unavailable.not_held", "1.本机关不掌握相关政府信息"),
        ("unavailable.needs_creation", "2.没有现成信息需要另行制作"),
        ("unavailable.unclear_after_correction", "3.补正后申请内容仍不明确"),
    ]),
    ("（五）不予处理", [
        ("not_processed.petition", "1.信访举报投诉类申请"),
        ("not_processed.duplicate", "2.重复申请"),
        ("not_processed.published_material", "3.要求提供公开出版物"),
        ("not_processed.excessive_repeat", "4.无正当理由大量反复申请"),
        ("not_processed.reissue_confirmation", "5.要求行政机关确认或重新出具已获取信息"),
    ]),
]
_OTHER_2021 = ("（六）其他处理", [
    ("other.no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other.fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other.other", "3.其他"),
])
_OTHER_2019 = (None, [("other.all", "（六）其他处理")])

RECEIVED = ("received", "一、本年新收政府信息公开申请数量")
CARRIED_IN = ("carried_in", "二、上年结转政府信息公开申请数量")
CONCLUDED = ("concluded_total", "（七）总计")
CARRIED_OUT = ("carried_out", "四、结转下年度继续办理")

BLOCKS = [
    ("review", "行政复议"),
    ("litigation_direct", "未经复议直接起诉"),
    ("litigation_after_review", "复议后起诉"),
]
RESULTS = [
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("other_result", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
]

# Table 2 as sections: (article, header labels, [(row label, row, columns)...]).
_TABLE2_2021 = [
    ("第二十条第（一）项", ["本年制发件数", "本年废止件数", "现行有效件数"], [
        ("规章", "regulations", ["issued", "repealed", "in_force"]),
        ("行政规范性文件", "normative_documents", ["issued", "repealed", "in_force"]),
    ]),
    ("第二十条第（五）项", ["本年处理决定数量"], [("行政许可", "licences", ["processed"])]),
    ("第二十条第（六）项", ["本年处理决定数量"], [
        ("行政处罚", "penalties", ["processed"]),
        ("行政强制", "coercive_measures", ["processed"]),
    ]),
    ("第二十条第（八）项", ["本年收费金额（单位：万元）"], [
        ("行政事业性收费", "administrative_fees", ["amount"]),
    ]),
]
_ITEMS = ["上一年项目数量", "本年增/减", "处理决定数量"]
_ITEM_COLUMNS = ["previous_items", "change", "processed"]
_TABLE2_2019 = [
    ("第二十条第（一）项", ["本年新制作数量", "本年新公开数量", "对外公开总数量"], [
        ("规章", "regulations", ["made", "newly_published", "total_published"]),
        ("规范性文件", "normative_documents", ["made", "newly_published", "total_published"]),
    ]),
    ("第二十条第（五）项", _ITEMS, [
        ("行政许可", "licences", _ITEM_COLUMNS),
        ("其他对外管理服务事项", "other_services", _ITEM_COLUMNS),
    ]),
    ("第二十条第（六）项", _ITEMS, [
        ("行政处罚", "penalties", _ITEM_COLUMNS),
        ("行政强制", "coercive_measures", _ITEM_COLUMNS),
    ]),
    ("第二十条第（八）项", _ITEMS[:2], [
        ("行政事业性收费", "administrative_fees", _ITEM_COLUMNS[:2]),
    ]),
    ("第二十条第（九）项", ["采购项目数量", "采购总金额"], [
        ("政府集中采购", "procurement", ["items", "amount"]),
    ]),
]


@dataclass(frozen=True)
class Form:
    """One official form."""

    id: str
    table2: list
    outcome_groups: list

    @property
    def outcomes(self):
        """Names of the outcome rows, in printed order."""
        return [row for _, rows in self.outcome_groups for row, _ in rows]

    @property
    def rows3(self):
        """Names of all rows of table 3 that hold figures."""
        return ["received", "carried_in", *self.outcomes, "concluded_total", "carried_out"]

    @property
    def table2_indicators(self):
        """Indicators of table 2, in printed order."""
        return [
            f"t2.{row}.{column}"
            for _, _, rows in self.table2
            for _, row, columns in rows
            for column in columns
        ]

    @property
    def table3_indicators(self):
        """Indicators of table 3, row by row."""
        return [f"t3.{row}.{column}" for row in self.rows3 for column, _ in COLUMNS]

    @property
    def table4_indicators(self):
        """Indicators of table 4, from left to right."""
        return [f"t4.{block}.{result}" for block, _ in BLOCKS for result, _ in RESULTS]

    @property
    def indicators(self):
        """All indicators of the form."""
        return self.table2_indicators + self.table3_indicators + self.table4_indicators

    def equations(self):
        """Equations as {id: (indicators on the left, indicators on the right)}."""
        found = {}
        for column, _ in COLUMNS:
            found[f"balance:{column}"] = (
                [f"t3.received.{column}", f"t3.carried_in.{column}"],
                [f"t3.concluded_total.{column}", f"t3.carried_out.{column}"],
            )
            found[f"concluded:{column}"] = (
                [f"t3.{row}.{column}" for row in self.outcomes],
                [f"t3.concluded_total.{column}"],
            )
        for row in self.rows3:
            found[f"row:{row}"] = ([f"t3.{row}.{kind}" for kind in KINDS], [f"t3.{row}.total"])
        for block, _ in BLOCKS:
            parts = [f"t4.{block}.{result}" for result, _ in RESULTS[:-1]]
            found[f"t4:{block}"] = (parts, [f"t4.{block}.total"])
        return found


FORM_2021 = Form("2021", _TABLE2_2021, [*_OUTCOMES_HEAD, _OTHER_2021])
FORM_2019 = Form("2019", _TABLE2_2019, [*_OUTCOMES_HEAD, _OTHER_2019])


def judge(equation, values, opaque):
    """`kept`, `broken` or `undecided` for one equation.

    `values` holds a number or None (a blank); `opaque` holds indicators whose
    cell is there but is not a number, or is not there at all.
    """
    left, right = equation
    if any(indicator in opaque for indicator in left + right):
        return "undecided"
    gaps_left = any(values[indicator] is None for indicator in left)
    gaps_right = any(values[indicator] is None for indicator in right)
    known_left = sum(values[indicator] or 0 for indicator in left)
    known_right = sum(values[indicator] or 0 for indicator in right)
    if gaps_left and gaps_right:
        return "undecided"
    if gaps_left:
        return "undecided" if known_left <= known_right else "broken"
    if gaps_right:
        return "undecided" if known_right <= known_left else "broken"
    return "kept" if known_left == known_right else "broken"


def broken(form, values, opaque=frozenset()):
    """Ids of the broken equations, in a fixed order."""
    return [
        name
        for name, equation in form.equations().items()
        if judge(equation, values, opaque) == "broken"
    ]
