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

fn question<'a>(id: &'a str, fingerprint: &'a str) -> Question<'a> {
    Question { id, fingerprint, older_fingerprint: "older" }
}

fn read(sheets: &[(&str, &str)]) -> Decisions {
    let grids = sheets.iter().map(|(name, text)| grid(name, text)).collect();
    Decisions::from_grids(grids).expect("decisions")
}

#[test]
fn an_explanation_holds_while_the_numbers_stay() {
    for head in ["finding_id,fingerprint,explanation,by,date", "编号,指纹,单位说明,经办人,日期"] {
        let said = read(&[("Sheet1", &format!("{head}\nY01-a,f1,合并,甲,\nY02-b,f2,,甲,"))]).explanations;
        assert_eq!(said.answer(question("Y01-a", "f1"), Severity::MustExplain), (Answer::Explained, "合并"));
        assert_eq!(said.answer(question("Y01-a", "f9"), Severity::MustExplain), (Answer::Lapsed, "合并"));
        assert_eq!(said.answer(question("Y01-a", "f1"), Severity::MustFix), (Answer::Open, "合并"));
        assert_eq!(said.answer(question("Y02-b", "f2"), Severity::MustExplain), (Answer::Open, ""));
    }
    assert!(Decisions::from_grids(vec![grid("Sheet1", "Y01-a,f1,合并")]).is_err());
}

#[test]
fn an_explanation_counts_once_the_office_accepts_it() {
    let text = "我的备注,采纳（是/否）,单位说明,编号,指纹\n甲,是,合并,Y01-a,f1\n乙,否,漏报,Y01-b,f2\n,,待核,Y01-c,f3\n丙,再议,待核,Y01-d,f4\n甲,,合并,Y01-a,f1";
    let decisions = read(&[("说明", text)]);
    let answer =
        |id: &str, fingerprint: &str| decisions.explanations.answer(question(id, fingerprint), Severity::MustExplain).0;
    assert_eq!(answer("Y01-a", "f1"), Answer::Explained, "a copied row without a decision changes nothing");
    assert_eq!(answer("Y01-a", "f2"), Answer::Lapsed);
    assert_eq!(answer("Y01-b", "f2"), Answer::Refused);
    assert_eq!(answer("Y01-c", "f3"), Answer::Open);
    assert_eq!(answer("Y01-d", "f4"), Answer::Open);
    assert_eq!(decisions.remarks.len(), 1);
    assert!(decisions.remarks[0].zh.contains("第5行"), "{:?}", decisions.remarks);
}

#[test]
fn a_decision_without_the_id_of_its_finding_is_named() {
    let text = "编号,单位,单位说明,采纳,指纹\n,甲镇,合并,是,f1\n,甲镇,待核,,\n,乙镇,漏报,否,\nY01-a,甲镇,合并,是,f1";
    let decisions = read(&[("说明", text)]);
    let remarks: Vec<&str> = decisions.remarks.iter().map(|remark| remark.zh.as_str()).collect();
    assert_eq!(remarks.len(), 2, "{remarks:?}");
    assert!(remarks[0].contains("“说明”第2行：没有填写编号") && remarks[1].contains("第4行"), "{remarks:?}");
    assert_eq!(decisions.explanations.iter().count(), 1);
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
fn a_correction_of_money_counts_in_the_unit_of_the_form() {
    let text = "单位,指标,原填,改为\n甲局,t2.administrative_fees.amount,447.58,4475800元\n甲局,t2.administrative_fees.amount,447.58,44.758万元\n\
                甲局,t2.administrative_fees.amount,447.58,447.58\n甲局,t3.received.total,3,4元\n甲局,t3.received.total,3,4件";
    let decisions = read(&[("更正", text)]);
    let forms = Forms::official().expect("data files are well formed");
    let form = &forms.all[forms.for_year(2025)];
    let values: Vec<Result<String, String>> = (decisions.corrections.iter())
        .map(|correction| {
            let item = &form.indicators[correction.position(form).expect("a figure")];
            correction.value_for(item).map(|value| value.to_string()).map_err(|why| why.zh)
        })
        .collect();
    let refused = Err("这一格不是金额，不能填4元".to_owned());
    let counted = |value: &str| Ok(value.to_owned());
    assert_eq!(values, [counted("447.58"), counted("44.758"), counted("447.58"), refused, counted("4")]);
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
    assert_eq!(before.digest([]), after.digest([]));
    assert_eq!(after.sheets.len(), 3);
    assert_eq!(after.sheets[1].topic, None);
    let decided = read(&[("名称", names), ("采用", "单位,文件,采用\n丙镇,包\\a.xlsx,是")]);
    assert_ne!(before.digest([]), decided.digest([]));
    assert_eq!(decided.adoptions[0].file, "包/a.xlsx");
}

const EXPLANATIONS: &str = "编号,指纹,单位说明,采纳";

fn explanations(rows: &str) -> Decisions {
    read(&[("说明", &format!("{EXPLANATIONS}\n{rows}"))])
}

#[test]
fn a_later_explanation_with_another_text_reopens_a_finding() {
    let answer = |rows: &str| {
        let said = explanations(rows).explanations;
        let (answer, text) = said.answer(question("Y01-a", "f1"), Severity::MustExplain);
        (answer, text.to_owned(), said.contradiction(question("Y01-a", "f1")).is_some())
    };
    let is = |answer: Answer, text: &str, is_contradictory: bool| (answer, text.to_owned(), is_contradictory);
    assert_eq!(answer("Y01-a,f1,合并,是\nY01-a,f1,漏报,"), is(Answer::Open, "漏报", false));
    assert_eq!(answer("Y01-a,f1,合并,否\nY01-a,f1,漏报,"), is(Answer::Open, "漏报", false));
    assert_eq!(answer("Y01-a,f1,漏报,\nY01-a,f1,合并,是"), is(Answer::Explained, "合并", false));
    assert_eq!(answer("Y01-a,f1,合并,否\nY01-a,f1,漏报,是"), is(Answer::Explained, "漏报", false));
    assert_eq!(answer("Y01-a,f1,合并,是\nY01-a,f1,漏报,否"), is(Answer::Explained, "合并", true));
    assert_eq!(answer("Y01-a,f1,合并,是\nY01-a,f1,合并,否"), is(Answer::Open, "合并", true));
    assert_eq!(answer("Y01-a,f9,合并,是\nY01-a,older,漏报,是"), is(Answer::Explained, "漏报", false));
}

#[test]
fn names_and_files_with_contradictory_decisions_are_left_out() {
    let names = "报送名称,名册单位\n甲局,示例县甲局\n甲局,示例县乙局\n丙局,示例县丙局\n丙局,示例县丙局";
    let files = "单位,文件,采用\n甲镇,a.xlsx,是\n甲镇,a.xlsx,否\n乙镇,b.xlsx,是";
    let decisions = read(&[("名称", names), ("采用", files)]);
    assert_eq!(decisions.names.iter().map(|said| said.name.as_str()).collect::<Vec<_>>(), ["丙局", "丙局"]);
    let adopted: Vec<Option<bool>> = decisions.adoptions.iter().map(|said| said.adopted).collect();
    assert_eq!(adopted, [None, None, Some(true)]);
    let rows: Vec<Vec<u32>> =
        decisions.contradictions.iter().map(|found| found.places.iter().map(|place| place.row + 1).collect()).collect();
    assert_eq!(rows, [[2, 3], [2, 3]]);
}

/// Returns the texts of the first sheet after the merge of two files.
fn merged(first: &str, second: &str, written: Option<&str>) -> (Vec<Vec<String>>, usize) {
    let written = written.map(explanations);
    let merged = explanations(first).merge(explanations(second), written.as_ref());
    (merged.sheets[0].grid.texts()[1..].to_vec(), merged.remarks.len())
}

#[test]
fn of_two_files_the_entry_that_a_person_changed_counts() {
    let row = |text: &str| vec![text.split(',').map(str::to_owned).collect::<Vec<_>>()];
    let (before, accepted, refused) = ("Y01-a,f1,合并,是", "Y01-a,f1,漏报,是", "Y01-a,f1,合并,否");
    assert_eq!(merged(before, refused, Some(before)), (row(refused), 0), "changed in the second");
    assert_eq!(merged(refused, before, Some(before)), (row(refused), 0), "changed in the first");
    assert_eq!(merged(before, "Y01-a,f1,合并,", Some(before)).0[0][..3], ["Y01-a", "f1", "合并"], "cleared");
    assert_eq!(merged(accepted, refused, Some("Y01-a,f1,漏报,否")), (row("Y01-a,f1,合并,是"), 0), "a cell each");
    let both = [row(accepted), row(refused)].concat();
    assert_eq!(merged(accepted, refused, Some("Y01-a,f1,,")), (both.clone(), 1), "changed in both");
    assert_eq!(merged(accepted, refused, None), (both, 1), "unknown which is newer");
    assert_eq!(merged("Y01-a,f1,,", refused, None), (row(refused), 0), "a blank is filled");
    // Rows that a person deleted in one of the files.
    let other = "Y01-b,f2,核实,是";
    let two = format!("{before}\n{other}");
    assert_eq!(merged(&two, before, Some(&two)), (row(before), 0));
    assert_eq!(merged(before, &two, Some(&two)), (row(before), 0));
    assert_eq!(merged(before, other, None).0.len(), 2);
}

#[test]
fn rows_whose_blanks_the_program_filled_are_the_same_rows() {
    let head = "单位,指标,表,行,列,原填,改为";
    let sheet = |row: &str| read(&[("更正", &format!("{head}\n{row}"))]);
    let (typed, filled) = ("甲镇,,,规章,制发件数,1,0", "甲镇,t2.regulations.issued,表二,规章,制发件数,1,0");
    let changed = filled.replace("1,0", "1,5");
    let merged = sheet(typed).merge(sheet(&changed), Some(&sheet(filled)));
    let values: Vec<String> = merged.corrections.iter().map(|said| said.value.to_string()).collect();
    assert_eq!(values, ["5"]);
}

#[test]
fn explanations_without_a_column_for_the_decision_stay_accepted() {
    let csv = read(&[("", "编号,指纹,单位说明,备注\nY01-a,f1,合并,电话")]);
    let empty = read(&[("说明", &format!("{EXPLANATIONS}\nY01-a,f1,,")), ("电话", "甲镇,1")]);
    for merged in [empty.clone().merge(csv.clone(), None), csv.merge(empty.clone(), None)] {
        let (answer, text) = merged.explanations.answer(question("Y01-a", "f1"), Severity::MustExplain);
        assert_eq!((answer, text), (Answer::Explained, "合并"));
        assert!(merged.sheets.iter().any(|sheet| sheet.grid.texts()[0].iter().any(|cell| cell == "备注")));
    }
    // The office's own sheets: the changed one counts, or both.
    let own = |text: &str| read(&[("说明", EXPLANATIONS), ("电话", text)]);
    let names = |first: &str, second: &str, written: &str| -> Vec<String> {
        let merged = own(first).merge(own(second), Some(&own(written)));
        merged.sheets[1..].iter().map(|sheet| format!("{} {}", sheet.grid.name, sheet.grid.texts()[0][1])).collect()
    };
    assert_eq!(names("甲镇,1", "甲镇,2", "甲镇,1"), ["电话 2"]);
    assert_eq!(names("甲镇,2", "甲镇,1", "甲镇,1"), ["电话 2"]);
    assert_eq!(names("甲镇,2", "甲镇,3", "甲镇,1"), ["电话 2", "电话（2） 3"]);
}
