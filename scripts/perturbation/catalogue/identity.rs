//! Perturbations of the unit and year of a report, and of where they are stated.

use super::super::case::{ANY, BOOKS, Case, Format, LineKind};
use super::super::random::Random;
use super::{Entry, labels};

/// Formats in which a line may be split into several.
const PROSE: &[Format] = &[Format::Docx, Format::Html, Format::Xlsx, Format::Bars, Format::Lines, Format::Csv];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        "i-county-title",
        "the county's name in the title, the unit's in the line below: the form most offices hand out",
        &["title", "unit line"],
        ANY,
        |case, random| {
            let (county, year, name) = (case.body.county.clone(), case.year, case.body.any(random));
            title(case, &format!("{county}{year}年政府信息公开工作年度报告统计表"));
            unit_line(case, &format!("填报单位：{name}"))
        },
    )
    .rostered(),
    Entry::new(
        "i-county-title-file",
        "the county's name in the title, the unit's in the file's name alone",
        &["title", "unit line", "stem"],
        ANY,
        |case, random| {
            let (county, year) = (case.body.county.clone(), case.year);
            title(case, &format!("{county}{year}年政府信息公开工作年度报告统计表"));
            case.remove_lines(LineKind::Unit);
            case.name.stem = case.body.any(random);
            true
        },
    )
    .rostered(),
    Entry::new(
        "i-seal",
        "the unit line with （盖章） behind the name or the colon's word",
        &["title", "unit line"],
        ANY,
        |case, random| {
            let (year, name) = (case.year, case.body.any(random));
            title(case, &format!("{year}年政府信息公开工作年度报告统计表"));
            let line = [
                format!("填报单位：{name}（盖章）"),
                format!("填报单位（盖章）：{name}"),
                format!("填报单位（公章）:{name}"),
                format!("单位名称（盖章）： {name}"),
                format!("填报单位：{name}(公章)"),
            ][random.below(5)]
            .clone();
            unit_line(case, &line)
        },
    )
    .rostered(),
    Entry::new(
        "i-filled-by",
        "the unit line with who filled it in and when, behind ideographic spaces",
        &["title", "unit line"],
        ANY,
        |case, random| {
            let (year, name) = (case.year, case.body.any(random));
            title(case, &format!("{year}年政府信息公开工作年度报告统计表"));
            let gap = ["　", "　　　", "  ", "     "][random.below(4)];
            unit_line(case, &format!("填报单位：{name}{gap}填报人：张三{gap}填报日期：{}年1月10日", year + 1))
        },
    )
    .rostered(),
    Entry::new(
        "i-unit-keys",
        "other words for the unit line: 报送单位 填表单位 单位名称 编报机关",
        &["title", "unit line"],
        ANY,
        |case, random| {
            let (year, name) = (case.year, case.body.any(random));
            title(case, &format!("{year}年政府信息公开工作年度报告"));
            let key =
                ["报送单位", "填表单位", "单位名称", "填报机关", "报告单位", "填报单位名称", "单位"][random.below(7)];
            unit_line(case, &format!("{key}：{name}"))
        },
    )
    .rostered(),
    Entry::new(
        "i-unit-space",
        "the unit line without a colon, or with spaces in its word: 填 报 单 位",
        &["title", "unit line"],
        ANY,
        |case, random| {
            let (year, name) = (case.year, case.body.any(random));
            title(case, &format!("{year}年政府信息公开工作年度报告"));
            let line = [format!("填 报 单 位：{name}"), format!("填报单位　{name}"), format!("填报单位 : {name}")]
                [random.below(3)]
            .clone();
            unit_line(case, &line)
        },
    )
    .rostered(),
    Entry::new("i-short-title", "the short name in the title", &["title"], ANY, |case, _| {
        let (short, year) = (case.body.short.clone(), case.year);
        title(case, &format!("{short}{year}年度政府信息公开工作年度报告"))
    })
    .rostered(),
    Entry::new(
        "i-local-title",
        "the name with 县 alone in front: 县财政局",
        &["title", "stem"],
        ANY,
        |case, _| {
            let (local, year) = (case.body.local(), case.year);
            case.name.stem.clone_from(&local);
            title(case, &format!("{local}{year}年政府信息公开工作年度报告"))
        },
    )
    .rostered(),
    Entry::new("i-province-title", "province and city in front of the county's name", &["title"], ANY, |case, _| {
        let (full, year) = (case.body.full(), case.year);
        title(case, &format!("示例省安平市{full}{year}年政府信息公开工作年度报告"))
    })
    .rostered(),
    Entry::new("i-roster-local", "the roster has the name with 县 alone in front", &["roster"], ANY, |case, _| {
        case.roster_name = case.body.local();
        true
    })
    .rostered(),
    Entry::new("i-roster-short", "the roster has the short name", &["roster"], ANY, |case, _| {
        case.roster_name.clone_from(&case.body.short);
        true
    })
    .rostered(),
    Entry::new(
        "i-alias",
        "a name that the roster lists as an alias",
        &["title", "unit line", "stem"],
        ANY,
        |case, _| {
            let year = case.year;
            let alias = format!("{}便民中心", case.body.short.chars().take(2).collect::<String>());
            case.aliases.push(alias.clone());
            case.name.stem = format!("{alias}年报");
            case.remove_lines(LineKind::Unit);
            title(case, &format!("{alias}{year}年政府信息公开工作年度报告"))
        },
    )
    .rostered(),
    Entry::new(
        "i-file-only",
        "the unit named by the file alone",
        &["title", "unit line", "stem", "declaration"],
        ANY,
        |case, random| {
            let year = case.year;
            case.remove_lines(LineKind::Unit);
            case.name.stem = case.body.any(random);
            title(case, &format!("{year}年政府信息公开工作年度报告"))
        },
    )
    .rostered(),
    Entry::new(
        "i-folder-only",
        "the unit named by the folder alone",
        &["title", "unit line", "stem", "folder", "declaration"],
        ANY,
        |case, random| {
            let year = case.year;
            case.remove_lines(LineKind::Unit);
            case.name.folder = format!("{}/", case.body.any(random));
            "政府信息公开年报".clone_into(&mut case.name.stem);
            title(case, &format!("{year}年政府信息公开工作年度报告"))
        },
    )
    .rostered(),
    Entry::new(
        "i-sheet-only",
        "the unit named by the sheet alone",
        &["title", "unit line", "stem", "folder", "sheet name", "declaration"],
        BOOKS,
        |case, random| {
            let year = case.year;
            case.remove_lines(LineKind::Unit);
            case.sheets[0].name = case.body.any(random);
            case.name.folder = format!("收{}/", random.below(100_000));
            "附件".clone_into(&mut case.name.stem);
            title(case, &format!("{year}年政府信息公开工作年度报告"))
        },
    )
    .rostered(),
    Entry::new(
        "i-sentence-only",
        "the unit named by the sentence that publishes the report alone",
        &["title", "unit line", "stem", "folder", "basis", "declaration"],
        PROSE,
        |case, random| {
            let (year, full) = (case.year, case.body.full());
            case.remove_lines(LineKind::Unit);
            case.name.folder = format!("收{}/", random.below(100_000));
            "附件".clone_into(&mut case.name.stem);
            title(case, &format!("{year}年政府信息公开工作年度报告"));
            case.insert(
                1,
                LineKind::Words,
                &format!("根据《中华人民共和国政府信息公开条例》要求，现公布{full}{year}年政府信息公开工作年度报告。"),
            );
            true
        },
    )
    .rostered(),
    Entry::new(
        "i-cover",
        "a cover with name, year and title on lines of their own",
        &["title", "unit line"],
        PROSE,
        |case, _| {
            let (year, full) = (case.year, case.body.full());
            case.remove_lines(LineKind::Unit);
            case.remove_lines(LineKind::Title);
            for line in ["政府信息公开工作年度报告", &format!("{year}年"), full.as_str()] {
                case.insert(0, LineKind::Furniture, line);
            }
            true
        },
    ),
    Entry::new(
        "i-title-split",
        "the title on two lines: name and year, then what it is",
        &["title"],
        PROSE,
        |case, _| {
            let (year, full) = (case.year, case.body.full());
            title(case, "政府信息公开工作年度报告");
            case.insert(0, LineKind::Furniture, &format!("{full}{year}年"));
            true
        },
    ),
    Entry::new("i-title-spaced", "the title set wide", &["title"], ANY, |case, _| {
        let Some(text) = case.lines(LineKind::Title).next() else { return false };
        *text = labels::join(text, " ");
        true
    }),
    Entry::new("i-title-quoted", "the title in book marks", &["title"], ANY, |case, _| {
        let Some(text) = case.lines(LineKind::Title).next() else { return false };
        *text = format!("《{text}》");
        true
    }),
    Entry::new(
        "i-title-about",
        "the title as an official letter has it: 关于报送…的报告",
        &["title"],
        ANY,
        |case, random| {
            let (year, full) = (case.year, case.body.full());
            let text = [
                format!("{full}关于{year}年政府信息公开工作年度报告的报告"),
                format!("{full}关于报送{year}年政府信息公开工作年度报告的函"),
                format!("关于{full}{year}年政府信息公开工作情况的年度报告"),
            ][random.below(3)]
            .clone();
            title(case, &text)
        },
    ),
    Entry::new(
        "i-title-short",
        "other words for the report: 政府信息公开年报, 年度报告统计表",
        &["title"],
        ANY,
        |case, random| {
            let (year, full) = (case.year, case.body.full());
            let word = ["政府信息公开年报", "政府信息公开工作年报", "政府信息公开年度报告统计表", "政务公开年度报告"]
                [random.below(4)];
            title(case, &format!("{full}{year}年度{word}"))
        },
    ),
    Entry::new("i-year-chinese", "the year in Chinese characters: 二〇二四年", &["title"], ANY, |case, random| {
        let zero = ['〇', '○', '零'][random.below(3)];
        let digit = |c: char| match c.to_digit(10) {
            Some(0) => zero,
            Some(at) => "零一二三四五六七八九".chars().nth(at as usize).unwrap_or(c),
            None => c,
        };
        year(case, digit)
    }),
    Entry::new("i-year-wide", "the year in full-width digits", &["title"], ANY, |case, _| {
        year(case, |c| c.to_digit(10).and_then(|digit| char::from_u32(0xFF10 + digit)).unwrap_or(c))
    }),
    Entry::new("i-year-first", "the year in front of the name: 2024年度某某镇…", &["title"], ANY, |case, _| {
        let (year, full) = (case.year, case.body.full());
        title(case, &format!("{year}年度{full}政府信息公开工作年度报告"))
    }),
    Entry::new("i-year-line", "the year in a line of its own", &["title", "unit line"], ANY, |case, _| {
        let (year, full) = (case.year, case.body.full());
        case.remove_lines(LineKind::Unit);
        title(case, &format!("{full}政府信息公开工作年度报告"));
        case.insert(1, LineKind::Furniture, &format!("（{year}年度）"));
        true
    }),
    Entry::new("i-no-year", "no year anywhere", &["title", "unit line", "stem", "folder", "year"], ANY, |case, _| {
        no_year(case)
    })
    .with(&["U07"]),
    Entry::new(
        "i-no-year-date",
        "no year but the date in the file's name: 2025.1.10",
        &["title", "unit line", "stem", "folder", "year"],
        ANY,
        |case, random| {
            no_year(case);
            let next = case.year + 1;
            let date = [
                format!("{next}.1.10"),
                format!("{next}0110"),
                format!("（{next}年1月10日）"),
                format!("{next}-01-10"),
            ][random.below(4)]
            .clone();
            case.name.stem.push_str(&date);
            true
        },
    )
    .with(&["U07"]),
    Entry::new(
        "i-no-year-folder",
        "no year but the month of receipt in the folder's name",
        &["title", "unit line", "stem", "folder", "year"],
        ANY,
        |case, _| {
            no_year(case);
            case.name.folder = format!("{}年1月收/", case.year + 1);
            true
        },
    )
    .with(&["U07"]),
    Entry::new(
        "i-no-year-basis",
        "no year but those of laws and forms it cites",
        &["title", "unit line", "stem", "folder", "basis", "year"],
        ANY,
        |case, _| {
            no_year(case);
            case.insert(1, LineKind::Words, "依据2019年修订的《政府信息公开条例》和国办公开办函〔2021〕30号编制。");
            true
        },
    )
    .with(&["U07"]),
    Entry::new(
        "i-filled-in-next-year",
        "the date of filling in next year, below the title",
        &["published"],
        ANY,
        |case, _| {
            let next = case.year + 1;
            case.insert(1, LineKind::Furniture, &format!("填报日期：{next}年1月15日"));
            true
        },
    ),
    Entry::new(
        "i-declares-other",
        "a sentence left over from the report it was copied from names another body",
        &["declaration"],
        ANY,
        |case, _| {
            let (year, county) = (case.year, case.body.county.clone());
            case.insert(1, LineKind::Words, &format!("现公布{county}档案馆{year}年度政府信息公开工作年度报告。"));
            true
        },
    )
    .with(&["U06", "N05"]),
    Entry::new("i-signed", "the name and date at the end, as a letter is signed", &["signed"], ANY, |case, _| {
        let (middle, next) = (case.body.middle(), case.year + 1);
        case.append(LineKind::Furniture, &middle);
        case.append(LineKind::Furniture, &format!("{next}年1月16日"));
        true
    }),
    Entry::new("i-superior", "the superior body named in the words", &["superior"], ANY, |case, _| {
        let county = case.body.county.clone();
        case.insert(1, LineKind::Words, &format!("本机关在{county}人民政府办公室指导下开展工作。"));
        true
    })
    .with(&["N05"]),
];

fn title(case: &mut Case, text: &str) -> bool {
    let Some(title) = case.lines(LineKind::Title).next() else { return false };
    text.clone_into(title);
    true
}

/// Replaces the unit line.
fn unit_line(case: &mut Case, text: &str) -> bool {
    case.remove_lines(LineKind::Unit);
    case.insert(1, LineKind::Unit, text);
    true
}

/// Rewrites the characters of the title, in which alone the year is stated.
fn year(case: &mut Case, write: impl Fn(char) -> char) -> bool {
    let Some(title) = case.lines(LineKind::Title).next() else { return false };
    *title = title.chars().map(write).collect();
    true
}

fn no_year(case: &mut Case) -> bool {
    let full = case.body.full();
    case.name.stem.clone_from(&full);
    case.remove_lines(LineKind::Unit);
    case.remove_lines(LineKind::Words);
    title(case, &format!("{full}政府信息公开工作年度报告"))
}

/// Returns a random name of a folder for received files.
pub(super) fn folder(case: &Case, random: &mut Random) -> String {
    let next = case.year + 1;
    [
        "第一批/".to_owned(),
        format!("{next}年1月收/"),
        "已审核/".to_owned(),
        "乡镇街道/".to_owned(),
        format!("{next}-01-12 邮件/"),
        "微信收/新建文件夹 (2)/".to_owned(),
        format!("{}年度年报/", case.year),
        "各单位报送/".to_owned(),
    ][random.below(8)]
    .clone()
}
