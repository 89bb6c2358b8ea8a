//! The fuzz targets: functions of bytes that must not panic. `fuzz_targets/` runs them with libFuzzer, and
//! `tests/bytes.rs` calls each of them in every test run.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use huizong::amount::{self, State};
use huizong::corpus::Corpus;
use huizong::document::{self, Format};
use huizong::form::Term;
use huizong::localise::{self, Sums};
use huizong::roster::{NameWords, Roster};
use huizong::rules::{self, Check};
use huizong::source::{self, Limits};
use huizong::submission::Reader;
use rust_decimal::Decimal;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::official().expect("data files are well formed"));

/// A target with its name.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All targets.
pub(crate) const TARGETS: [Target; 14] = [
    ("file", file),
    ("parts", parts),
    ("pdf", pdf),
    ("doc", doc),
    ("rtf", rtf),
    ("fods", fods),
    ("odt", odt),
    ("mail", mail),
    ("archive", archive),
    ("tables", tables),
    ("number", number),
    ("sums", sums),
    ("roster", roster),
    ("words", words),
];

/// Keeps libFuzzer from aborting at a panic that a reader catches; other panics still abort.
#[allow(dead_code, reason = "for libFuzzer alone")]
pub(crate) fn keep_caught_panics() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !huizong::error::is_guarded() {
            end(panic);
        }
    }));
}

/// Reads any file: the first byte selects its extension, the rest is its content.
pub(crate) fn file(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let ending = ["xlsx", "csv", "txt", "htm"][usize::from(*first) % 4];
    // The checksums of zip archives keep the fuzzer from changing their content, so `parts` builds the archive itself.
    assert!(!READER.read(&format!("甲山镇2025年年报.{ending}"), bytes).is_empty());
}

/// Separators of `parts`: between parts, and between a part's name and its content.
pub(crate) const BETWEEN: [&[u8]; 2] = [b"\0\xffPART\xff\0", b"\0\xffNAME\xff\0"];

/// Reads a PDF.
pub(crate) fn pdf(bytes: &[u8]) {
    let _ = document::read_as(Format::Pdf, bytes, &SMALL);
}

/// Reads a Word 97 document.
pub(crate) fn doc(bytes: &[u8]) {
    let _ = document::read_as(Format::Doc, bytes, &SMALL);
}

/// Reads a rich text document.
pub(crate) fn rtf(bytes: &[u8]) {
    let _ = document::read_as(Format::Rtf, bytes, &SMALL);
}

/// Reads an `OpenDocument` spreadsheet in one file.
pub(crate) fn fods(bytes: &[u8]) {
    let _ = document::read_as(Format::Fods, bytes, &SMALL);
}

/// Reads an `OpenDocument` text, in one file or from parts.
pub(crate) fn odt(bytes: &[u8]) {
    let _ = document::read_as(Format::Odt, bytes, &SMALL);
    let _ = document::read_as(Format::Odt, &zipped(bytes).unwrap_or_default(), &SMALL);
}

/// Reads a mail with its attachments, and a page saved with its parts.
pub(crate) fn mail(bytes: &[u8]) {
    let _ = source::unpack_mail(bytes, &SMALL);
    let _ = document::read_as(Format::Mht, bytes, &SMALL);
}

/// Unpacks an archive of any kind.
pub(crate) fn archive(bytes: &[u8]) {
    for unpack in [source::unpack, source::unpack_7z, source::unpack_tar, source::unpack_gzip] {
        let _ = unpack(bytes, &SMALL);
    }
}

/// Limits that bound the time for one input.
static SMALL: LazyLock<Limits> =
    LazyLock::new(|| Limits { archive: 8 << 20, document: 8 << 20, cells: 200_000, ..Limits::default() });

/// Reads an office document built from parts, zipped here so that checksums are valid.
pub(crate) fn parts(bytes: &[u8]) {
    let Some(archive) = zipped(bytes) else { return };
    assert!(!READER.read("甲山镇2025年年报.xlsx", &archive).is_empty());
}

fn zipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in split(bytes, BETWEEN[0]) {
        let [name, content] = split(part, BETWEEN[1])[..] else { continue };
        if archive.start_file(String::from_utf8_lossy(name), stored).is_ok() {
            let _ = archive.write_all(content);
        }
    }
    Some(archive.finish().ok()?.into_inner())
}

fn split<'a>(bytes: &'a [u8], between: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(between.len()).position(|window| window == between) {
        found.push(&rest[..at]);
        rest = &rest[at + between.len()..];
    }
    found.push(rest);
    found
}

/// Reads tables composed of the form's words: as CSV, as a page and as text. Each byte selects a piece.
pub(crate) fn tables(bytes: &[u8]) {
    let text = pieces(bytes, &TABLE_PIECES);
    for ending in ["csv", "htm", "txt"] {
        assert!(!READER.read(&format!("a.{ending}"), text.as_bytes()).is_empty());
    }
}

/// Reads a number, as text and as a cell's double.
pub(crate) fn number(bytes: &[u8]) {
    let read = |text: &str| {
        let reading = amount::read(text);
        assert_eq!(reading.value.is_some(), reading.state == State::Number, "{text:?}");
    };
    read(&String::from_utf8_lossy(bytes));
    read(&pieces(bytes, &NUMBER_PIECES));
    if let Some(first) = bytes.first_chunk() {
        read(&amount::from_double(f64::from_le_bytes(*first)).unwrap_or_default());
    }
}

/// Locates the figures that explain broken sums, with this year's and last year's figures.
pub(crate) fn sums(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let form = &READER.forms.all[usize::from(*first) % READER.forms.all.len()];
    let count = form.indicators.len();
    let at = |at: usize| bytes.get(at % bytes.len().max(1)).copied().unwrap_or(0);
    let large = [i64::MAX, 9_999_999_999_999, -1, 12_345, 126, 99];
    let value = |byte: u8| match byte {
        0..=239 => Decimal::from(byte % 16),
        240..=249 => Decimal::new(i64::from(byte), 3),
        _ => Decimal::from(large[usize::from(byte) % large.len()]),
    };
    let term = |cell: usize| match at(cell * 3) % 16 {
        14 => Term::Blank,
        15 => Term::Unknown,
        _ => Term::Known(value(at(cell * 5 + 1))),
    };
    let terms: Vec<Option<Term>> = (0..count).map(|cell| Some(term(cell))).collect();
    let last: Vec<Option<Decimal>> = (0..count).map(|cell| Some(value(at(cell * 7 + 2)))).collect();
    let found = Sums::of(form, &terms);
    for cause in localise::causes(form, &found, (first & 1 == 1).then_some(&last)) {
        assert!(cause.sets.iter().flatten().all(|change| change.cell < count));
    }
}

/// Builds a roster and looks up names in it.
pub(crate) fn roster(bytes: &[u8]) {
    let text = pieces(bytes, &ROSTER_PIECES);
    let rows: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let with_header = [["单位代码", "单位名称", "别名", "应报", "并入"].map(str::to_owned).to_vec()].into_iter();
    for rows in [rows.clone(), with_header.chain(rows).collect()] {
        let Ok(roster) = Roster::from_rows("名册.csv", &rows) else { continue };
        for name in rows.iter().flatten() {
            let _ = (roster.find(name), roster.nearest(name));
        }
        let _ = (roster.find(&text), NameWords::official().parts_of_file(&text));
    }
}

/// Runs all rules except those on sums over a report with prose around its tables. Rules on sums ignore prose, take
/// twenty times as long as all others, and are covered by `sums`.
pub(crate) fn words(bytes: &[u8]) {
    let text = pieces(bytes, &WORD_PIECES);
    let tables = include_str!("../formats/txt-bars.txt");
    let report = format!("甲山镇2025年政府信息公开工作年度报告\n{text}\n{tables}\n五、存在的主要问题\n{text}");
    let submissions = READER.read("甲山镇2025年年报.txt", report.as_bytes());
    let corpus = Corpus::build(READER.forms.clone(), None, Some(2025), submissions, None);
    for rule in rules::ALL.iter().filter(|rule| !rule.code.text().starts_with('S')) {
        if let Check::Corpus(check) = rule.check {
            check(&corpus).expect("findings");
        }
    }
}

/// Returns a text composed of pieces. Bytes beyond the length of the list wrap around, so that every byte has an
/// effect.
fn pieces(bytes: &[u8], list: &[&str]) -> String {
    bytes.iter().map(|byte| list[usize::from(*byte) % list.len()]).collect()
}

const TABLE_PIECES: [&str; 61] = [
    ",",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\n",
    "|",
    "\t",
    " ",
    "。",
    "0",
    "0",
    "1",
    "12",
    "00",
    "-",
    "/",
    "1.5万元",
    "第二十条第（一）项",
    "第二十条第（五）项",
    "第二十条第（八）项",
    "信息内容",
    "本年制发件数",
    "本年废止件数",
    "现行有效件数",
    "规章",
    "行政规范性文件",
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政事业性收费",
    "三、收到和处理政府信息公开申请情况",
    "本年新收政府信息公开申请数量",
    "上年结转政府信息公开申请数量",
    "（一）予以公开",
    "1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "（七）总计",
    "四、结转下年度继续办理",
    "自然人",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
    "总计",
    "行政复议",
    "行政诉讼",
    "结果维持",
    "结果纠正",
    "尚未审结",
    "复议后起诉",
    "2025年",
    "填报单位：",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<td rowspan=3>",
    "<td colspan=2>",
];

const NUMBER_PIECES: [&str; 34] = [
    "0", "1", "2", "9", "10", "000", ",", "，", ".", "．", "-", "－", "—", "+", "(", ")", " ", "\u{3000}", "件", "元",
    "万元", "亿", "十", "百", "一", "二", "两", "〇", "E", "%", "/", "无", "１", "=",
];

const ROSTER_PIECES: [&str; 28] = [
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "甲",
    "乙",
    "山",
    "镇",
    "乡",
    "街道",
    "县",
    "示例县",
    "人民政府",
    "办公室",
    "局",
    "教育",
    "；",
    "、",
    "T01",
    "T02",
    "是",
    "否",
    "单位名称",
    "别名",
    "并入",
    "2026-01-20",
    " ",
];

const WORD_PIECES: [&str; 64] = [
    "，",
    "，",
    "。",
    "。",
    "\n",
    "\n",
    "；",
    "：",
    "、",
    "（",
    "）",
    "\"",
    " ",
    "0",
    "1",
    "3",
    "12",
    "１",
    "一",
    "十二",
    "百",
    "余",
    "近",
    "件",
    "条",
    "次",
    "篇",
    "万元",
    "2025年",
    "2024年",
    "上半年",
    "12月31日",
    "本年度",
    "上年",
    "同比",
    "增长",
    "共",
    "其中",
    "分别",
    "未",
    "没有",
    "无",
    "收到",
    "办结",
    "结转",
    "政府信息公开申请",
    "依申请公开",
    "主动公开",
    "行政复议",
    "行政诉讼",
    "维持",
    "纠正",
    "规范性文件",
    "行政许可",
    "行政处罚",
    "收费",
    "网上申请",
    "信函申请",
    "甲山镇",
    "乙水乡人民政府",
    "一、总体情况",
    "六、其他需要报告的事项",
    "自然人",
    "予以公开",
];
