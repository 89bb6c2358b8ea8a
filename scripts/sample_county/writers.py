"""Writes sheets as xlsx, xlsm, xls, ods, csv and tsv, the same bytes each time."""

import csv
import datetime
import io
import re
from decimal import Decimal

import openpyxl
import xlsxwriter
import xlwt
from odf import style, table, text
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from .package import STAMP, pack, steady, unpack
from .sheet import ErrorValue, Formula

AUTHOR = "示例县"
FRAMED = {"label", "value", "money"}
MACRO_TYPE = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def plain(value):
    """A number as Python's spreadsheet libraries want it."""
    return float(value) if isinstance(value, Decimal) else value


# --- xlsx with shared strings; formulas keep their stored results ---------


def _looks(book):
    """Cell formats by role."""
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    framed = {**base, "border": 1, "align": "center"}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True, "align": "center"}),
        "head": book.add_format({**base, "font_name": "黑体", "text_wrap": False}),
        "note": book.add_format({**base, "text_wrap": False}),
        "text": book.add_format(base),
        "label": book.add_format(framed),
        "value": book.add_format({**framed, "num_format": "0"}),
        "money": book.add_format({**framed, "num_format": "0.00##"}),
    }


def write_shared(sheets):
    """An xlsx package in the manner of Excel."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"author": AUTHOR, "created": datetime.datetime(*STAMP)})
    looks = _looks(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        for row in sorted(sheet.hidden_rows):
            page.set_row(row, None, None, {"hidden": True})
        corners = {(r0, c0): (r1, c1) for r0, c0, r1, c1 in sheet.merges}
        for (row, column), value in sheet.cells.items():
            look = looks[sheet.roles[row, column]]
            if (row, column) in corners:
                page.merge_range(row, column, *corners[row, column], "", look)
            _put_shared(page, row, column, value, look)
    book.close()
    return steady(target.getvalue())


def _put_shared(page, row, column, value, look):
    """One cell of an xlsx with shared strings."""
    if value is None:
        page.write_blank(row, column, None, look)
    elif isinstance(value, Formula):
        stored = "" if value.result is None else plain(value.result)
        page.write_formula(row, column, f"={value.text}", look, stored)
    elif isinstance(value, ErrorValue):
        page.write_formula(row, column, f"={value.code}", look, value.code)
    elif isinstance(value, str):
        page.write_string(row, column, value, look)
    else:
        page.write_number(row, column, plain(value), look)


# --- xlsx with strings in the cells, and the fuller kind that WPS leaves ---


def _dress(cell, role):
    """Font, alignment, border and number format of a cell."""
    sizes = {"title": 16, "head": 12}
    cell.font = Font(name="宋体", size=sizes.get(role, 10), bold=role == "title")
    if role in FRAMED:
        side = Side(style="thin")
        cell.border = Border(left=side, right=side, top=side, bottom=side)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if role == "money":
        cell.number_format = "0.00##"


def write_inline(sheets, wps=False):
    """An xlsx package with inline strings and formulas without results."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = AUTHOR
    if wps:
        _wps_extras(book)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        for row in sheet.hidden_rows:
            page.row_dimensions[row + 1].hidden = True
        for (row, column), value in sheet.cells.items():
            cell = page.cell(row + 1, column + 1)
            _dress(cell, sheet.roles[row, column])
            _put_inline(cell, value)
        for r0, c0, r1, c1 in sheet.merges:
            page.merge_cells(None, r0 + 1, c0 + 1, r1 + 1, c1 + 1)
    if wps:
        book.create_sheet("Sheet2")
        book.create_sheet("Sheet3")
    target = io.BytesIO()
    book.save(target)
    members = unpack(steady(target.getvalue()))
    return pack(_share_strings(members) if wps else members)


def _put_inline(cell, value):
    """One cell of an xlsx with inline strings."""
    if isinstance(value, Formula):
        cell.value = f"={value.text}"
    elif isinstance(value, ErrorValue):
        cell.value, cell.data_type = value.code, "e"
    elif isinstance(value, str):
        cell.value, cell.data_type = value, "s"
    elif value is not None:
        cell.value = plain(value)


def _wps_extras(book):
    """Many named styles and the properties that WPS writes."""
    for number in range(36):
        named = NamedStyle(name=f"{20 * (number % 3 + 1)}% - 着色 {number}")
        named.font = Font(name="宋体", size=11, color=f"FF{number * 70001 % 0xFFFFFF:06X}")
        named.fill = PatternFill("solid", fgColor=f"FF{number * 910001 % 0xFFFFFF:06X}")
        book.add_named_style(named)
    book.custom_doc_props.append(
        StringProperty(name="KSOProductBuildVer", value="2052-12.1.0.15990")
    )


def _share_strings(members):
    """Moves inline strings into a table of shared strings."""
    order, uses = {}, 0

    def shared(match):
        nonlocal uses
        uses += 1
        number = order.setdefault(match[2], len(order))
        return f'<c {match[1]} t="s"><v>{number}</v></c>'

    inline = re.compile(r'<c ([^>]*?) t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>', re.S)
    parts = dict(members)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = inline.sub(shared, parts[name].decode()).encode()
    items = "".join(f'<si><t xml:space="preserve">{string}</t></si>' for string in order)
    parts["xl/sharedStrings.xml"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'count="{uses}" uniqueCount="{len(order)}">{items}</sst>'
    ).encode()
    return list(parts.items())


def as_macro_book(data):
    """An xlsx package turned into an xlsm one (without any macro)."""
    return pack([(name, part.replace(PLAIN_TYPE, MACRO_TYPE)) for name, part in unpack(data)])


# --- xls -------------------------------------------------------------------


def write_xls(sheets):
    """A BIFF8 workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    frame = "borders: left thin, right thin, top thin, bottom thin;"
    middle = "align: horiz center, vert center, wrap on;"
    looks = {
        "title": xlwt.easyxf(f"font: name 宋体, height 320, bold on; {middle}"),
        "label": xlwt.easyxf(f"font: name 宋体, height 200; {middle} {frame}"),
        "other": xlwt.easyxf("font: name 宋体, height 200;"),
    }
    looks["value"] = looks["money"] = looks["label"]
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = 1 if sheet.hidden else 0
        corners = {(r0, c0): (r1, c1) for r0, c0, r1, c1 in sheet.merges}
        for (row, column), value in sheet.cells.items():
            look = looks.get(sheet.roles[row, column], looks["other"])
            if (row, column) in corners:
                page.write_merge(row, corners[row, column][0], column, corners[row, column][1],
                                 plain(value), look)
            else:
                page.write(row, column, plain(value), look)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# --- ods -------------------------------------------------------------------


def write_ods(sheets):
    """An OpenDocument spreadsheet."""
    book = OpenDocumentSpreadsheet()
    framed = style.Style(name="framed", family="table-cell")
    framed.addElement(style.TableCellProperties(border="0.06pt solid #000000"))
    book.automaticstyles.addElement(framed)
    for sheet in sheets:
        page = table.Table(name=sheet.name)
        rows, columns = sheet.size()
        spans = {(r0, c0): (r1 - r0 + 1, c1 - c0 + 1) for r0, c0, r1, c1 in sheet.merges}
        under = {
            (row, column)
            for r0, c0, r1, c1 in sheet.merges
            for row in range(r0, r1 + 1)
            for column in range(c0, c1 + 1)
        } - set(spans)
        page.addElement(table.TableColumn(numbercolumnsrepeated=columns))
        for row in range(rows):
            line = table.TableRow()
            for column in range(columns):
                place = (row, column)
                line.addElement(_ods_cell(sheet, place, spans.get(place), place in under))
            page.addElement(line)
        book.spreadsheet.addElement(page)
    target = io.BytesIO()
    book.write(target)
    return steady(target.getvalue())


def _ods_cell(sheet, place, span, under):
    """One cell of an OpenDocument sheet."""
    if under:
        return table.CoveredTableCell()
    value, given = sheet.cells.get(place), {}
    if span:
        given = {"numberrowsspanned": span[0], "numbercolumnsspanned": span[1]}
    if sheet.roles.get(place) in FRAMED:
        given["stylename"] = "framed"
    if value is None:
        return table.TableCell(**given)
    if isinstance(value, str):
        cell = table.TableCell(valuetype="string", **given)
        for line in value.split("\n"):
            cell.addElement(text.P(text=line))
        return cell
    cell = table.TableCell(valuetype="float", value=str(value), **given)
    cell.addElement(text.P(text=str(value)))
    return cell


# --- csv and tsv -----------------------------------------------------------


def write_text(sheet, encoding, delimiter=","):
    """The cells of one sheet as delimited text with CRLF line ends."""
    rows, columns = sheet.size()
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    for row in range(rows):
        values = (sheet.cells.get((row, column)) for column in range(columns))
        writer.writerow("" if value is None else str(value) for value in values)
    content = target.getvalue()
    if encoding == "utf-16-le":
        return b"\xff\xfe" + content.encode(encoding)
    return content.encode(encoding)


WRITERS = {
    "shared": write_shared,
    "inline": write_inline,
    "wps": lambda sheets: write_inline(sheets, wps=True),
    "macro": lambda sheets: as_macro_book(write_shared(sheets)),
    "xls": write_xls,
    "ods": write_ods,
    "csv-utf8": lambda sheets: write_text(sheets[0], "utf-8-sig"),
    "csv-gb18030": lambda sheets: write_text(sheets[0], "gb18030"),
    "tsv-utf16": lambda sheets: write_text(sheets[0], "utf-16-le", "\t"),
}
