//! Perturbations of the names of files and folders.

use super::super::case::{ANY, Case, Format};
use super::super::random::Random;
use super::{Entry, identity};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("f-folder", "folders of what came in: by batch, month or kind", &["folder"], ANY, |case, random| {
        case.name.folder = identity::folder(case, random);
        true
    }),
    Entry::new(
        "f-copy",
        "what a system or a person puts behind: (1), - 副本, 最终版",
        &["stem"],
        ANY,
        |case, random| {
            let ends = ["(1)", " - 副本", "（最终版）", "定稿2", "_final", "（审核后）", "（已盖章）", "(2)(1)"];
            behind(case, ends[random.below(ends.len())])
        },
    ),
    Entry::new("f-date", "a date in front: 20250110_", &["stem"], ANY, |case, random| {
        let next = case.year + 1;
        let date = [format!("{next}0110_"), format!("{next}.1.10 "), format!("（{next}年1月10日收）")][random.below(3)]
            .clone();
        before(case, &date)
    }),
    Entry::new("f-number", "a number in front: 03. 附件1：", &["stem"], ANY, |case, random| {
        let number = ["03.", "附件1：", "12-", "（5）", "附件2 "][random.below(5)];
        before(case, number)
    }),
    Entry::new("f-meeting", "a meeting's number in the name: 第2次常务会", &["stem"], ANY, |case, _| {
        behind(case, "（第2次常务会审议）")
    }),
    Entry::new("f-person", "a person and a phone in the name", &["stem"], ANY, |case, _| {
        behind(case, "-张三13800001234")
    }),
    Entry::new("f-upper", "the extension in capitals", &["extension"], ANY, |case, _| {
        case.name.extension = Some(case.format.extension().to_uppercase());
        true
    }),
    Entry::new(
        "f-no-extension",
        "no extension",
        &["extension"],
        &[Format::Xlsx, Format::Docx, Format::Html, Format::Ods],
        |case, _| {
            case.name.extension = Some(String::new());
            true
        },
    ),
    Entry::new("f-xlsx-as-xls", "a new workbook with the old extension", &["extension"], &[Format::Xlsx], |case, _| {
        case.name.extension = Some(".xls".to_owned());
        true
    }),
    Entry::new(
        "f-docx-as-doc",
        "a Word file with another extension: .doc, .wps",
        &["extension"],
        &[Format::Docx],
        |case, random| {
            case.name.extension = Some([".doc", ".wps"][random.below(2)].to_owned());
            true
        },
    ),
    Entry::new("f-page-as-doc", "a web page named as a Word file", &["extension"], &[Format::Html], |case, _| {
        case.name.extension = Some(".doc".to_owned());
        true
    }),
    Entry::new(
        "f-csv-as-txt",
        "delimited text with another extension: .txt, .xls",
        &["extension"],
        &[Format::Csv, Format::CsvGbk, Format::Tsv],
        |case, random| {
            case.name.extension = Some([".txt", ".xls"][random.below(2)].to_owned());
            true
        },
    ),
    Entry::new(
        "f-et",
        "a workbook with the extension of another office: .et",
        &["extension"],
        &[Format::Xlsx],
        |case, _| {
            case.name.extension = Some(".et".to_owned());
            true
        },
    ),
    Entry::new(
        "f-htm",
        "a web page with the short extension or one of a server",
        &["extension"],
        &[Format::Html, Format::HtmlGbk],
        |case, random| {
            case.name.extension = Some([".htm", ".shtml", ".xhtml"][random.below(3)].to_owned());
            true
        },
    ),
    Entry::new("f-zip", "the file in an archive", &["archive", "neighbours"], ANY, |case, _| archive(case, false)),
    Entry::new(
        "f-zip-gbk",
        "the file in an archive whose names are in GBK",
        &["archive", "neighbours"],
        ANY,
        |case, _| archive(case, true),
    ),
    Entry::new("f-spaces", "spaces and full-width characters in the name", &["stem"], ANY, |case, _| {
        case.name.stem = format!(" {} （年报）", case.name.stem).replace("年度", "年 度");
        true
    }),
    Entry::new("f-deep", "folders within folders, the unit's among them", &["folder"], ANY, |case, random| {
        let (year, name) = (case.year, case.body.any(random));
        case.name.folder = format!("{year}年度/乡镇和部门/{name}/报送材料/");
        true
    }),
    Entry::new(
        "f-plain-name",
        "a file named for what it is alone, in a folder of its own",
        &["stem", "folder"],
        ANY,
        |case, random| {
            case.name.folder = format!("{}/", random.below(100_000));
            ["年报", "附件", "表格", "新建 文本", "Sheet1", "1"][random.below(6)].clone_into(&mut case.name.stem);
            true
        },
    ),
    Entry::new(
        "f-corrected",
        "marks of a correction with nothing else from the unit: 更正, 重报, 修订版",
        &["stem"],
        ANY,
        |case, random| {
            let mark = ["（更正）", "（重报）", "修订版", "（第二次报送）"][random.below(4)];
            behind(case, mark)
        },
    ),
];

fn behind(case: &mut Case, text: &str) -> bool {
    case.name.stem.push_str(text);
    true
}

fn before(case: &mut Case, text: &str) -> bool {
    case.name.stem.insert_str(0, text);
    true
}

fn archive(case: &mut Case, is_gbk: bool) -> bool {
    let name = format!("{}{}.zip", case.name.folder, case.name.stem);
    case.name.folder = String::new();
    case.name.archive = Some((name, is_gbk));
    true
}

/// Returns a random mark of a corrected file.
pub(super) fn corrected(random: &mut Random) -> &'static str {
    ["（更正）", "更正版", "（修订）", "（重报）"][random.below(4)]
}
