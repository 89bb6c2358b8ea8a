"""Writes a sheet as a Word document, a web page, flowing text or an XML workbook.

Framed cells are tables, the others paragraphs; a table ends where a paragraph
comes, and table 2 may be cut before each of its articles, as offices do.
"""

from html import escape

from .package import pack
from .sheet import ErrorValue

FRAMED = {"label", "value", "money"}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def shown(value):
    """What a cell shows."""
    if value is None:
        return ""
    return value.code if isinstance(value, ErrorValue) else str(value)


class Cell:
    """A cell of a table with what it spans."""

    def __init__(self, column, rows, columns, text):
        """Takes the cell's first column, its spans and its text."""
        self.column, self.rows, self.columns, self.text = column, rows, columns, text


def parts(sheet, cut=False):
    """The sheet in its order: paragraphs as text, tables as lists of rows of cells."""
    rows, columns = sheet.size()
    spans = {(r0, c0): (r1 - r0 + 1, c1 - c0 + 1) for r0, c0, r1, c1 in sheet.merges}
    under = {
        (row, column)
        for r0, c0, r1, c1 in sheet.merges
        for row in range(r0, r1 + 1)
        for column in range(c0, c1 + 1)
    } - set(spans)
    table, found = [], []
    for row in range(rows):
        framed = [c for c in range(columns) if sheet.roles.get((row, c)) in FRAMED]
        if framed or any((row, column) in under for column in range(columns)) and table:
            cells = [
                Cell(column, *spans.get((row, column), (1, 1)), shown(sheet.cells[row, column]))
                for column in framed
            ]
            if cut and cells and cells[0].text.startswith("第二十条") and table:
                found.append(table)
                table = []
            table.append(cells)
            continue
        if table:
            found.append(table)
            table = []
        found += [shown(sheet.cells[row, c]) for c in range(columns) if sheet.cells.get((row, c))]
    return found + ([table] if table else [])


# --- Word ------------------------------------------------------------------


def _runs(text):
    """Runs of a paragraph; longer numbers are split over two, as editing leaves them."""
    pieces = [text[:1], text[1:]] if text.isdigit() and len(text) > 1 else [text]
    runs = []
    for piece in pieces:
        lines = piece.split("\n")
        inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
        runs.append(f"<w:r>{inner}</w:r>")
    return "".join(runs)


def _paragraph(text):
    return f"<w:p>{_runs(text)}</w:p>"


def _word_table(rows):
    """A table with gridSpan and vMerge; what a merge covers is there as an empty cell."""
    width = max(cell.column + cell.columns for row in rows for cell in row)
    open_merges, lines = {}, []
    for cells in rows:
        at, line, starts = 0, [], {cell.column: cell for cell in cells}
        while at < width:
            cell = starts.get(at)
            if cell:
                columns, text = cell.columns, cell.text
                merge = '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
                if cell.rows > 1:
                    open_merges[at] = [cell.rows - 1, columns]
            elif open_merges.get(at, [0])[0]:
                open_merges[at][0] -= 1
                columns, text, merge = open_merges[at][1], "", "<w:vMerge/>"
            else:
                columns, text, merge = 1, "", ""
            span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
            line.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text)}</w:tc>")
            at += columns
        lines.append(f"<w:tr>{''.join(line)}</w:tr>")
    grid = "<w:gridCol/>" * width
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"


def write_docx(sheets):
    """A Word document; table 2 is cut into its articles."""
    body = "".join(
        _paragraph(part) if isinstance(part, str) else _word_table(part) + _paragraph("")
        for part in parts(sheets[0], cut=True)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    types = (
        f'{head}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'{head}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    members = [
        ("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/document.xml", document),
    ]
    return pack([(name, part.encode()) for name, part in members])


# --- web pages -------------------------------------------------------------


def _web_table(rows):
    lines = []
    for cells in rows:
        line = []
        for cell in cells:
            spans = f" rowspan={cell.rows}" * (cell.rows > 1) + f" colspan={cell.columns}" * (cell.columns > 1)
            text = escape(cell.text).replace("\n", "<br>") or "&nbsp;"
            line.append(f"<td{spans}><p>{text}</p></td>")
        lines.append(f"<tr>{''.join(line)}</tr>")
    return "<table border=1><tbody>\n" + "\n".join(lines) + "\n</tbody></table>"


def write_html(sheets, encoding="utf-8", stated="utf-8"):
    """A page of a government site: menus around it, links to other years below."""
    found = parts(sheets[0], cut=True)
    title = found[0]
    body = "\n".join(
        f"<p>{escape(part)}</p>" if isinstance(part, str) else _web_table(part) for part in found[1:]
    )
    page = f"""<!DOCTYPE html>
<html><head><meta charset="{stated}"><title>{escape(title)}_示例县人民政府</title>
<style>td {{ border: 1px solid }}</style><script>var 规章 = 9;</script></head>
<body><nav><a href="/">首页</a></nav><table><tr><td><ul><li><a href="/">政府信息公开</a></li></ul></td>
<td><h1>{escape(title)}</h1>
{body}
</td></tr></table>
<ul><li><a href="/2023">示例县某某镇2023年政府信息公开工作年度报告</a></li></ul></body></html>
"""
    return page.encode(encoding)


# --- flowing text ----------------------------------------------------------


def write_bars(sheets):
    """Cells joined by bars, as a page flattened to text: what spans cover leaves empty fields or nothing."""
    lines = []
    for part in parts(sheets[0]):
        if isinstance(part, str):
            lines.append(part)
            continue
        for cells in part:
            line = " | ".join(cell.text.replace("\n", " ") for cell in cells)
            lines.append(line + " |" * (sum(cell.columns for cell in cells) - len(cells) + 1))
    return ("\n".join(lines) + "\n").encode()


def write_lines(sheets):
    """One cell a line, with blank lines between, as copied from a page."""
    lines = []
    for part in parts(sheets[0]):
        cells = [part] if isinstance(part, str) else [cell.text for row in part for cell in row]
        lines += [text for text in cells if text]
    return ("\r\n\r\n".join(lines) + "\r\n").encode("gb18030")


def write_fused(sheets):
    """All cells of the tables run together, as some sites' search copies have them."""
    lines = []
    for part in parts(sheets[0]):
        lines.append(part if isinstance(part, str) else "".join(cell.text for row in part for cell in row))
    return ("\n".join(lines) + "\n").encode()


def write_markdown(sheets):
    """Tables drawn with bars and dashes; a merged cell stands in its first place alone."""
    lines = []
    for part in parts(sheets[0], cut=True):
        if isinstance(part, str):
            lines += [f"## {part}" if part[1:2] == "、" else part, ""]
            continue
        width = max(cell.column + cell.columns for row in part for cell in row)
        for number, cells in enumerate(part):
            texts = [""] * width
            for cell in cells:
                texts[cell.column] = cell.text.replace("\n", "<br>")
            lines.append(f"| {' | '.join(texts)} |")
            if number == 0:
                lines.append("|" + "---|" * width)
        lines.append("")
    return "\n".join(lines).encode()


# --- the XML workbook of 2003 ----------------------------------------------


def write_sheetml(sheets):
    """A workbook as one XML file, usually named .xls."""
    pages = []
    for sheet in sheets:
        corners = {(r0, c0): (r1 - r0, c1 - c0) for r0, c0, r1, c1 in sheet.merges}
        lines, last = [], None
        for (row, column), value in sorted(sheet.cells.items()):
            if row != last:
                lines.append(("</Row>" if lines else "") + f'<Row ss:Index="{row + 1}">')
                last = row
            down, across = corners.get((row, column), (0, 0))
            merge = f' ss:MergeDown="{down}"' * (down > 0) + f' ss:MergeAcross="{across}"' * (across > 0)
            kind = "String" if isinstance(value, str) else "Number"
            data = "" if value is None else f'<Data ss:Type="{kind}">{escape(shown(value))}</Data>'
            lines.append(f'<Cell ss:Index="{column + 1}"{merge}>{data}</Cell>')
        rows = "\n".join(lines) + "</Row>"
        pages.append(f'<Worksheet ss:Name="{escape(sheet.name)}"><Table>{rows}</Table></Worksheet>')
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    return f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">{"".join(pages)}</Workbook>\n'.encode()


DOCUMENTS = {
    "md": write_markdown,
    "xml-xls": write_sheetml,
    "docx": write_docx,
    "html": write_html,
    "html-gbk": lambda sheets: write_html(sheets, "gb18030", "gb2312"),
    "txt-bars": write_bars,
    "txt-lines": write_lines,
    "txt-fused": write_fused,
}
