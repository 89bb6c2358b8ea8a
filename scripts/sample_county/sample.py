"""Builds the whole sample: two years of submissions, the roster and the truth."""

import csv
import io
import json
import random
import shutil
from dataclasses import dataclass, field
from decimal import Decimal

from . import county
from .county import BY_SHORT, COUNTY, DEFECTS, MISSING, STRANGER, UNITS
from .documents import DOCUMENTS
from .figures import Profile, first_year, next_year
from .forms import FORM_2019, FORM_2021
from .layout import Composer, Layout
from .locked import lock
from .package import pack_gbk
from .report import Finding, Report, finding_entry, findings, submission
from .sheet import Sheet
from .writers import WRITERS

YEAR = 2025
SUFFIX = {
    "shared": "xlsx", "inline": "xlsx", "wps": "xlsx", "macro": "xlsm", "xls": "xls",
    "ods": "ods", "csv-utf8": "csv", "csv-gb18030": "csv", "tsv-utf16": "tsv", "docx": "docx",
    "html": "html", "html-gbk": "htm", "txt-bars": "txt", "txt-lines": "txt", "txt-fused": "txt",
    "md": "md", "xml-xls": "xls",
}
WRITE = {**WRITERS, **DOCUMENTS}
# Kinds of files in which a place is no cell of a sheet.
UNADDRESSED = ("docx", "html", "htm", "txt", "md")
LEFT_ASIDE = {
    "~$lock.xlsx": b"\x03\xe7\xa4\xba" + b" " * 161,
    ".DS_Store": b"\0\0\0\1Bud1" + bytes(120),
}


@dataclass
class Sample:
    """Everything one year's folder holds, and what is true about it."""

    year: int
    files: dict = field(default_factory=dict)
    submissions: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    status: list = field(default_factory=list)
    missing: list = field(default_factory=list)
    shared_files: set = field(default_factory=set)
    left_aside: list = field(default_factory=list)

    def add(self, file, data):
        """Adds a file that no other bears the name of."""
        if file in self.files:
            raise SystemExit(f"two files of one name: {file}")
        self.files[file] = data

    def note(self, file, unit, status):
        """Notes what becomes of a file."""
        self.status.append({"file": file, "unit": unit.name, "status": status})

    def count(self, file, report):
        """Counts a report that is read and added up."""
        self.submissions.append(submission(report, file))
        entries = findings(report, file)
        if file.endswith(("csv", "tsv")):
            entries = [{**entry, "sheet": None} for entry in entries]
        if file.endswith(UNADDRESSED):
            entries = [{**entry, "sheet": None, "cells": None} for entry in entries]
        self.findings += entries
        strengths = {entry["severity"] for entry in entries}
        status = "flagged" if "must_fix" in strengths else "accepted"
        if status == "accepted" and "must_explain" in strengths:
            status = "queried"
        self.note(file, report.unit, status)

    def defect(self, rule, unit, file, why):
        """Notes a defect of a whole file or a unit."""
        name = unit.name if unit else None
        self.findings.append(finding_entry(Finding(rule, why), name, file))


def narrative(figures):
    """Paragraphs for the one workbook that carries a whole report."""
    new = figures["t3.received.total"]
    before = [
        "本报告统计期限自2025年1月1日起至2025年12月31日止。",
        "一、总体情况",
        "本镇按季度更新公开栏目，安排专人登记来件，全年工作平稳有序。",
        f"全年新收政府信息公开申请{new}件。",
    ]
    after = [
        "五、存在的主要问题及改进情况",
        "部分栏目更新不够及时，下一步将按月核对栏目并明确责任人。",
        "六、其他需要报告的事项",
        "本年度未收取信息处理费。",
    ]
    return before, after


def words(on_request):
    """Paragraphs above the tables of the units that sent a document."""
    return [
        "本报告按照国办公开办函〔2021〕30号规定的格式编制，统计期限为2025年1月1日至2025年12月31日。",
        "一、总体情况",
        "（一）主动公开。本单位明确一名工作人员负责公开栏目，2025年按月更新。",
        f"（二）依申请公开。{on_request}",
    ]


def on_request(figures, received=None):
    """What a unit says of its applications; `received` is what it says where that is wrong."""
    new, done, left = (figures[f"t3.{row}.total"] for row in ("received", "concluded_total", "carried_out"))
    new = new if received is None else received
    return f"2025年共收到政府信息公开申请{new}件，办结{done}件，结转下年度{left}件。"


def layouts(figures):
    """How each reporting unit typed the form in the sample year."""
    before, after = narrative(figures["甲山镇"])
    line = "填报单位：{unit}　　报告年度：{year}年"
    return {
        "甲山镇": Layout(before=before, after=after),
        "乙水乡": Layout(split=True, merged=False, labels="spaced"),
        "丙林镇": Layout(label_columns=1, labels="half", unit_line=line, sheet="Sheet1"),
        "己川乡": Layout(title="政府信息公开工作年度报告", unit_line="报告年度：{year}年", sheet="己川乡"),
        "辛田乡": Layout(
            title="政府信息公开工作年度报告", unit_line="报告年度：{year}年", sheet="辛田乡",
            normative="规范性文件", label_columns=1, merged=False,
        ),
        "庚湖镇": Layout(label_columns=1, unit_line=line, note="注：本表由经办人填写，经审核后报送。"),
        "壬桥镇": Layout(merged=False, unit_line=line),
        "卯洲乡": Layout(label_columns=1),
        "子城街道": Layout(
            top=3, left=2, subtotal=True, gap_before={"natural_person"}, text_tables={"t2", "t4"},
            note="说明：小计为法人或其他组织五类之和。",
        ),
        "丑塘街道": Layout(),
        "辰港镇": Layout(before=words(on_request(figures["辰港镇"], received=9)), after=after),
        "巳湾乡": Layout(labels="half", before=words(on_request(figures["巳湾乡"])), after=after),
        "财政局": Layout(formulas="stored", unit_line=line),
        "自然资源局": Layout(blank_rows=False, unit_line=line),
        "市场监督管理局": Layout(sheet="2025年", labels="half"),
        "住房和城乡建设局": Layout(
            merged=False, subtotal=True, gap_before={"natural_person", "total"}, unit_line=line
        ),
    }


FORMATS = {
    "甲山镇": "shared", "乙水乡": "inline", "丙林镇": "xls", "庚湖镇": "inline",
    "壬桥镇": "csv-utf8", "卯洲乡": "html-gbk", "辰港镇": "docx", "巳湾乡": "txt-bars", "子城街道": "shared", "财政局": "macro",
    "自然资源局": "ods", "住房和城乡建设局": "tsv-utf16",
}


def two_years(seed):
    """Figures of both years by unit, before anything is spoilt."""
    old, new = {}, {}
    for unit in UNITS:
        rnd = random.Random(f"{seed}/{unit.id}")
        form = FORM_2019 if unit.short == "卯洲乡" else FORM_2021
        old[unit.short] = first_year(rnd, unit.profile)
        new[unit.short] = next_year(rnd, unit.profile, old[unit.short], form)
    return old, new


def instructions():
    """A sheet that tells how to fill the form in."""
    sheet = Sheet("填报说明")
    for row, text in enumerate(["填报说明", "没有发生的项目请填0。", "每一行的总计应等于各类申请人之和。"]):
        sheet.put(row, 0, text, "title" if row == 0 else "note")
    return sheet


def helper():
    """A hidden sheet that holds choices, not figures."""
    sheet = Sheet("选项", hidden=True)
    for row, text in enumerate(["乡镇", "街道", "部门"]):
        sheet.put(row, 0, text)
    return sheet


def meeting():
    """A workbook that is not the form at all."""
    sheet = Sheet("签到表")
    sheet.put(0, 0, f"{BY_SHORT['丁河乡'].name}政务公开业务培训会参会科室名单", "title", (1, 4))
    for column, text in enumerate(["序号", "科室", "应到人数", "实到人数"]):
        sheet.put(1, column, text, "label")
    for row, office in enumerate(["党政办公室", "财政所", "便民服务中心"], start=1):
        for column, value in enumerate([row, office, 3, row]):
            sheet.put(row + 1, column, value, "value")
    return sheet


def old_year(sample, figures):
    """Last year's folder: every unit, nothing wrong."""
    formats = [
        "shared", "csv-utf8", "csv-gb18030", "tsv-utf16", "docx", "html", "txt-bars", "txt-lines",
        "xml-xls", "md", "html-gbk",
    ]
    for number, unit in enumerate(UNITS):
        kind = formats[number % len(formats)]
        report = Report(unit, sample.year, figures[unit.short], Layout(merged="csv" not in kind))
        file = f"{unit.short}{sample.year}年度政府信息公开工作年度报告.{SUFFIX[kind]}"
        sample.add(file, WRITE[kind](report.sheets()))
        sample.count(file, report)


def make_reports(figures):
    """The counted reports of the sample year, spoilt as planned."""
    reports = {}
    for short, layout in layouts(figures).items():
        form = FORM_2019 if short == "卯洲乡" else FORM_2021
        report = Report(BY_SHORT[short], YEAR, dict(figures[short]), layout, form)
        for spoil in DEFECTS.get(short, []):
            spoil(report)
        reports[short] = report
    return reports


def usual_files(sample, reports):
    """The units that sent one file with one report."""
    for short, kind in FORMATS.items():
        report, suffix = reports[short], SUFFIX[kind]
        sheets = report.sheets()
        if short == "乙水乡":
            sheets, suffix = [instructions(), *sheets], "et"
        if short == "财政局":
            sheets.append(helper())
        if short == "卯洲乡":
            report.plant("F04", "仍用2019年格式")
        file = f"{short}2025年度政府信息公开工作年度报告.{suffix}"
        data = WRITE[kind](sheets)
        if short == "丙林镇":
            archive = "丙林镇报送材料.zip"
            sample.add(archive, pack_gbk([(f"丙林镇/{file}", data), ("丙林镇/Thumbs.db", b"")]))
            sample.left_aside.append(f"{archive}/丙林镇/Thumbs.db")
            file = f"{archive}/丙林镇/{file}"
        else:
            sample.add(file, data)
        sample.count(file, report)


def two_in_one(sample, reports):
    """One workbook of two units, a sheet each."""
    file = "己川乡、辛田乡2025年年报.xlsx"
    both = [reports["己川乡"], reports["辛田乡"]]
    sample.add(file, WRITERS["wps"]([sheet for report in both for sheet in report.sheets()]))
    sample.shared_files.add(file)
    for report in both:
        sample.count(file, report)


def corrected(sample, reports, old, figures):
    """A report and its correction; the correction carries last year's copy."""
    report = reports["市场监督管理局"]
    unit = report.unit
    first = Report(unit, YEAR, dict(figures[unit.short]))
    first.figures["t2.licences.processed"] += 40
    file = "市场监督管理局2025年年报.xlsx"
    sample.add(file, WRITERS["inline"](first.sheets()))
    sample.note(file, unit, "superseded")

    file = "市场监督管理局2025年年报（更正）.et"
    report.plant("F08", "另一工作表为上年年报")
    sheets = report.sheets()
    last = Composer(FORM_2021, old[unit.short], unit.name, YEAR - 1, Layout(sheet="2024年"))
    report.findings[-1].sheet = "2024年"
    sample.add(file, WRITERS["xls"](sheets + last.compose()))
    sample.count(file, report)


def conflicting(sample, reports):
    """Two differing files of one unit, and nothing says which one holds."""
    report = reports["丑塘街道"]
    files = {"丑塘街道2025年年报.xlsx": "shared", "邮箱附件/丑塘街道2025年度报告.docx": "docx"}
    for file, kind in files.items():
        sample.add(file, WRITE[kind](report.sheets()))
        sample.note(file, report.unit, "conflicting")
        report.figures["t2.penalties.processed"] += 7
    sample.defect("U03", report.unit, None, "两份不同的文件：" + "；".join(files))
    sample.findings[-1]["files"] = list(files)


def unreadable(sample, old, figures):
    """Damaged, locked, not this form, last year's once more, and a stranger."""
    unit = BY_SHORT["癸坪乡"]
    whole = WRITERS["shared"](Report(unit, YEAR, figures[unit.short]).sheets())
    file = "癸坪乡2025年年报.xlsx"
    sample.add(file, whole[: len(whole) * 3 // 5])
    sample.defect("F01", unit, file, "文件只有前一截，压缩包损坏")
    sample.note(file, unit, "unreadable")

    unit = BY_SHORT["公安局"]
    whole = WRITERS["shared"](Report(unit, YEAR, figures[unit.short]).sheets())
    file = "公安局2025年年报.xlsx"
    sample.add(file, lock(whole, "shili2025"))
    sample.defect("F02", unit, file, "文件设有打开密码")
    sample.note(file, unit, "unreadable")

    unit = BY_SHORT["丁河乡"]
    file = "丁河乡2025年报送材料.xlsx"
    sample.add(file, WRITERS["shared"]([meeting()]))
    sample.defect("F03", unit, file, "不是年度报告，是会议名单")
    sample.note(file, unit, "unreadable")

    unit = BY_SHORT["教育局"]
    file = "教育局年度报告.xls"
    sample.add(file, WRITERS["xls"](Report(unit, YEAR - 1, old[unit.short]).sheets()))
    sample.defect("U04", unit, file, "报来的是2024年年报")
    sample.note(file, unit, "flagged")


def stranger(sample, seed):
    """A submission from a unit that is not on the roster."""
    rnd = random.Random(f"{seed}/stranger")
    report = Report(STRANGER, YEAR, first_year(rnd, STRANGER.profile))
    file = "供销合作社联合社2025年年报.xlsx"
    sample.add(file, WRITERS["wps"](report.sheets()))
    sample.defect("U01", STRANGER, file, "不在应报单位名单内")
    sample.note(file, STRANGER, "unmatched")


def this_year(sample, old, figures, seed):
    """The sample year's folder."""
    reports = make_reports(figures)
    usual_files(sample, reports)
    two_in_one(sample, reports)
    corrected(sample, reports, old, figures)
    conflicting(sample, reports)
    unreadable(sample, old, figures)
    stranger(sample, seed)
    for short in MISSING:
        unit = BY_SHORT[short]
        sample.missing.append(unit.name)
        sample.defect("U02", unit, None, "未报送")
    for file, data in LEFT_ASIDE.items():
        sample.add(file, data)
        sample.left_aside.append(file)


def truth(sample):
    """What is true about a year, as one object."""
    order = {unit.name: number for number, unit in enumerate([*UNITS, STRANGER])}

    def by_unit(entry):
        return order[entry["unit"]]

    return {
        "county": COUNTY,
        "year": sample.year,
        "submissions": sorted(sample.submissions, key=by_unit),
        "findings": sorted(sample.findings, key=lambda entry: (by_unit(entry), entry["rule"])),
        "missing": sample.missing,
        "left_aside": sorted(sample.left_aside),
        "files": sorted(sample.status, key=lambda entry: (by_unit(entry), entry["file"])),
    }


def compact(value):
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(items):
    """A JSON list with one item a line."""
    return "[\n" + ",\n".join(compact(item) for item in items) + "\n]"


def as_text(facts):
    """The truth as JSON with one submission or finding a line."""
    parts = []
    for key, value in facts.items():
        long = key in ("submissions", "findings", "files")
        parts.append(f"{compact(key)}:{lines(value) if long else compact(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def roster():
    """The roster as the county office keeps it, with Chinese column names."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["单位代码", "单位名称", "类型", "别名", "应报", "截止日期"])
    for unit in UNITS:
        kind, due = county.KIND_LABELS[unit.kind], county.DUE[unit.kind]
        writer.writerow([unit.id, unit.name, kind, unit.short, "yes", due])
    return target.getvalue().encode("utf-8-sig")


def write_year(root, sample):
    """Writes one year's folder anew."""
    folder = root / str(sample.year)
    shutil.rmtree(folder, ignore_errors=True)
    for file, data in sample.files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def one_report(root, seed):
    """One report in every kind of file, so that they can be compared. Its figures are small enough to run together."""
    rnd = random.Random(f"{seed}/one report")
    unit = BY_SHORT["甲山镇"]
    figures = first_year(rnd, Profile(9, 4, 215, 12, 3, Decimal("0.8"), 2, 1))
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for kind in [*WRITERS, *DOCUMENTS]:
        before = words("本年度登记来件9件左右，均按程序办理。")
        report = Report(unit, YEAR, figures, Layout(merged="csv" not in kind, before=before))
        data = WRITE[kind](report.sheets())
        if kind == "txt-fused" and max(figures[name] for name in report.form.table3_indicators) > 9:
            raise SystemExit("a figure has two digits: take another seed")
        (root / f"{kind}.{SUFFIX[kind]}").write_bytes(data)
    return len(WRITE)


def build(root, seed):
    """Writes the sample county under `root`."""
    old, figures = two_years(seed)
    last, this = Sample(YEAR - 1), Sample(YEAR)
    old_year(last, old)
    this_year(this, old, figures, seed)
    for sample in (last, this):
        write_year(root, sample)
    (root / "roster.csv").write_bytes(roster())
    facts = truth(this)
    (root / "truth.json").write_text(as_text(facts), encoding="utf-8")
    (root / f"truth-{YEAR - 1}.json").write_text(as_text(truth(last)), encoding="utf-8")
    alone = [entry for entry in facts["submissions"] if entry["file"] not in this.shared_files]
    (root / "truth-cells.json").write_text(lines(alone) + "\n", encoding="utf-8")
    return this
