//! The sheet with instructions.

use rust_xlsxwriter::Worksheet;

use super::protection;
use super::sheet_plan::SheetPlan;
use crate::report::layout::Area;
use crate::report::{Failure, sheet};

/// Width of the column of sentences, in characters.
const WIDTH: f64 = 84.0;

/// Writes the sheet.
pub(super) fn write(plan: &SheetPlan<'_>, sheet: &mut Worksheet) -> Result<(), Failure> {
    sheet.set_name("填报说明")?;
    sheet.set_column_width(0, 6)?.set_column_width(1, WIDTH)?;
    sheet::put(sheet, Area { top: 0, left: 0, bottom: 0, right: 1 }, "填报说明", &sheet::title().set_font_size(14))?;
    sheet.set_row_height(0, 28)?;
    for (number, said) in (1_u32..).zip(sentences(plan)) {
        sheet.write_number_with_format(number, 0, number, &sheet::figure())?;
        sheet.write_string_with_format(number, 1, said.as_str(), &sheet::label())?;
        sheet.set_row_height(number, sheet::height(&said, WIDTH * 0.93))?;
    }
    sheet::page_for_others(sheet, false);
    sheet.protect_with_options(&protection());
    Ok(())
}

fn sentences(plan: &SheetPlan<'_>) -> Vec<String> {
    let mut said = vec![
        "只在浅黄色的格子里填写；填过的格子变成白色，其他格子不能改动。".to_owned(),
        "每一格都要填。没有的填数字0，不填“无”“/”，也不要留空。".to_owned(),
        "件数填不小于0的整数，不带“件”等文字；金额以万元为单位，可以有小数，3000元填0.3。".to_owned(),
        "总计、合计也要自己填写。表旁、表下灰色的“自动”各格是按所填各数算出的，用来对照，不能代替填写。".to_owned(),
        "红色的格子同时在两项不平的勾稽关系里，最可能有误；黄色的格子是一项不平的勾稽关系的合计。改正后颜色自动消失。"
            .to_owned(),
        "“校验”表逐项列出全部勾稽关系的两边和差。全部为“平”、封面显示各格都已填写，再报送。".to_owned(),
    ];
    if !plan.entry.given.is_empty() {
        said.push(
            "结转自上一年度的各格按本单位上年年报给出，不能直接改。与实际不符的，在表下“增减数”一行填差数，并写明原因。"
                .to_owned(),
        );
    }
    said.extend([
        "从别处复制数字时，请用“选择性粘贴—数值”，不要插入、删除行列，不要改动表上的文字。".to_owned(),
        "各表没有密码。确需改动锁定的格子时，用“审阅—撤消工作表保护”，并告知县政府信息公开工作机构。".to_owned(),
        "保存为xlsx、xls、et、ods都可以，文件名不限；请不要合并到别的工作簿里。".to_owned(),
    ]);
    said
}
