use super::*;
use crate::document::{Cell, CellKind};
use crate::finding::{Answer, Severity};
use crate::form::Forms;

fn grid(name: &str, text: &str) -> Grid {
    let cells = (0_u32..).zip(text.lines()).flat_map(|(row, line)| {
        let cells = (0_u32..).zip(line.split(',')).filter(|(_, text)| !text.is_empty());
        cells.map(move |(column, text)| Cell { row, column, kind: CellKind::Text, text: text.into(), formula: None })
    });
    Grid::new(name, cells.collect())
}

fn read(sheets: &[(&str, &str)]) -> Decisions {
    let grids = sheets.iter().map(|(name, text)| grid(name, text)).collect();
    Decisions::from_grids(grids).expect("decisions")
}

#[test]
fn an_explanation_holds_while_the_numbers_stay() {
    for head in ["finding_id,fingerprint,explanation,by,date", "编号,指纹,单位说明,经办人,日期"] {
        let said = read(&[("Sheet1", &format!("{head}\nY01-a,f1,合并,甲,\nY02-b,f2,,甲,"))]).explanations;
        assert_eq!(said.answer("Y01-a", "f1", Severity::MustExplain), (Answer::Explained, "合并"));
        assert_eq!(said.answer("Y01-a", "f9", Severity::MustExplain), (Answer::Lapsed, "合并"));
        assert_eq!(said.answer("Y01-a", "f1", Severity::MustFix), (Answer::Open, "合并"));
        assert_eq!(said.answer("Y02-b", "f2", Severity::MustExplain), (Answer::Open, ""));
    }
    assert!(Decisions::from_grids(vec![grid("Sheet1", "Y01-a,f1,合并")]).is_err());
}

#[test]
fn an_explanation_counts_once_the_office_accepts_it() {
    let text = "我的备注,采纳（是/否）,单位说明,编号,指纹\n甲,是,合并,Y01-a,f1\n乙,否,漏报,Y01-b,f2\n,,待核,Y01-c,f3\n丙,再议,待核,Y01-d,f4\n甲,,合并,Y01-a,f1";
    let decisions = read(&[("说明", text)]);
    let answer = |id: &str, fingerprint: &str| decisions.explanations.answer(id, fingerprint, Severity::MustExplain).0;
    assert_eq!(answer("Y01-a", "f1"), Answer::Explained, "a copied row without a decision changes nothing");
    assert_eq!(answer("Y01-a", "f2"), Answer::Lapsed);
    assert_eq!(answer("Y01-b", "f2"), Answer::Refused);
    assert_eq!(answer("Y01-c", "f3"), Answer::Open);
    assert_eq!(answer("Y01-d", "f4"), Answer::Open);
    assert_eq!(decisions.remarks.len(), 1);
    assert!(decisions.remarks[0].zh.contains("第5行"), "{:?}", decisions.remarks);
}

#[test]
fn a_correction_is_found_by_name_or_by_the_labels_of_the_form() {
    let text = "更正的数字\n单位,表,行,列,指标,原填,改为,依据,经办人,日期\n甲镇,,,,t3.received.total,12,21,原件,李,1月\n\
                甲镇,表二,规章,制发件数,,1,0,,,\n甲镇,,一、本年新收政府信息公开申请数量,总计,,3,4,,,\n甲镇,,,,,1,,,,\n,,,,t3.received.total,1,2,,,";
    let decisions = read(&[("更正", text)]);
    let forms = Forms::official().expect("data files are well formed");
    let form = &forms.all[forms.for_year(2025)];
    let ids: Vec<Option<&str>> = decisions
        .corrections
        .iter()
        .map(|correction| correction.position(form).map(|at| form.indicators[at].id.as_str()))
        .collect();
    let received = Some("t3.received.total");
    assert_eq!(ids, [received, Some("t2.regulations.issued"), received], "{:?}", form.tables[0].blocks[0]);
    assert_eq!(decisions.corrections[0].reason(), "原件（李 1月）");
    assert_eq!(decisions.remarks.len(), 1, "{:?}", decisions.remarks);
}

#[test]
fn open_questions_and_own_columns_do_not_change_the_digest() {
    let names = "报送名称,名册单位,最接近的单位\n甲局,示例县甲局,\n";
    let before = read(&[("名称", names)]);
    let after = read(&[
        ("名称", &format!("{names}乙局,,示例县乙局\n")),
        ("备忘", "电话,1"),
        ("采用", "单位,文件,采用\n丙镇,a.xlsx,"),
    ]);
    assert_eq!(before.digest(), after.digest());
    assert_eq!(after.sheets.len(), 3);
    assert_eq!(after.sheets[1].topic, None);
    let decided = read(&[("名称", names), ("采用", "单位,文件,采用\n丙镇,包\\a.xlsx,是")]);
    assert_ne!(before.digest(), decided.digest());
    assert_eq!(decided.adoptions[0].file, "包/a.xlsx");
}
