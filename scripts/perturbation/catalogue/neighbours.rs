//! Additional files of the same unit, or in the folder of its report.

use rust_decimal::Decimal;

use super::super::case::{ANY, Case, Format, Part, Truth};
use super::super::grid::Role;
use super::super::random::Random;
use super::super::write;
use super::{Entry, names};

/// Minimal files of their formats.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xFF\xD9";

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("b-scan", "the sealed scan beside it", &["b1"], ANY, |case, _| beside(case, "（盖章扫描件）.pdf", PDF)),
    Entry::new("b-photo", "photographs beside it", &["b2"], ANY, |case, _| {
        beside(case, "盖章页.jpg", JPEG) && beside(case, "盖章页2.jpg", JPEG)
    }),
    Entry::new(
        "b-words",
        "its words in a Word file of their own, without tables",
        &["b3"],
        &[Format::Xlsx, Format::Ods, Format::Csv],
        |case, _| {
            let (full, year) = (case.body.full(), case.year);
            let title = format!("{full}{year}年政府信息公开工作年度报告");
            let words = write::plain_docx(&[
                &title,
                "一、总体情况",
                "公开栏目由专人更新，每月核对。",
                "六、其他需要报告的事项",
                "本年度未收取信息处理费。",
            ]);
            beside(case, "（文字部分）.docx", &words)
        },
    )
    .with(&["N05"]),
    Entry::new("b-notice", "the office's notice on how to report, beside it", &["b4"], ANY, |case, _| {
        let year = case.year;
        let county = case.body.county.clone();
        let title = format!("{county}人民政府办公室关于报送{year}年政府信息公开工作年度报告的通知");
        let notice =
            write::plain_docx(&[&title, "各乡镇人民政府、街道办事处，县直各部门：", "请于1月20日前报送年度报告。"]);
        beside(case, "-通知.docx", &notice)
    }),
    Entry::new(
        "b-saved-page",
        "the folder of parts that a browser saved with the page",
        &["b5", "folder"],
        &[Format::Html],
        |case, _| {
            let stem = case.name.stem.clone();
            for (name, bytes) in
                [("style.css", "td{color:red}"), ("menu.js", "var a=1;"), ("top.htm", "<html><body>首页</body></html>")]
            {
                case.add_neighbour(&format!("{stem}_files/{name}"), bytes);
            }
            true
        },
    ),
    Entry::new("b-locks", "lock files and what systems leave in folders", &["b6"], ANY, |case, random| {
        let folder = format!("系统{}/", random.below(100_000));
        let stem = case.name.stem.clone();
        case.neighbours.push((format!("{folder}~${stem}.xlsx"), b"\x05user".to_vec()));
        case.neighbours.push((format!("{folder}.DS_Store"), b"\0\0\0\x01Bud1".to_vec()));
        case.neighbours.push((format!("{folder}Thumbs.db"), b"\xD0\xCF\x11\xE0".to_vec()));
        true
    }),
    Entry::new(
        "b-same-copy",
        "the same file twice, in another folder",
        &["b7", "archive", "folder", "other sheet"],
        ANY,
        |case, random| {
            let folder = format!("备份{}/", random.below(100_000));
            let path = format!("{folder}{}", case.path().rsplit('/').next().unwrap_or_default());
            let bytes = write::bytes(case);
            // Later entries could still change the report, so it is written in its present state.
            case.is_readable = case.is_readable && !bytes.is_empty();
            case.neighbours.push((path, bytes));
            true
        },
    )
    .with(&["U03"]),
    Entry::new(
        "b-corrected",
        "an older report beside the one that is marked as corrected",
        &["b7", "archive", "other sheet", "stem"],
        ANY,
        |case, random| {
            older(case, random, "").is_some_and(|(name, bytes)| {
                case.name.stem.push_str(names::corrected(random));
                case.add_neighbour(&name, bytes);
                true
            })
        },
    ),
    Entry::new(
        "b-sent-back",
        "the older report in a folder 退回更正, the new one outside",
        &["b7", "archive", "other sheet", "stem", "folder"],
        ANY,
        |case, random| {
            let folder = ["退回更正/", "待更正/", "退回修改/"][random.below(3)];
            older(case, random, folder).is_some_and(|(name, bytes)| {
                case.neighbours.push((name, bytes));
                true
            })
        },
    )
    .with(&["U03"])
    .unreadable(),
    Entry::new(
        "b-to-correct",
        "the older report named as to be corrected: 待更正, 未更正, 更正前",
        &["b7", "archive", "other sheet", "stem"],
        ANY,
        |case, random| {
            let mark = ["（待更正）", "（未更正）", "（更正前）"][random.below(3)];
            older(case, random, "").is_some_and(|(name, bytes)| {
                let name = name.replacen("年政府", &format!("年{mark}政府"), 1);
                case.add_neighbour(&name, bytes);
                true
            })
        },
    )
    .with(&["U03"])
    .unreadable(),
    Entry::new(
        "b-two-differ",
        "two reports that differ, and nothing says which counts",
        &["b7", "archive", "other sheet", "stem"],
        ANY,
        |case, random| {
            older(case, random, "").is_some_and(|(name, bytes)| {
                case.add_neighbour(&format!("另存/{name}"), bytes);
                case.truth.iter_mut().for_each(|truth| *truth = Truth::Not("not counted"));
                true
            })
        },
    )
    .with(&["U03"])
    .unreadable(),
    Entry::new("b-blank-template", "the blank template beside it", &["b8"], ANY, |case, random| {
        let folder = format!("下发{}/", random.below(100_000));
        let bytes = template(case);
        case.neighbours.push((format!("{folder}政府信息公开年报模板.xlsx"), bytes));
        true
    }),
    Entry::new("b-reply", "a letter that explains figures, beside it", &["b9"], ANY, |case, _| {
        let full = case.body.full();
        let reply = write::plain_docx(&[
            &format!("{full}关于年报数据的情况说明"),
            "申请数量较上年增加，主要是征地拆迁类申请增多。",
        ]);
        beside(case, "情况说明.docx", &reply)
    }),
    Entry::new("b-readme", "a text file of a line beside it", &["b10"], ANY, |case, _| {
        beside(case, "说明.txt", "年报见表格，请查收。".as_bytes())
    }),
    Entry::new(
        "b-foreign-branch",
        "the report of a body whose name contains the unit's: 中心学校",
        &["b11"],
        ANY,
        |case, random| foreign(case, random, |short| format!("{short}中心学校")),
    )
    .rostered()
    .with(&["U01"]),
    Entry::new(
        "b-foreign-county",
        "the report of a body of the same name in another county",
        &["b11"],
        ANY,
        |case, random| foreign(case, random, |short| format!("邻水县{short}")),
    )
    .rostered()
    .with(&["U01"]),
    Entry::new("b-last-year", "last year's report of the same unit beside it", &["b12"], ANY, |case, random| {
        let (body, year) = (case.body.clone(), case.year - 1);
        if case.form.is_for(year) {
            let last = Case::clean(case.form, year, body, case.has_roster, random);
            let path = last.path();
            case.neighbours.push((path, write::bytes(&last)));
            return true;
        }
        false
    })
    .with(&["U04"]),
];

/// Adds a file with a name that begins with the report's.
fn beside(case: &mut Case, end: &str, bytes: &[u8]) -> bool {
    // If the report is in an archive, the name begins with the archive's.
    let archive = case.name.archive.as_ref().and_then(|(name, _)| name.strip_suffix(".zip"));
    let stem = archive.unwrap_or(&case.name.stem).to_owned();
    case.add_neighbour(&format!("{stem}{end}"), bytes);
    true
}

/// Returns an older version of the report: a plain workbook with other figures in table 2.
fn older(case: &mut Case, random: &mut Random, folder: &str) -> Option<(String, Vec<u8>)> {
    let at = case.form.position("t2.penalties.processed")?;
    let now = case.value(at)?;
    let old = now + Decimal::from(1 + random.below(40));
    let format = case.format;
    let text = case.figure(at)?.text.clone();
    case.figure(at)?.text = old.to_string();
    case.format = Format::Xlsx;
    let bytes = write::bytes(case);
    case.format = format;
    case.figure(at)?.text = text;
    let name = format!("{folder}{}{}年政府信息公开工作年度报告表.xlsx", case.body.full(), case.year);
    Some((name, bytes))
}

/// Returns the blank workbook that the office hands out, without a unit and figures.
fn template(case: &Case) -> Vec<u8> {
    let mut blank = copy(case);
    blank.format = Format::Xlsx;
    let year = blank.year;
    for part in blank.parts() {
        match part {
            Part::Text(super::super::case::LineKind::Title, text) => {
                *text = format!("{year}年政府信息公开工作年度报告统计表");
            }
            Part::Text(super::super::case::LineKind::Unit, text) => "填报单位：".clone_into(text),
            Part::Text(..) => {}
            Part::Table(grid) => {
                let figures = grid.cells.iter_mut().filter(|cell| matches!(cell.role, Role::Figure(_)));
                figures.for_each(|cell| cell.text.clear());
            }
        }
    }
    write::bytes(&blank)
}

/// Returns the report in its clean layout.
pub(super) fn copy<'a>(case: &Case<'a>) -> Case<'a> {
    let mut random = Random(7);
    Case::clean(case.form, case.year, case.body.clone(), case.has_roster, &mut random)
}

/// Adds the report of a body that is not the unit, although its name contains the unit's.
fn foreign(case: &mut Case, random: &mut Random, name: impl Fn(&str) -> String) -> bool {
    let mut other = Case::clean(case.form, case.year, case.body.clone(), case.has_roster, random);
    let name = name(&case.body.short);
    let year = case.year;
    other.remove_lines(super::super::case::LineKind::Unit);
    if let Some(title) = other.lines(super::super::case::LineKind::Title).next() {
        *title = format!("{name}{year}年政府信息公开工作年度报告");
    }
    let bytes = write::bytes(&other);
    case.neighbours.push((format!("{name}{year}年报.xlsx"), bytes));
    true
}
