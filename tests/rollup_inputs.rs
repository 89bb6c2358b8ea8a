//! What `huizong rollup` is given: copies, outputs in the wrong place, outputs that do not match their manifest, bodies
//! without outputs. Each figure counts once, and whatever the totals lack is named.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;
#[path = "common/level_outputs.rs"]
mod level_outputs;
#[path = "common/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use level_outputs::{copy, document_text, findings, part, refused, roll_up, run_scene, run_scene_with, totals};
use program::rows;

const NORTH: &str = "roster 甲山镇\nfile 甲山镇2022年年报.xlsx";
const SOUTH: &str = "roster 乙水乡\nfile 乙水乡2022年年报.xlsx";

/// Makes a city with two counties, whose runs have a roster.
fn city(root: &Path) -> PathBuf {
    let city = root.join("东市");
    run_scene(&city.join("北县/2022"), NORTH);
    run_scene(&city.join("南县/2022"), SOUTH);
    city
}

fn total(out: &Path, body: &str) -> String {
    totals(out)[&(body.to_owned(), "2022".to_owned(), "t3.received.total".to_owned())]["total"].clone()
}

/// Changes a text in a file of an output's data.
fn edit(output: &Path, file: &str, from: &str, to: &str) {
    let path = output.join("data").join(file);
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(path, text.replacen(from, to, 1)).expect("a file");
}

#[test]
fn a_run_in_the_folder_of_another_county_leaves_a_gap_there_or_in_both() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (folder.path().join("东市"), folder.path().join("汇总"));
    run_scene_with(&city.join("北县/2022"), NORTH, &["--county", "北县"]);
    run_scene_with(&city.join("南县/2022"), SOUTH, &["--county", "南县"]);
    roll_up(&[&city], &out, &["--quiet"]);
    let whole = total(&out, "东市");
    // The runs state where they belong.
    copy(&city.join("南县/2022"), &city.join("中县/2022"));
    let said = roll_up(&[&city], &out, &[]);
    assert_eq!(total(&out, "东市"), whole);
    assert!(said.contains("U08") && said.contains("这里放错了"), "{said}");
    let bodies = rows(&out.join("data/bodies.csv"));
    let of = |name: &str| bodies.iter().find(|row| row["body"] == name).expect("a row");
    assert_eq!((of("中县")["outputs"].as_str(), of("中县")["outputs_left_out"].as_str()), ("0", "1"));
    // Nobody knows whose they are.
    fs::remove_dir_all(city.join("中县")).expect("a folder");
    fs::remove_dir_all(city.join("南县")).expect("a folder");
    run_scene(&city.join("南县/2022"), SOUTH);
    copy(&city.join("南县/2022"), &city.join("西县/2022"));
    let said = roll_up(&[&city], &out, &[]);
    assert!(said.contains("无法确定是哪个地区的"), "{said}");
    assert_eq!(total(&out, "东市"), total(&out, "东市/北县"));
    assert_eq!(findings(&out, "U08").len(), 2);
}

#[test]
fn two_roll_ups_of_one_body_in_two_states_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let [all, first, second] = ["省", "省/东市/汇总", "省/东市/汇总2"].map(|name| folder.path().join(name));
    fs::create_dir_all(folder.path().join("省/东市")).expect("a folder");
    roll_up(&[&city], &first, &["--quiet"]);
    fs::remove_dir_all(city.join("南县/2022")).expect("a folder");
    run_scene(&city.join("南县/2022"), &SOUTH.replace("乙水乡", "丙林镇"));
    roll_up(&[&city], &second, &["--quiet"]);
    let message = refused(&[&all], &folder.path().join("合"), &[]);
    assert!(message.contains("南县") && message.contains("重复计算"), "{message}");
}

#[test]
fn a_county_that_is_also_in_a_roll_up_under_another_path_is_asked_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let rolled = folder.path().join("东市汇总");
    roll_up(&[&city], &rolled, &["--quiet"]);
    let again = folder.path().join("重报/南县/2022");
    fs::create_dir_all(again.parent().expect("a folder")).expect("a folder");
    run_scene(&again, &SOUTH.replace("乙水乡", "丙林镇"));
    let out = folder.path().join("合");
    let said = roll_up(&[&rolled, &folder.path().join("重报/南县")], &out, &[]);
    assert!(said.contains("U08") && said.contains("可能是同一地区"), "{said}");
}

#[test]
fn outputs_that_do_not_match_their_manifest_or_lack_their_data_are_left_out_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    roll_up(&[&city], &out, &["--quiet"]);
    let north = total(&out, "东市/北县");
    let south = city.join("南县/2022");
    let kept = folder.path().join("南县");
    copy(&south, &kept);
    let check = |damage: &dyn Fn(), said: &str| {
        damage();
        let text = roll_up(&[&city], &out, &[]);
        assert!(text.contains("F01") && text.contains(said), "{said}: {text}");
        assert_eq!(total(&out, "东市"), north, "{said}");
        fs::remove_dir_all(&south).expect("a folder");
        copy(&kept, &south);
    };
    check(&|| edit(&south, "facts.csv", ",2022,", ",2022 ,"), "facts.csv");
    check(&|| edit(&south, "manifest.json", "\"year\": 2022", "\"year\": 2021"), "清单写的年度是2021");
    check(
        &|| {
            fs::remove_dir_all(south.join("data")).expect("a folder");
            for file in ["报告.html", "汇总表.xlsx"] {
                fs::write(south.join(file), "").expect("a file");
            }
        },
        "清单文件",
    );
}

#[test]
fn a_body_on_the_list_without_outputs_is_named_and_has_no_sums() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    let list = folder.path().join("层级.csv");
    fs::write(&list, "代码,名称,上级\n1,东市,\n11,北县,1\n12,南县,1\n13,西县,1\n").expect("a file");
    let said = roll_up(&[&city], &out, &["--levels", list.to_str().expect("a path")]);
    assert!(said.contains("U02 东市/西县") && said.contains("合计不含该地区"), "{said}");
    let missing = findings(&out, "U02");
    assert!(missing.len() == 1 && missing[0]["severity"] == "must_fix", "{missing:?}");
    let bodies = rows(&out.join("data/bodies.csv"));
    assert!(bodies.iter().any(|row| row["body"] == "西县" && row["outputs"] == "0"));
    assert!(!totals(&out).keys().any(|(body, ..)| body == "东市/西县"));
}

#[test]
fn a_run_without_a_roster_is_not_said_to_lack_no_unit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = folder.path().join("东市");
    run_scene(&city.join("北县/2022"), NORTH);
    run_scene(&city.join("南县/2022"), "file 乙水乡2022年年报.xlsx");
    let out = folder.path().join("汇总");
    let said = roll_up(&[&city], &out, &[]);
    assert!(said.contains("其中1份结果没有名册，应报数只含其中报来的单位"), "{said}");
    let bodies = rows(&out.join("data/bodies.csv"));
    let of =
        |name: &str| bodies.iter().find(|row| row["body"] == name).expect("a row")["outputs_without_roster"].clone();
    assert_eq!(["东市", "北县", "南县"].map(of), ["1", "0", "1"]);
}

#[test]
fn work_folders_as_arguments_are_their_counties() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = folder.path().join("东市");
    for (county, scene) in [("北县", NORTH), ("南县", SOUTH)] {
        let work = city.join(county).join("2022年报");
        fs::create_dir_all(work.join("收件")).expect("a folder");
        run_scene(&work.join("结果"), scene);
    }
    let out = folder.path().join("汇总");
    let works = ["北县", "南县"].map(|county| city.join(county).join("2022年报"));
    roll_up(&[&works[0], &works[1]], &out, &["--quiet"]);
    let bodies: BTreeSet<String> = totals(&out).into_keys().map(|(body, ..)| body).collect();
    assert_eq!(bodies.into_iter().collect::<Vec<_>>(), ["合计", "合计/北县", "合计/南县"]);
}

#[test]
fn the_roll_up_to_compare_with_is_of_the_same_root() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let [first, second] = ["一", "二"].map(|name| folder.path().join(name));
    roll_up(&[&city], &first, &["--quiet", "--name", "西市"]);
    let since = ["--since", first.to_str().expect("a path")];
    let message = refused(&[&city], &second, &since);
    assert!(message.contains("--name 西市"), "{message}");
    roll_up(&[&city], &second, &[since[0], since[1], "--name", "西市"]);
}

#[test]
fn what_is_no_output_is_named_and_so_are_years_of_two_counties() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("东市/汇总"));
    run_scene(&city.join("南县/2023"), "roster 丙林镇 丁河乡\nfile 丙林镇2023年年报.xlsx");
    run_scene(&city.join("南县/2024"), "roster 甲山镇 乙水乡\nfile 甲山镇2024年年报.xlsx");
    fs::create_dir_all(city.join("西县/2022")).expect("a folder");
    fs::write(city.join("西县/2022/甲山镇.xlsx"), "x").expect("a file");
    fs::write(city.join("北县/2023.zip"), "x").expect("a file");
    fs::create_dir_all(city.join(".git")).expect("a folder");
    let said = roll_up(&[&city], &out, &[]);
    let skipped: Vec<String> = findings(&out, "F10").into_iter().map(|row| row["file"].clone()).collect();
    assert_eq!(skipped, ["东市/北县/2023.zip", "东市/西县"], "{said}");
    // The year before the last has a unit less than is compared.
    let two = findings(&out, "U08");
    assert!(two.len() == 1 && two[0]["year"] == "2024" && two[0]["message"].contains("可能是两个地区"), "{two:?}");
}

#[test]
fn arguments_within_others_are_found_there_whatever_their_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let county = city.join("南县");
    let outs = [[&county, &city], [&city, &county]].map(|arguments| {
        let out = folder.path().join(if arguments[0] == &county { "一" } else { "二" });
        roll_up(&arguments.map(PathBuf::as_path), &out, &["--quiet"]);
        totals(&out)
    });
    assert_eq!(outs[0], outs[1]);
    assert!(outs[0].keys().any(|(body, ..)| body == "东市/南县"));
}

#[test]
fn roll_ups_side_by_side_keep_their_bodies_and_their_findings() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let province = folder.path().join("省");
    fs::create_dir_all(&province).expect("a folder");
    for (name, scene) in [("东市", NORTH), ("西市", SOUTH)] {
        let city = folder.path().join("市").join(name);
        run_scene(&city.join("鼓楼区/2022"), scene);
        fs::create_dir_all(city.join("空县/2022")).expect("a folder");
        roll_up(&[&city], &province.join(name), &["--quiet"]);
    }
    let out = folder.path().join("汇总");
    let said = roll_up(&[&province], &out, &[]);
    let bodies: BTreeSet<String> = totals(&out).into_keys().map(|(body, ..)| body).collect();
    let expected = ["省", "省/东市", "省/东市/鼓楼区", "省/西市", "省/西市/鼓楼区"];
    assert_eq!(bodies.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(findings(&out, "F10").len(), 2, "{said}");
}

#[test]
fn an_output_folder_of_another_body_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let [out, dataset] = ["汇总", "数据集"].map(|name| folder.path().join(name));
    let with_dataset = ["--quiet", "--dataset", dataset.to_str().expect("a path")];
    roll_up(&[&city], &out, &with_dataset);
    let message = refused(&[&city.join("南县")], &out, &[]);
    assert!(message.contains("这里是“东市”的合并汇总"), "{message}");
    let other = folder.path().join("南县汇总");
    let message = refused(&[&city.join("南县")], &other, &with_dataset);
    assert!(message.contains("这里是“东市”的数据集"), "{message}");
    assert!(!other.join("data").exists());
}

#[test]
fn a_list_with_several_top_bodies_names_those_missing_where_outputs_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let list = folder.path().join("区划.csv");
    let text = "代码,名称\n350000,甲省\n350100,东市\n350101,北县\n350102,南县\n350103,西县\n350200,西市\n350201,东县\n\
                360000,乙省\n360100,某市\n";
    fs::write(&list, text).expect("a file");
    let out = folder.path().join("汇总");
    roll_up(&[&city], &out, &["--quiet", "--name", "全国", "--levels", list.to_str().expect("a path")]);
    let missing: Vec<String> = findings(&out, "U02").into_iter().map(|row| row["body_path"].clone()).collect();
    assert_eq!(missing, ["全国/甲省/东市/西县"]);
    let whole = &rows(&out.join("data/bodies.csv"))[0];
    assert_eq!((whole["body"].as_str(), whole["bodies_absent"].as_str()), ("全国", "1"));
}

#[test]
fn a_body_within_a_roll_up_that_the_list_has_elsewhere_is_asked_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let province = folder.path().join("省");
    fs::create_dir_all(&province).expect("a folder");
    roll_up(&[&city], &province.join("东市"), &["--quiet"]);
    let list = folder.path().join("层级.csv");
    let out = folder.path().join("汇总");
    let found = |text: &str| {
        fs::write(&list, text).expect("a file");
        roll_up(&[&province], &out, &["--quiet", "--levels", list.to_str().expect("a path")]);
        findings(&out, "U01")
    };
    let plain = "代码,名称,上级,并入\n1,省,,\n11,东市,1,\n111,北县,11,\n112,南县,11,\n";
    assert!(found(plain).is_empty());
    let merged = found(&plain.replace("112,南县,11,", "112,南县,11,111"));
    assert!(merged.len() == 1 && merged[0]["message"].contains("省/东市/北县/南县"), "{merged:?}");
}

/// Returns the years that the outputs for people name: those of the titles of the workbooks, of the circular and of the
/// page when it opens.
fn shown_years(out: &Path) -> BTreeSet<String> {
    let book = |file: &str| {
        let text = part(&out.join(file), "xl/sharedStrings.xml");
        text.split_once("年度政府信息公开工作年度报告合并汇总").expect("a title").0.to_owned()
    };
    let circular = document_text(&out.join("通报.docx"));
    let circular = circular.split_once("年度政府信息公开工作年度报告").expect("a title").0.to_owned();
    let page = fs::read_to_string(out.join("报告.html")).expect("a page");
    let page = page.split_once("\"year\":").expect("a year").1[..4].to_owned();
    let last = |text: String| text.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect::<String>();
    [book("汇总表.xlsx"), book("对比表.xlsx"), circular, page].into_iter().map(last).collect()
}

#[test]
fn one_body_that_is_a_year_ahead_does_not_decide_the_year_of_the_outputs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    run_scene(&city.join("西县/2023"), "roster 丙林镇\nfile 丙林镇2023年年报.xlsx");
    let said = roll_up(&[&city], &out, &[]);
    assert!(said.contains("写的是 2022 年度"), "{said}");
    assert!(said.contains("U04 东市/西县：没有2022年度的结果，只有2023年度的"), "{said}");
    assert_eq!(shown_years(&out), BTreeSet::from(["2022".to_owned()]));
    let notes = findings(&out, "U04");
    assert!(notes.len() == 1 && notes[0]["severity"] == "note" && notes[0]["year"] == "2022", "{notes:?}");
    let years: BTreeSet<String> = totals(&out).into_keys().map(|(_, year, _)| year).collect();
    assert_eq!(years, BTreeSet::from(["2022".to_owned(), "2023".to_owned()]));
    // The office may want the other year.
    roll_up(&[&city], &out, &["--year", "2023"]);
    assert_eq!(shown_years(&out), BTreeSet::from(["2023".to_owned()]));
    let bodies: Vec<String> = findings(&out, "U04").into_iter().map(|row| row["body_path"].clone()).collect();
    assert_eq!(bodies, ["东市/北县", "东市/南县"]);
    let message = refused(&[&city], &out, &["--year", "2021"]);
    assert!(message.contains("没有2021年度可以计入的结果，只有2022、2023年度的"), "{message}");
    assert_eq!(shown_years(&out), BTreeSet::from(["2023".to_owned()]));
    // The notes of a roll-up are about its own year.
    let province = folder.path().join("省");
    fs::create_dir_all(&province).expect("a folder");
    fs::rename(&out, province.join("东市")).expect("renamed");
    let above = folder.path().join("全省");
    roll_up(&[&province], &above, &["--quiet"]);
    let bodies: Vec<String> = findings(&above, "U04").into_iter().map(|row| row["body_path"].clone()).collect();
    assert_eq!(bodies, ["省/东市/西县"]);
}

#[test]
fn a_body_of_the_list_with_another_year_only_is_named_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    run_scene(&city.join("西县/2023"), "roster 丙林镇\nfile 丙林镇2023年年报.xlsx");
    let list = folder.path().join("层级.csv");
    fs::write(&list, "代码,名称,上级\n1,东市,\n11,北县,1\n12,南县,1\n13,西县,1\n").expect("a file");
    roll_up(&[&city], &out, &["--levels", list.to_str().expect("a path")]);
    assert!(findings(&out, "U04").is_empty());
    let missing = findings(&out, "U02");
    let shown: Vec<[&str; 3]> =
        missing.iter().map(|row| ["body_path", "year", "severity"].map(|column| row[column].as_str())).collect();
    let expected = [["东市/北县", "2023", "note"], ["东市/南县", "2023", "note"], ["东市/西县", "2022", "must_fix"]];
    assert_eq!(shown, expected);
    assert!(missing[2]["message"].contains("（只有2023年度的）"), "{missing:?}");
}
