"""Lays the three tables of a form out on sheets, in the ways units really do."""

import unicodedata
from dataclasses import dataclass, field

from .forms import BLOCKS, COLUMNS, CARRIED_IN, CARRIED_OUT, CONCLUDED, RECEIVED, RESULTS
from .sheet import Formula, Sheet, a1

HEADINGS = {
    "t2": "二、主动公开政府信息情况",
    "t3": "三、收到和处理政府信息公开申请情况",
    "t4": "四、政府信息公开行政复议、行政诉讼情况",
}
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass
class Layout:
    """How one unit typed the form."""

    title: str = "{unit}{year}年政府信息公开工作年度报告"
    unit_line: str = ""
    sheet: str = "年度报告"
    label_columns: int = 3
    merged: bool = True
    top: int = 0
    left: int = 0
    labels: str = "full"  # full | half | spaced
    normative: str = "行政规范性文件"
    before: list = field(default_factory=list)  # paragraphs above the tables
    after: list = field(default_factory=list)  # paragraphs below the tables
    note: str = ""
    blank_rows: bool = True
    gap_before: set = field(default_factory=set)  # value columns of table 3 after an empty one
    subtotal: bool = False
    split: bool = False  # a cover and a sheet for each table
    text_tables: set = field(default_factory=set)  # tables whose numbers are typed as text
    formulas: str = ""  # "" | stored | bare: the total column of table 3
    merged_rows: set = field(default_factory=set)  # rows of table 3 given as one merged value
    hidden_rows: set = field(default_factory=set)  # rows of table 3 that are hidden
    skip_rows: set = field(default_factory=set)  # rows of table 2 left out
    skip_tables: set = field(default_factory=set)
    empty_tables: set = field(default_factory=set)


class Composer:
    """Writes one report onto sheets and remembers where each indicator went."""

    def __init__(self, form, shown, unit, year, layout):
        """Takes what each cell shows, by indicator."""
        self.form, self.shown, self.layout = form, shown, layout
        self.unit, self.year = unit, year
        self.places = {}
        self.sheets = []

    def compose(self):
        """Returns the sheets."""
        if self.layout.split:
            self._split()
        else:
            self._stacked()
        return self.sheets

    def _title(self):
        return self.layout.title.format(unit=self.unit, year=self.year)

    def _stacked(self):
        """All tables under one another on one sheet."""
        layout = self.layout
        sheet = Sheet(layout.sheet)
        self.sheets.append(sheet)
        row, left = layout.top, layout.left
        sheet.put(row, left, self._title(), "title", (1, 10) if layout.merged else None)
        row += 1
        if layout.unit_line:
            text = layout.unit_line.format(unit=self.unit, year=self.year)
            sheet.put(row, left, text, "note")
            row += 1
        row = self._paragraphs(sheet, row, layout.before)
        for table in ("t2", "t3", "t4"):
            if table not in layout.skip_tables:
                row = self._table(sheet, row, table) + (1 if layout.blank_rows else 0)
        if layout.note:
            sheet.put(row, left, layout.note, "note")
            row += 1
        self._paragraphs(sheet, row, layout.after)

    def _split(self):
        """A cover sheet, then each table on a sheet of its own."""
        cover = Sheet("封面")
        cover.put(1, 1, self._title(), "title", (1, 2) if self.layout.merged else None)
        cover.put(3, 1, "填报单位", "label")
        cover.put(3, 2, self.unit, "value")
        cover.put(4, 1, "报告年度", "label")
        cover.put(4, 2, self.year, "value")
        self.sheets.append(cover)
        names = {"t2": "主动公开", "t3": "依申请公开", "t4": "复议诉讼"}
        for table in ("t2", "t3", "t4"):
            if table not in self.layout.skip_tables:
                sheet = Sheet(names[table])
                self.sheets.append(sheet)
                self._table(sheet, self.layout.top, table)

    def _paragraphs(self, sheet, row, paragraphs):
        for text in paragraphs:
            sheet.put(row, self.layout.left, text, "note")
            row += 1
        return row

    def _table(self, sheet, row, table):
        """One heading and its table; returns the next free row."""
        sheet.put(row, self.layout.left, self._label(HEADINGS[table]), "head")
        write = {"t2": self._table2, "t3": self._table3, "t4": self._table4}[table]
        return write(sheet, row + 1)

    def _label(self, text):
        """A label the way this unit types labels."""
        if self.layout.labels == "half":
            return unicodedata.normalize("NFKC", text)
        if self.layout.labels == "spaced":
            if len(text) == 2:
                return f"{text[0]} {text[1]}"
            if len(text) in (4, 6) and "（" not in text:
                return f"{text[:2]}\n{text[2:]}"
            return text.replace("）", "） ", 1) if text.startswith("（") else f" {text}"
        return text

    def _span(self, rows, columns):
        return (rows, columns) if self.layout.merged else None

    def _figure(self, sheet, row, column, indicator, span=None):
        """Writes the cell of an indicator as the unit gave it."""
        table = indicator.split(".")[0]
        value = self.shown[indicator]
        if table in self.layout.empty_tables:
            value = None
        if table in self.layout.text_tables and value is not None:
            value = str(value)
        sheet.put(row, column, value, "money" if indicator.endswith("amount") else "value", span)
        self.places[indicator] = (sheet, row, column)

    def _table2(self, sheet, row):
        """Table 2: sections of an article line, a header line and rows."""
        left = self.layout.left
        first = left + (self.layout.label_columns if not self.layout.split else 1)
        for article, headers, rows in self.form.table2:
            sheet.put(row, left, self._label(article), "label", self._span(1, first + 3 - left))
            row += 1
            sheet.put(row, left, self._label("信息内容"), "label", self._span(1, first - left))
            wide = self._span(1, 3) if len(headers) == 1 else None
            for offset, header in enumerate(headers):
                sheet.put(row, first + offset, self._label(header), "label", wide)
            row += 1
            for label, name, columns in rows:
                if name in self.layout.skip_rows:
                    continue
                if label == "行政规范性文件":
                    label = self.layout.normative
                sheet.put(row, left, self._label(label), "label", self._span(1, first - left))
                for offset, column in enumerate(columns):
                    self._figure(sheet, row, first + offset, f"t2.{name}.{column}", wide)
                row += 1
        return row

    def _columns3(self):
        """Column of each kind of applicant in table 3, and of the subtotal."""
        at, found, subtotal = self.layout.left + self.layout.label_columns, {}, None
        for name, _ in COLUMNS:
            if name in self.layout.gap_before:
                at += 1
            if name == "total" and self.layout.subtotal:
                subtotal, at = at, at + 1
            found[name], at = at, at + 1
        return found, subtotal

    def _head3(self, sheet, row, columns, subtotal):
        """The three header lines of table 3."""
        left, first, last = self.layout.left, columns["natural_person"], columns["total"]
        legal_end = subtotal or columns["other_organisation"]
        corner = self._label(CORNER)
        sheet.put(row, left, corner, "label", self._span(3, self.layout.label_columns))
        sheet.put(row, first, self._label("申请人情况"), "label", self._span(1, last - first + 1))
        sheet.put(row + 1, first, self._label("自然人"), "label", self._span(2, 1))
        span = self._span(1, legal_end - columns["business"] + 1)
        sheet.put(row + 1, columns["business"], self._label("法人或其他组织"), "label", span)
        sheet.put(row + 1, last, self._label("总计"), "label", self._span(2, 1))
        for name, label in COLUMNS[1:-1]:
            sheet.put(row + 2, columns[name], self._label(label), "label")
        if subtotal is not None:
            sheet.put(row + 2, subtotal, self._label("小计"), "label")
        return row + 3

    def _table3(self, sheet, row):
        """Table 3 with three label columns, or with one and group lines."""
        columns, subtotal = self._columns3()
        row = self._head3(sheet, row, columns, subtotal)
        write = self._labels_three if self.layout.label_columns == 3 else self._labels_one
        for name, at in write(sheet, row):
            self._row3(sheet, at, name, columns, subtotal)
            row = at + 1
        return row

    def _labels_three(self, sheet, row):
        """Labels in three columns; yields (row name, sheet row)."""
        left = self.layout.left
        for name, label in (RECEIVED, CARRIED_IN):
            sheet.put(row, left, self._label(label), "label", self._span(1, 3))
            yield name, row
            row += 1
        outcomes = len(self.form.outcomes) + 1
        sheet.put(row, left, self._label("三、本年度办理结果"), "label", self._span(outcomes, 1))
        for group, rows in [*self.form.outcome_groups, (None, [CONCLUDED])]:
            if group:
                sheet.put(row, left + 1, self._label(group), "label", self._span(len(rows), 1))
            for name, label in rows:
                at, span = (left + 2, None) if group else (left + 1, self._span(1, 2))
                sheet.put(row, at, self._label(label), "label", span)
                yield name, row
                row += 1
        sheet.put(row, left, self._label(CARRIED_OUT[1]), "label", self._span(1, 3))
        yield CARRIED_OUT[0], row

    def _labels_one(self, sheet, row):
        """Labels in one column, a line for each group; yields (row name, sheet row)."""
        lines = [(RECEIVED, True), (CARRIED_IN, True), (("", "三、本年度办理结果"), False)]
        for group, rows in self.form.outcome_groups:
            if group:
                lines.append((("", group), False))
            lines += [(entry, True) for entry in rows]
        lines += [(CONCLUDED, True), (CARRIED_OUT, True)]
        for (name, label), holds_figures in lines:
            sheet.put(row, self.layout.left, self._label(label), "label")
            if holds_figures:
                yield name, row
            row += 1

    def _row3(self, sheet, row, name, columns, subtotal):
        """The figures of one row of table 3."""
        first, last = columns["natural_person"], columns["other_organisation"]
        if name in self.layout.hidden_rows:
            sheet.hidden_rows.add(row)
        if name in self.layout.merged_rows:
            width = columns["total"] - first + 1
            sheet.put(row, first, self.shown[f"t3.{name}.natural_person"], "value", (1, width))
            for column, at in columns.items():
                self.places[f"t3.{name}.{column}"] = (sheet, row, at)
            return
        for column, at in columns.items():
            self._figure(sheet, row, at, f"t3.{name}.{column}")
        if self.layout.formulas:
            total = self.shown[f"t3.{name}.total"]
            stored = total if self.layout.formulas == "stored" else None
            text = f"SUM({a1(row, first)}:{a1(row, last)})"
            sheet.cells[row, columns["total"]] = Formula(text, stored)
        if subtotal is not None:
            parts = [self.shown[f"t3.{name}.{column}"] for column, _ in COLUMNS[1:-1]]
            known = [part for part in parts if isinstance(part, int)]  # "00" adds nothing
            sheet.put(row, subtotal, sum(known), "value")

    def _table4(self, sheet, row):
        """Table 4: three header lines and one line of figures."""
        left = self.layout.left
        sheet.put(row, left, self._label("行政复议"), "label", self._span(1, 5))
        sheet.put(row, left + 5, self._label("行政诉讼"), "label", self._span(1, 10))
        for number, (block, block_label) in enumerate(BLOCKS):
            at = left + 5 * number
            if number:
                sheet.put(row + 1, at, self._label(block_label), "label", self._span(1, 5))
            for offset, (result, label) in enumerate(RESULTS):
                head, span = (row + 2, None) if number else (row + 1, self._span(2, 1))
                sheet.put(head, at + offset, self._label(label), "label", span)
                self._figure(sheet, row + 3, at + offset, f"t4.{block}.{result}")
        return row + 4
