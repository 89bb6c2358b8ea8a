"""Writes the letter, the circular and the county's report as Word templates, laid out as official documents are (GB/T 9704).

What the placeholders mean is in README.zh-CN.md. The same bytes each time: fixed dates, parts in a fixed order.
"""

import datetime
import io
import pathlib
import sys
import zipfile

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from lxml import etree

BODY, HEADING, SUBHEADING, TITLE, LATIN = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "Times New Roman"
# Fallback fonts.
FALLBACKS = {BODY: "仿宋", HEADING: "SimHei", SUBHEADING: "楷体", TITLE: "华文中宋", LATIN: "Liberation Serif"}
FIXED = datetime.datetime(2026, 1, 1)
# Parts of python-docx's own template that are not needed here.
LEFT_OUT = ("docProps/thumbnail.jpeg", "customXml/", "word/stylesWithEffects.xml", "word/numbering.xml", "word/theme/")


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (("整改通知.docx", letter), ("通报.docx", circular), ("各地区通报.docx", level_circular),
                       ("本级年报.docx", county_report)):
        document = blank(name.removesuffix(".docx"))
        if make is county_report:
            # If the user gives it to the program, it is read as the report of the body that it names.
            document.core_properties.keywords = "huizong-report"
        make(document)
        (folder / name).write_bytes(packed(document))


def letter(document) -> None:
    number(document)
    title(document, "{{#未报}}{{^提醒}}关于催报{{年度}}年度政府信息公开\n工作年度报告的通知")
    title(document, "{{#未报}}{{#提醒}}关于按期报送{{年度}}年度政府信息公开\n工作年度报告的提醒")
    title(document, "{{#有必改}}关于整改{{年度}}年度政府信息公开\n工作年度报告有关问题的通知")
    title(document, "{{#已报}}{{^有必改}}关于核实{{年度}}年度政府信息公开\n工作年度报告有关问题的通知")
    document.add_paragraph("{{单位}}：", "公文主送")
    paragraphs(
        document,
        "{{#部门}}根据《中华人民共和国政府信息公开条例》第四十九条，县级以上人民政府部门应当在每年1月31日前"
        "向本级政府信息公开工作主管部门提交上一年度政府信息公开工作年度报告并向社会公布。"
        "年度报告使用{{格式文号}}规定的格式。",
        "{{#乡镇街道}}根据《关于编制报送{{年度}}年度政府信息公开工作年度报告的通知》（〔请核对标题，填写文号〕），"
        "各乡镇（街道）应使用{{格式文号}}规定的格式编制年度报告，并按时报送。",
        "{{#其他}}根据《关于编制报送{{年度}}年度政府信息公开工作年度报告的通知》（〔请核对标题，填写文号〕），"
        "各有关单位应使用{{格式文号}}规定的格式编制年度报告，并按时报送。",
        "{{#年度不符}}你单位报来的不是{{年度}}年度的报告，没有计入汇总。",
        "{{#未报}}{{#提醒}}报送截止日期为{{截止日期}}，目前尚未收到你单位的{{年度}}年度报告。请你单位抓紧编制，按期报送。"
        "如已报送或者确有困难，请及时与我们联系。",
        "{{#未报}}{{^提醒}}{{#有截止日期}}报送截止日期为{{截止日期}}，截至本通知印发，尚未收到你单位的{{年度}}年度报告。"
        "请你单位抓紧编制，于{{期限}}前报送。如已报送或者确有困难，请及时与我们联系。",
        "{{#未报}}{{^提醒}}{{^有截止日期}}截至本通知印发，尚未收到你单位的{{年度}}年度报告。"
        "请你单位抓紧编制，于{{期限}}前报送。如已报送或者确有困难，请及时与我们联系。",
        "{{#无法读取}}{{^没有年报表格}}你单位报来的文件无法采用，{{年度}}年度报告未能计入汇总。",
        "{{#没有年报表格}}你单位报来的文件没有政府信息公开工作年度报告的表格，{{年度}}年度报告未能计入汇总。",
        "{{#迟报}}你单位{{年度}}年度报告迟报，请说明原因。",
        "{{#重复待定}}你单位报来的几份{{年度}}年度报告数字不同，无法确定以哪一份为准，均未计入汇总。",
        "{{#再次}}{{#已报}}{{上次日期}}通知你单位的问题，{{复查情况}}。",
        "{{#已报}}{{^只有迟报}}经核对，你单位报送的材料（{{文件}}）有{{问题数}}的问题，详见所附问题清单。",
        "{{#有标注}}逐格情况见随附标注工作簿。",
        "{{#没有年报表格}}请核对是否发错文件，于{{期限}}前报送{{年度}}年度报告。",
        "{{#无法读取}}{{^没有年报表格}}请于{{期限}}前换用可以打开、可以核对的文件重新报送。",
        "{{#年度不符}}{{^提醒}}请于{{期限}}前报送{{年度}}年度的报告。",
        "{{#重复待定}}请于{{期限}}前确认以哪一份为准，其余撤回。",
        "{{#有必改}}{{^有待说明}}{{^无法读取}}{{^年度不符}}{{^重复待定}}请你单位认真核对，更正后于{{期限}}前重新报送，文件名上注明“更正”；"
        "报告已经公布的，请同步更正公布的内容。",
        "{{#有必改}}{{#有待说明}}{{^无法读取}}{{^年度不符}}{{^重复待定}}请你单位认真核对，更正后于{{期限}}前重新报送，文件名上注明“更正”；"
        "报告已经公布的，请同步更正公布的内容。待说明的问题，填报有误的一并更正，无误的在“单位答复”栏说明情况。",
        "{{#只有迟报}}请于{{期限}}前在所附问题清单的“单位答复”栏答复。",
        "{{#已报}}{{^有必改}}{{^只有迟报}}请你单位认真核实，于{{期限}}前答复：填报有误的，请更正后重新报送，文件名上注明“更正”；"
        "无误的，请在“单位答复”栏说明情况。",
        "{{^提醒}}特此通知。",
        "{{#提醒}}特此提醒。",
    )
    annex_note(document, "{{#已报}}附件：{{单位}}{{年度}}年度报告问题清单")
    signature(document, 3)
    contact(document)
    table = grid(document, [10, 30, 12, 26, 58, 20], ["序号", "位置", "现填", "应为或疑为", "说明", "单位答复"])
    cells = ["{{序号}}", "{{位置}}", "{{现填}}", "{{应为}}", "{{说明}}", ""]
    group(table, "{{#有必改}}必改的问题")
    row(table, ["{{#必改}}" + cells[0], *cells[1:]])
    group(table, "{{#有待说明}}待说明的问题")
    row(table, ["{{#待说明}}" + cells[0], *cells[1:]])
    # The paragraphs above the table come after it in the making.
    for paragraph in annex(document, "{{#已报}}附件", "{{#已报}}{{单位}}\n{{年度}}年度报告问题清单"):
        paragraph.paragraph_format.keep_with_next = True
        table._tbl.addprevious(paragraph._p)


def circular(document) -> None:
    number(document)
    title(document, "关于{{年度}}年度政府信息公开工作年度报告\n编制报送情况的通报")
    document.add_paragraph("各乡镇（街道），各有关单位：", "公文主送")
    heading(document, "一、总体情况")
    paragraphs(
        document,
        "{{#有名册}}{{#有未报}}{{县名}}应报送{{年度}}年度政府信息公开工作年度报告的单位{{应报数}}个，已收到{{收到数}}个单位的材料，"
        "未报送的单位{{未报数}}个，计入汇总的报告{{计入数}}份。",
        "{{#有名册}}{{^有未报}}{{县名}}应报送{{年度}}年度政府信息公开工作年度报告的单位{{应报数}}个，均已报送，"
        "计入汇总的报告{{计入数}}份。",
        "{{^有名册}}{{县名}}收到{{收到数}}个单位报送的{{年度}}年度政府信息公开工作年度报告材料，计入汇总的报告{{计入数}}份。",
        "{{#有必改}}{{#有待说明}}计入汇总的报告经逐份核对，有必改问题（确定有误，须更正）{{必改数}}处、"
        "待说明问题（需核实说明）{{待说明数}}处。",
        "{{#有必改}}{{^有待说明}}计入汇总的报告经逐份核对，有必改问题（确定有误，须更正）{{必改数}}处。",
        "{{^有必改}}{{#有待说明}}计入汇总的报告经逐份核对，有待说明问题（需核实说明）{{待说明数}}处。",
        "{{^有必改}}{{^有待说明}}计入汇总的报告经逐份核对，未发现必改、待说明问题。",
        "{{#有较好}}{{#有问题}}没有必改、待说明问题的单位{{较好数}}个，需整改、说明或者补报的单位{{问题单位数}}个。",
        "{{^有较好}}{{#有问题}}需整改、说明或者补报的单位{{问题单位数}}个。",
        "{{#有未到期}}未报送的单位中有{{未到期数}}个未到报送期限，不列入存在问题单位。",
        "{{#有报其他年度}}其中报来其他年度报告的单位{{报其他年度数}}个：{{报其他年度单位}}，尚未报送{{年度}}年度的报告，请按期报送。",
    )
    heading(document, "二、较好单位")
    document.add_paragraph(
        "{{#有较好}}{{较好单位}}共{{较好数}}个单位报送的年度报告，经核对未发现必改、待说明问题。", "公文正文"
    )
    document.add_paragraph("{{^有较好}}无。", "公文正文")
    heading(document, "三、存在问题单位")
    paragraphs(
        document,
        "{{^有问题}}无。",
        "{{#有逾期未报}}未报送的单位{{逾期未报数}}个：{{逾期未报单位}}。",
        "{{#有无法采用}}报送的材料未能采用的单位{{无法采用数}}个：{{无法采用单位}}。",
        "{{#有迟报}}迟报的单位{{迟报数}}个：{{迟报单位}}。",
        "{{#有必改}}有必改问题的单位{{必改单位数}}个，共{{必改数}}处，详见附件。",
        "{{#有待说明}}有待说明问题的单位{{待说明单位数}}个，共{{待说明数}}处，详见附件。",
    )
    heading(document, "四、整改要求")
    paragraphs(
        document,
        "{{#有未到期}}未到报送期限的单位，请按期报送。",
        "{{#有逾期未报}}未报送的单位，请于{{期限}}前报送。",
        "{{#有问题}}存在问题的单位，请对照整改通知逐项核对，于{{期限}}前更正或者说明，重新报送的在文件名上注明“更正”；"
        "年度报告已经公布的，同步更正公布的内容。",
        "各单位要落实审核责任，报送前逐项核对表内、表间和与上年度的数据关系，防止漏报、错报。对未按照要求开展工作的，"
        "将依照《中华人民共和国政府信息公开条例》第四十七条予以督促整改或者通报批评。",
    )
    annex_note(document, "附件：{{年度}}年度政府信息公开工作年度报告报送情况一览表")
    signature(document, 2)
    contact(document)
    annex(document, "附件", "{{年度}}年度政府信息公开工作年度报告\n报送情况一览表")
    for has, kind, name in (
        ("有乡镇街道", "乡镇街道", "乡镇（街道）"), ("有部门", "部门", "部门"), ("有其他", "其他", "其他")
    ):
        document.add_paragraph(f"{{{{#{has}}}}}{name}", "公文表题")
        table = grid(document, [14, 66, 26, 24, 26], ["序号", "单位", "报送情况", "必改（处）", "待说明（处）"])
        row(table, [f"{{{{#{kind}}}}}{{{{序号}}}}", "{{单位}}", "{{报送情况}}", "{{必改}}", "{{待说明}}"])


def level_circular(document) -> None:
    """What a city or a province writes to its counties, from a roll-up."""
    number(document)
    title(document, "关于{{年度}}年度政府信息公开工作年度报告\n编制报送情况的通报")
    document.add_paragraph("各地区政府信息公开工作主管部门：", "公文主送")
    heading(document, "一、总体情况")
    paragraphs(
        document,
        "{{^报送齐全}}{{名称}}{{地区数}}个地区应报送{{年度}}年度政府信息公开工作年度报告的单位{{应报数}}个，"
        "已收到{{收到数}}个单位的材料，未报送的单位{{未报数}}个。",
        "{{#报送齐全}}{{名称}}{{地区数}}个地区应报送{{年度}}年度政府信息公开工作年度报告的单位{{应报数}}个，均已报送。",
        "{{#有必改}}计入汇总的报告{{计入数}}份，其中有必改问题（确定有误，须更正）的{{必改报告数}}份。",
        "{{^有必改}}计入汇总的报告{{计入数}}份，未发现必改问题。",
        "{{#有无名册}}有{{无名册结果数}}份汇总结果没有名册，应报单位数只含其中报来的单位。",
        "{{#有未计入}}有{{未计入结果数}}份汇总结果未能计入，上述数字不包括这些结果，原因见问题清单。",
    )
    heading(document, "二、较好地区")
    document.add_paragraph(
        "{{#有较好}}{{较好地区}}共{{较好数}}个地区应报单位全部报送，报告均已计入汇总，经核对未发现必改问题。", "公文正文"
    )
    document.add_paragraph("{{^有较好}}无。", "公文正文")
    heading(document, "三、存在问题地区")
    paragraphs(
        document,
        "{{^有无结果}}{{^有未报}}{{^有必改}}{{^有不平}}无。",
        "{{#有无结果}}没有可以计入的汇总结果的地区{{无结果地区数}}个：{{无结果地区}}。",
        "{{#有未报}}有单位未报送的地区{{未报地区数}}个：{{未报地区}}。",
        "{{#有必改}}有报告存在必改问题的地区{{必改地区数}}个：{{必改地区}}。",
        "{{#有不平}}汇总数勾稽关系不平的地区{{不平地区数}}个：{{不平地区}}。",
    )
    heading(document, "四、整改要求")
    paragraphs(
        document,
        "{{#有无结果}}没有可以计入的汇总结果的地区，请于{{期限}}前报送，已经报送的核实更正后重新报送。",
        "{{#有未报}}有单位未报送的地区，请督促相关单位于{{期限}}前报送。",
        "{{#有必改}}有必改问题的地区，请督促相关单位逐项更正，重新汇总后于{{期限}}前报送；年度报告已经公布的，同步更正公布的内容。",
        "{{#有不平}}汇总数不平的地区，请核实差额来自哪些单位，更正后重新汇总。",
        "各地区要落实审核责任，汇总前逐项核对表内、表间和与上年度的数据关系，防止漏报、错报。",
    )
    annex_note(document, "附件：{{年度}}年度政府信息公开工作年度报告各地区情况一览表")
    signature(document, 2, "〔请填写发文机关〕")
    annex(document, "附件", "{{年度}}年度政府信息公开工作年度报告\n各地区情况一览表")
    heads = ["序号", "地区", "应报单位", "收到单位", "未报单位", "计入报告", "有必改的报告", "有必改的报告占计入报告的比例", "汇总数勾稽"]
    table = grid(document, [12, 30, 16, 16, 16, 16, 17, 22, 15], heads)
    row(table, ["{{序号}}", "{{地区}}", "{{应报}}", "{{收到}}", "{{未报}}", "{{计入}}", "{{必改报告}}", "{{占比}}", "{{勾稽}}"])


def county_report(document) -> None:
    title(document, "{{县名}}{{年度}}年政府信息公开工作年度报告")
    document.add_paragraph(
        "{{#有未计入}}〔各单位年报尚未收齐：{{覆盖情况}}。收齐后重新生成，定稿时删去本段。〕", "公文正文"
    )
    document.add_paragraph(
        "根据《中华人民共和国政府信息公开条例》和{{格式文号}}规定的格式，编制本报告。"
        "本报告所列数据的统计期限自{{年度}}年1月1日起至{{年度}}年12月31日止。",
        "公文正文",
    )
    heading(document, "一、总体情况")
    paragraphs(
        document,
        "〔请写明主动公开、依申请公开、政府信息管理、政府信息公开平台建设和监督保障情况，"
        "监督保障包括工作考核、社会评议和责任追究结果情况。〕",
        "{{文件句}}",
        "{{申请句}}",
        "{{结果句}}",
        "{{争议句}}",
        "{{#有可比}}〔与上年比较：{{可比情况}}。是否写入由本办确定，定稿时删去本段。〕",
        "{{#有不平}}〔各单位合计有{{不平数}}项勾稽关系不平，差额来自哪些单位见问题清单中合计勾稽不平的各条。"
        "未平衡前不得定稿，定稿时删去本段。〕",
    )
    for name, text in (
        ("表二", "二、主动公开政府信息情况"),
        ("表三", "三、收到和处理政府信息公开申请情况"),
        ("表四", "四、政府信息公开行政复议、行政诉讼情况"),
    ):
        heading(document, text)
        document.add_paragraph("{{" + name + "}}", "公文表内")
        document.add_paragraph("", "公文表内")
    heading(document, "五、存在的主要问题及改进情况")
    document.add_paragraph("〔请结合实际写明存在的主要问题和改进措施。{{问题提示}}。〕", "公文正文")
    heading(document, "六、其他需要报告的事项")
    document.add_paragraph(
        "按照《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）规定的标准，"
        "{{年度}}年度收取信息处理费〔请核实填写〕元。",
        "公文正文",
    )
    document.add_paragraph("〔其他需要报告的事项；没有的删去本段。〕", "公文正文")
    signature(document, 2)


def blank(subject: str):
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = subject, "", ""
    properties.comments, properties.created, properties.modified = "", FIXED, FIXED
    # The mark by which a returned letter among the reports is recognised (src/report/own.rs).
    properties.keywords = "huizong"
    styles(document)
    footer(section)
    return document


def styles(document) -> None:
    root = document.styles.element
    root.remove(root.find(qn("w:latentStyles")))
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in ("Normal", "DefaultParagraphFont", "TableNormal", "TableGrid", "NoList"):
            root.remove(style)
    defaults = root.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    defaults.clear()
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))
    document.styles["Normal"].font.size = Pt(16)
    fonts(document.styles["Normal"], BODY)
    for name, font, size, line, align, indent, before in (
        ("公文文号", BODY, 16, 28, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
        ("公文标题", TITLE, 22, 35, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
        ("公文主送", BODY, 16, 28, WD_ALIGN_PARAGRAPH.LEFT, 0, 28),
        ("公文正文", BODY, 16, 28, WD_ALIGN_PARAGRAPH.JUSTIFY, 32, 0),
        ("公文层次", HEADING, 16, 28, WD_ALIGN_PARAGRAPH.LEFT, 32, 0),
        ("公文落款", BODY, 16, 28, WD_ALIGN_PARAGRAPH.RIGHT, 0, 0),
        ("公文附件", HEADING, 16, 28, WD_ALIGN_PARAGRAPH.LEFT, 0, 0),
        ("公文表题", HEADING, 14, 28, WD_ALIGN_PARAGRAPH.LEFT, 0, 8),
        ("公文表头", HEADING, 10.5, 15, WD_ALIGN_PARAGRAPH.CENTER, 0, 0),
        ("公文表内", BODY, 10.5, 15, WD_ALIGN_PARAGRAPH.LEFT, 0, 0),
    ):
        style = document.styles.add_style(name, 1)
        style.base_style = document.styles["Normal"]
        style.font.size = Pt(size)
        fonts(style, font)
        layout = style.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        layout.alignment, layout.first_line_indent = align, Pt(indent) if indent else None
        layout.space_before, layout.space_after = Pt(before), Pt(0)


def fonts(style, east_asian: str) -> None:
    style.font.name = LATIN
    style.element.rPr.rFonts.set(qn("w:eastAsia"), east_asian)


def footer(section) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in ((None, "— "), ("begin", None), ("instr", " PAGE "), ("end", None), (None, " —")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        if kind == "instr":
            field = OxmlElement("w:instrText")
            field.set(qn("xml:space"), "preserve")
            field.text = text
            run._r.append(field)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            run.text = text


def number(document) -> None:
    """The number of the document, above its title."""
    document.add_paragraph("〔请填写发文字号〕", "公文文号").paragraph_format.space_after = Pt(28)


def title(document, text: str) -> None:
    document.add_paragraph(text, "公文标题")


def paragraphs(document, *texts: str) -> None:
    for text in texts:
        document.add_paragraph(text, "公文正文")


def heading(document, text: str) -> None:
    document.add_paragraph(text, "公文层次").paragraph_format.keep_with_next = True


def signature(document, before: int, office: str = "{{落款}}") -> None:
    """The office, and the date two characters from the margin; never on a page without text."""
    last = document.paragraphs[-before:]
    last.append(document.add_paragraph(office, "公文落款"))
    last[-1].paragraph_format.space_before = Pt(28)
    for paragraph in last:
        paragraph.paragraph_format.keep_with_next = True
    last.append(document.add_paragraph("{{日期}}", "公文落款"))
    for paragraph in last[-2:]:
        paragraph.paragraph_format.right_indent = Pt(32)


def annex_note(document, text: str) -> None:
    """The name of the annex, a line below the text; a second line begins below the name."""
    layout = document.add_paragraph(text, "公文正文").paragraph_format
    layout.space_before, layout.left_indent, layout.first_line_indent = Pt(28), Pt(80), Pt(-48)


def contact(document) -> None:
    """Whom to call, in brackets on the line below the date, on one page with it."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph("（联系人：{{联系人}}；电话：{{联系电话}}）", "公文正文").alignment = WD_ALIGN_PARAGRAPH.LEFT


def annex(document, head: str, text: str) -> list:
    """The head of an annex on a page of its own, and its title."""
    first = document.add_paragraph(head, "公文附件")
    first.paragraph_format.page_break_before = True
    title(document, text)
    return [first, document.paragraphs[-1]]


def grid(document, widths: list, heads: list):
    """A table of these widths in millimetres, its head repeated on every page."""
    table = document.add_table(rows=1, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(parse_xml(f'<w:tblCellMar {nsdecls("w")}>{margins}</w:tblCellMar>'))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    write(table.rows[0], heads, "公文表头")
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(OxmlElement("w:tblHeader"))
    return table


def row(table, texts: list) -> None:
    write(table.add_row(), texts, "公文表内")


def group(table, text: str) -> None:
    """A row over the whole width that names what follows."""
    cells = table.add_row().cells
    whole = cells[0].merge(cells[-1])
    whole.paragraphs[0].text, whole.paragraphs[0].style = text, "公文表头"
    whole.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT
    whole.paragraphs[0].paragraph_format.keep_with_next = True


def write(row, texts: list, style: str) -> None:
    for cell, column, text in zip(row.cells, row.table.columns, texts, strict=True):
        cell.width = column.width
        cell.paragraphs[0].text, cell.paragraphs[0].style = text, style


def packed(document) -> bytes:
    """The document's archive with what says nothing left out, each part at a fixed date."""
    raw = io.BytesIO()
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        names = [name for name in parts.namelist() if not name.startswith(LEFT_OUT)]
        for name in sorted(names, key=lambda name: (name != "[Content_Types].xml", name)):
            content = {"word/fontTable.xml": font_table}.get(name, lambda content: content)(parts.read(name))
            if name == "[Content_Types].xml" or name.endswith(".rels"):
                content = without_left_out(content)
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def without_left_out(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for element in list(root):
        target = (element.get("PartName") or element.get("Target") or "").lstrip("./")
        if target.startswith(LEFT_OUT) or ("word/" + target).startswith(LEFT_OUT):
            root.remove(element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def font_table(_: bytes) -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in FALLBACKS.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
