//! Perturbations of the text around a report on a page.

use std::fmt::Write as _;

use super::super::case::{ANY, CELLS, Case, Format, LineKind, MARKUP, Part, TEXTS, WEB};
use super::super::grid::Grid;
use super::Entry;

const WORD: &[Format] = &[Format::Docx];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new("p-menu", "menus with links to other bodies and other years", &["before"], WEB, |case, _| {
        let year = case.year;
        write!(
            case.markup.before,
            "<div><a href=\"/\">首页</a> | <a href=\"/a\">政府信息公开</a> | <a href=\"/b\">{}年年报</a> | \
             <a href=\"/c\">县审计局{}年度报告</a></div>",
            year - 1,
            year - 2
        )
        .expect("text");
        true
    }),
    Entry::new("p-related", "a list of other bodies' reports below", &["after"], WEB, |case, _| {
        let (year, county) = (case.year, case.body.county.clone());
        write!(
            case.markup.after,
            "<ul><li><a href=\"/1\">{county}丙字镇{year}年政府信息公开工作年度报告</a></li><li><a href=\"/2\">\
             {county}丁字乡{}年政府信息公开工作年度报告</a></li></ul>",
            year - 1
        )
        .expect("text");
        true
    }),
    Entry::new("p-print", "打印 关闭 分享到, and the page's counter", &["buttons"], MARKUP, |case, _| {
        case.append(LineKind::Furniture, "【打印本页】【关闭窗口】 分享到： 浏览次数：1386");
        true
    }),
    Entry::new("p-footer", "the site's footer with licence numbers and phone", &["after 2"], ANY, |case, _| {
        let county = case.body.county.clone();
        case.append(
            LineKind::Furniture,
            &format!("主办：{county}人民政府办公室　备案号：12345678号-1　电话：0571-1234567"),
        );
        true
    }),
    Entry::new(
        "p-date",
        "date, source and counter of the publication below the title",
        &["published"],
        ANY,
        |case, _| {
            let (year, county) = (case.year + 1, case.body.county.clone());
            case.insert(
                1,
                LineKind::Furniture,
                &format!("发布时间：{year}-01-10 09:12 来源：{county}政府办 浏览量：123"),
            );
            true
        },
    ),
    Entry::new(
        "p-running",
        "header and footer of the pages, with the unit and a number",
        &["running"],
        WORD,
        |case, _| {
            let header = format!("{}政府信息公开工作年度报告", case.body.middle());
            case.markup.running = Some((header, "第 3 页 共 5 页".to_owned()));
            true
        },
    ),
    Entry::new("p-number", "the number of the document at the top: 〔2025〕3号", &["letterhead"], ANY, |case, _| {
        let text = format!("示政公开〔{}〕3号", case.year + 1);
        case.insert(0, LineKind::Furniture, &text);
        true
    }),
    Entry::new("p-basis", "the basis of the form, with its number and year", &["basis"], ANY, |case, _| {
        let basis = case.form.basis.clone();
        let at = 1.min(case.sheets[0].parts.len());
        case.insert(
            at,
            LineKind::Words,
            &format!("本报告按照《中华人民共和国政府信息公开条例》和{basis}规定的格式编制。"),
        );
        true
    }),
    Entry::new(
        "p-contents",
        "a table of contents with page numbers in front",
        &["contents"],
        &[Format::Docx, Format::Html, Format::Bars, Format::Lines, Format::Aligned],
        |case, _| {
            let titles: Vec<String> = case.form.tables.iter().map(|table| table.title.clone()).collect();
            let lines = [
                "目录".to_owned(),
                format!("二、{}……3", titles[0]),
                format!("三、{}……4", titles[1]),
                format!("四、{}……6", titles[2]),
            ];
            for line in lines.iter().rev() {
                case.insert(1, LineKind::Furniture, line);
            }
            true
        },
    ),
    Entry::new(
        "p-instructions",
        "instructions for filling in below the tables, naming rows and years",
        &["instructions"],
        ANY,
        |case, _| {
            let year = case.year;
            case.append(LineKind::Furniture, "填表说明：");
            case.append(LineKind::Furniture, "1.规章：指现行有效的规章，乡镇和部门填0。");
            case.append(LineKind::Furniture, &format!("2.行政许可：指{year}年1月1日至12月31日作出的处理决定数量。"));
            true
        },
    ),
    Entry::new(
        "p-signature",
        "names, date and phone of those who filled it in, below",
        &["signature"],
        ANY,
        |case, _| {
            let text =
                format!("填表人：张三　审核人：李四　填表日期：{}年1月10日　联系电话：0571-1234567", case.year + 1);
            case.append(LineKind::Furniture, &text);
            true
        },
    ),
    Entry::new("p-note", "a note with numbers below a table", &["note"], ANY, |case, _| {
        case.append(LineKind::Furniture, "注：上述数据不含政务服务大厅办理的2368件咨询。");
        true
    }),
    Entry::new("p-measure-line", "a line 单位：件 above the tables", &["measure line"], ANY, |case, _| {
        let Some(at) = case.table_part(1) else { return false };
        case.insert(at, LineKind::Furniture, "单位：件");
        true
    }),
    Entry::new(
        "p-measures-line",
        "a line 单位：件、万元 above the first table",
        &["measure line"],
        ANY,
        |case, _| {
            let Some(at) = case.table_part(0) else { return false };
            case.insert(at, LineKind::Furniture, "单位：件、万元");
            true
        },
    ),
    Entry::new(
        "p-figures-table",
        "another table with numbers on the page: the most read pages",
        &["other table"],
        MARKUP,
        |case, _| {
            let grid = Grid::of_texts(&[&["栏目", "阅读量"], &["通知公告", "1203"], &["政策文件", "877"]]);
            case.sheets[0].parts.push(Part::Table(grid));
            true
        },
    ),
    Entry::new(
        "p-web-statistics",
        "a table on the website and its accounts in front of the form's",
        &["other table"],
        CELLS,
        |case, _| {
            let Some(at) = case.table_part(0) else { return false };
            let grid = Grid::of_texts(&[&["项目", "数量"], &["主动公开信息条数", "356"], &["政务微信推送", "128"]]);
            case.sheets[0].parts.insert(at.saturating_sub(1), Part::Table(grid));
            true
        },
    )
    .with(&["F07"]),
    Entry::new(
        "p-hidden-template",
        "the page's empty template, hidden, in front of the report",
        &["before"],
        WEB,
        |case, _| {
            let rows = "<tr><td>规章</td><td>9</td><td>9</td><td>9</td></tr><tr><td>行政规范性文件</td><td>9</td><td>9</td><td>9</td></tr>";
            write!(
                case.markup.before,
                "<div style=\"display:none\"><table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td>\
             <td>现行有效件数</td></tr>{rows}</table></div>"
            )
            .expect("text");
            true
        },
    ),
    Entry::new("p-commented-out", "an older table commented out in the page's source", &["before"], WEB, |case, _| {
        case.markup.before.push_str("<!-- <table><tr><td>行政许可</td><td>99</td></tr></table> -->");
        true
    }),
    Entry::new("p-script", "scripts with the words and numbers of the form", &["before"], WEB, |case, _| {
        case.markup
            .before
            .push_str("<script>var data = {'规章': 9, '行政许可': 77};</script><noscript>请启用脚本</noscript>");
        true
    }),
    Entry::new("p-expired", "a label that the page is no longer in force", &["label"], WEB, |case, _| {
        case.insert(0, LineKind::Furniture, "文件状态：已失效");
        true
    }),
    Entry::new("p-title-twice", "the title twice, as a heading and as a line", &["title twice"], ANY, |case, _| {
        let Some(title) = case.lines(LineKind::Title).next().cloned() else { return false };
        case.insert(0, LineKind::Furniture, &title);
        true
    }),
    Entry::new("p-watermark", "a watermark's words between the lines", &["watermark"], TEXTS, |case, _| {
        let Some(at) = case.table_part(1) else { return false };
        case.insert(at, LineKind::Furniture, "内部资料 注意保存");
        case.append(LineKind::Furniture, "内部资料 注意保存");
        true
    }),
    Entry::new(
        "p-agreeing-words",
        "words with the number of applications received, as in the table",
        &["claims"],
        ANY,
        |case, _| agreeing(case),
    )
    .with(&["N05", "N07"]),
    Entry::new("p-attachment-mark", "附件 or 附表 above the title", &["letterhead"], ANY, |case, random| {
        let mark = ["附件2", "附件：", "附表1", "附件2："][random.below(4)];
        case.insert(0, LineKind::Furniture, mark);
        true
    }),
];

/// Adds a sentence with the number received, equal to the table's.
fn agreeing(case: &mut Case) -> bool {
    let Some(received) = case.form.position("t3.received.total").and_then(|at| case.value(at)) else { return false };
    let year = case.year;
    let text = if received.is_zero() {
        format!("{year}年，本机关未收到政府信息公开申请。")
    } else {
        format!("{year}年，本机关共收到政府信息公开申请{received}件，均按时答复。")
    };
    let Some(at) = case.table_part(0) else { return false };
    case.insert(at.saturating_sub(1), LineKind::Words, &text);
    case.append(LineKind::Words, "本年度未收取信息处理费。");
    true
}
