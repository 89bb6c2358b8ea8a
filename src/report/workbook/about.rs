//! The sheet that explains the workbook: the counted reports, the totals, and the colours.

use rust_xlsxwriter::Worksheet;

use crate::outcome::Outcome;
use crate::report::layout::Area;
use crate::report::{Failure, marks, office, sheet};

/// Width of the column of sentences, in characters.
const WIDTH: f64 = 80.0;

pub(super) fn write(outcome: &Outcome, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("说明")?;
    sheet.set_column_width(0, 20)?.set_column_width(1, WIDTH)?;
    sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right: 1 }, &office::title(outcome), &sheet::title())?;
    sheet.set_row_height(0, 30)?;
    let mut row = 1;
    for (name, said) in lines(outcome) {
        sheet.write_string_with_format(row, 0, name, &sheet::heading())?;
        sheet.write_string_with_format(row, 1, sheet::text(&said), &sheet::label())?;
        sheet.set_row_height(row, sheet::height(&said, WIDTH))?;
        row += 1;
    }
    for (name, tint, said) in LEGEND {
        sheet.write_string_with_format(row, 0, name, &sheet::figure().set_background_color(tint))?;
        sheet.write_string_with_format(row, 1, said, &sheet::label())?;
        sheet.set_row_height(row, sheet::height(said, WIDTH))?;
        row += 1;
    }
    sheet::page(sheet, false, outcome.settings.date);
    Ok(())
}

const LEGEND: [(&str, u32, &str); 6] = [
    ("必改", sheet::RED, "单位表中这一格（或这个单位）有必改问题；原因见批注。"),
    ("待说明", sheet::YELLOW, "属实的请单位说明，不属实的更正；疑点不能定到一格的，可能有错的各格都标出。"),
    ("提示", sheet::BLUE, "供参考，或单位已作说明。"),
    ("未计入", sheet::GREY, "应报而未计入汇总的单位，原因在“状态”一栏；补填数字，合计随之变动。"),
    ("更正后不同", sheet::GREEN, "汇总表中这一格，确定有误的数更正后合计会变；更正后的合计见批注和表下的说明。"),
    ("合计有空缺", sheet::PALE, "汇总表中这一格有单位空白、填“/”或所填本身有误，未按0计。"),
];

fn lines(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let verdict = outcome.verdict();
    let form = outcome.corpus.form();
    let (counts, units) = (verdict.counts, verdict.counts_of_units);
    let missing = office::missing_rows(outcome).iter().filter(|row| row[3] != "迟报").count();
    let mut lines = vec![
        ("年度和格式", format!("{}年度；《{}》（{}）", outcome.corpus.year, form.title, form.basis)),
        (
            "报送",
            format!(
                "应报单位{}个，收到{}个；计入汇总的报告{}份，应报而未计入的单位{missing}个（未报{}个，收到而未计入{}个）；不在名册、未计入的报告{}份。",
                verdict.expected,
                verdict.received,
                verdict.counted,
                verdict.missing.as_ref().map_or(0, Vec::len),
                verdict.not_counted,
                verdict.unmatched
            ),
        ),
        (
            "问题",
            format!(
                "问题清单中未处理的：必改{}处，待说明{}处，提示{}处；其中属{}的必改{}处，待说明{}处。报送的单位中有必改问题的{}个。",
                counts.must_fix,
                counts.must_explain,
                counts.notes,
                verdict.units_in_words(),
                units.must_fix,
                units.must_explain,
                verdict.units_to_fix
            ),
        ),
        (
            "合计的计算",
            "“汇总”各表的每一格是公式，等于同名单位表里那一列的合计；只加数字。空白、“/”、文字未按0计，一个数字也没有的格子留空。\
             有必改问题的报告已计入，更正后数字会变；更正后的合计与现在不同的格用绿底，数在批注和表下的说明里。\
             合计本身勾稽不平的，表下列出算式和差额来自哪些单位。"
                .to_owned(),
        ),
        (
            "单位表",
            "一个单位一行，按名册顺序；一个数字一列，按正式格式的顺序。不是数字的内容照原样显示，不参加合计；像数字而不能采用的（几格合并成一格，负数，件数不是整数）加引号。\
             金额已换算成表头所注的单位，没有注明单位、不能确定的金额也加引号。"
                .to_owned(),
        ),
    ];
    let corrected = outcome.corpus.corrected.len();
    if corrected > 0 {
        lines.push((
            "代为更正",
            format!(
                "由本办按办理单代为更正{corrected}格，已按更正后的数字计入合计，原填的数和依据见批注和表下的说明。"
            ),
        ));
    }
    lines.extend(marks::changed_rules(outcome).map(|changed| ("改过的规则", changed)));
    lines.extend(outcome.settings.date.map(|date| ("日期", format!("{date}（通知和通报的日期）。"))));
    lines.push(("程序", format!("huizong {}。同样的文件和选项，得到同样的表。", env!("CARGO_PKG_VERSION"))));
    lines
}
