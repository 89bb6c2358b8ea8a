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

use level_outputs::{copy, findings, refused, roll_up, run_scene, run_scene_with, totals};
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
fn a_copy_in_the_folder_of_another_county_counts_once_and_leaves_a_gap_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    roll_up(&[&city], &out, &["--quiet"]);
    let whole = total(&out, "东市");
    copy(&city.join("南县/2022"), &city.join("西县/2022"));
    let said = roll_up(&[&city], &out, &[]);
    assert_eq!(total(&out, "东市"), whole);
    assert!(said.contains("U08") && said.contains("无法确定是哪个地区的"), "{said}");
    let bodies = rows(&out.join("data/bodies.csv"));
    let west = bodies.iter().find(|row| row["body"] == "西县").expect("a row");
    assert_eq!((west["outputs"].as_str(), west["outputs_left_out"].as_str()), ("0", "1"));
    // Run again over the same files, it is the same data.
    fs::remove_dir_all(city.join("西县")).expect("a folder");
    run_scene(&city.join("西县/2022"), SOUTH);
    roll_up(&[&city], &out, &["--quiet"]);
    assert_eq!(total(&out, "东市"), whole);
    // The original is where the run states to be, whatever comes first.
    fs::remove_dir_all(city.join("南县")).expect("a folder");
    run_scene_with(&city.join("南县/2022"), SOUTH, &["--county", "南县"]);
    copy(&city.join("南县/2022"), &city.join("东县/2022"));
    fs::remove_dir_all(city.join("西县")).expect("a folder");
    roll_up(&[&city], &out, &["--quiet"]);
    let found = findings(&out, "U08");
    assert!(found.len() == 1 && found[0]["body_path"] == "东市/东县", "{found:?}");
    assert!(found[0]["message"].contains("这里放错了"), "{found:?}");
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
    assert!(said.contains("其中 1 份结果没有名册，应报数只含其中报来的单位"), "{said}");
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
