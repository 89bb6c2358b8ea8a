//! The folders that `huizong rollup` writes: none of them replaces what is read or what a person put there, and what
//! cannot be written is known before anything is replaced.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "the pages need more of it")]
mod common;
#[path = "common/level_outputs.rs"]
mod level_outputs;
#[path = "common/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use level_outputs::{findings, refused, roll_up, run_scene, run_scene_with, totals};
use program::rows;

/// Returns the bytes of all files below a folder, by path.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable tree"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).expect("a file"))).collect()
}

/// Makes a city with two counties.
fn city(root: &Path) -> PathBuf {
    let city = root.join("东市");
    run_scene(&city.join("北县/2022"), "file 甲山镇2022年年报.xlsx");
    run_scene(&city.join("南县/2022"), "file 乙水乡2022年年报.xlsx");
    city
}

#[test]
fn an_output_folder_that_is_read_is_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let before = tree(folder.path());
    let county = city.join("北县/2022");
    for (input, out, said) in [
        (&city, county.clone(), "不能被替换"),
        (&county, county.clone(), "不能被替换"),
        (&city, county.join("汇总"), "互相包含"),
        (&county, city.join("南县/2022"), "不能被替换"),
    ] {
        let message = refused(&[input], &out, &[]);
        assert!(message.contains(said) && message.contains("没有改动"), "{message}");
        assert_eq!(tree(folder.path()), before, "{}", out.display());
    }
    assert!(!county.join("汇总").exists());
}

#[test]
fn an_earlier_roll_up_below_the_argument_is_replaced_and_no_input_unless_it_is_another_body_s() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let out = city.join("汇总");
    roll_up(&[&city], &out, &["--quiet"]);
    let first = totals(&out);
    run_scene(&city.join("西县/2022"), "file 丙林镇2022年年报.xlsx");
    roll_up(&[&city], &out, &["--quiet"]);
    assert!(totals(&out).len() > first.len());
    assert_eq!(totals(&city.join("汇总.上一次")), first);
    let before = tree(folder.path());
    // A roll-up that is given as an input, or of which the replaced one is.
    for (input, out, said) in [
        (out.clone(), out.clone(), "互相包含"),
        (city.join("汇总.上一次"), out.clone(), "互相包含"),
        (folder.path().to_owned(), out.clone(), "这里是“东市”的合并汇总"),
    ] {
        let message = refused(&[&input], &out, &["--data-only"]);
        assert!(message.contains(said), "{message}");
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn what_a_person_put_into_a_dataset_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let [out, dataset] = ["汇总", "数据集"].map(|name| folder.path().join(name));
    let options = ["--data-only", "--dataset", dataset.to_str().expect("a path")];
    let said = roll_up(&[&city], &out, &options);
    assert!(!said.contains("另存在"), "{said}");
    let first = tree(&dataset);
    let year = dataset.join("year=2022");
    let body = fs::read_dir(&year).expect("a folder").next().expect("a body").expect("an entry").path();
    fs::write(dataset.join("我的笔记.txt"), "笔记").expect("a file");
    fs::write(body.join("x.parquet"), "另一个程序").expect("a file");
    fs::write(body.join("facts.parquet"), "改过的").expect("a file");
    let said = roll_up(&[&city], &out, &options);
    assert!(said.contains("另外放入的 我的笔记.txt 另存在") && said.contains("手工改过的"), "{said}");
    assert_eq!(tree(&dataset), first);
    let kept = folder.path().join("数据集.手工保留");
    let kept_bytes = |path: &Path| fs::read(kept.join(path.strip_prefix(&dataset).expect("below"))).expect("a copy");
    assert_eq!(kept_bytes(&dataset.join("我的笔记.txt")), "笔记".as_bytes());
    assert_eq!(kept_bytes(&body.join("x.parquet")), "另一个程序".as_bytes());
    assert_eq!(kept_bytes(&body.join("facts.parquet")), "改过的".as_bytes());
    // Nothing else is left beside it.
    let names = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, ["东市", "汇总", "汇总.上一次", "数据集", "数据集.手工保留"].len());
}

#[test]
fn a_dataset_lies_apart_from_the_outputs_and_the_inputs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let out = folder.path().join("汇总");
    roll_up(&[&city], &out, &["--data-only", "--quiet"]);
    let before = tree(folder.path());
    for dataset in [
        out.clone(),
        out.join("数据集"),
        folder.path().to_owned(),
        folder.path().join("汇总.上一次"),
        city.join("北县/2022"),
        city.join("北县/2022/数据集"),
        city.clone(),
    ] {
        let message = refused(&[&city], &out, &["--data-only", "--dataset", dataset.to_str().expect("a path")]);
        assert!(message.contains("没有改动"), "{}: {message}", dataset.display());
        assert_eq!(tree(folder.path()), before, "{}", dataset.display());
    }
}

#[test]
fn a_dataset_that_cannot_be_written_is_known_before_the_outputs_are_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let out = folder.path().join("汇总");
    roll_up(&[&city], &out, &["--data-only", "--quiet"]);
    run_scene(&city.join("西县/2022"), "file 丙林镇2022年年报.xlsx");
    let before = tree(folder.path());
    fs::write(folder.path().join("文件"), "").expect("a file");
    // A name that is too long for the system, and a folder below a file.
    for dataset in [folder.path().join("新").join("名".repeat(90)), folder.path().join("文件/数据集")] {
        refused(&[&city], &out, &["--dataset", dataset.to_str().expect("a path")]);
        fs::remove_file(folder.path().join("文件")).expect("removed");
        assert_eq!(tree(folder.path()), before, "{}", dataset.display());
        assert!(!folder.path().join("新").exists());
        fs::write(folder.path().join("文件"), "").expect("a file");
    }
}

#[test]
fn a_roll_up_of_nothing_replaces_nothing_and_a_folder_without_outputs_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let city = city(folder.path());
    let out = folder.path().join("汇总");
    roll_up(&[&city], &out, &["--data-only", "--quiet"]);
    let before = tree(&out);
    for county in ["北县", "南县"] {
        fs::write(city.join(county).join("2022/data/units.csv"), "x").expect("a file");
    }
    let message = refused(&[&city], &out, &[]);
    assert!(message.contains("F01") && message.contains("都不能计入") && message.contains("没有变动"), "{message}");
    assert_eq!(tree(&out), before);
    let empty = folder.path().join("空");
    fs::create_dir(&empty).expect("a folder");
    let message = refused(&[&empty], &folder.path().join("另一"), &[]);
    assert!(message.contains("没有找到汇总结果") && message.contains("huizong run"), "{message}");
}

/// Returns the bodies and years of a roll-up that have outputs left out or none, each with these two counts.
fn gaps(out: &Path) -> Vec<String> {
    let rows = rows(&out.join("data/bodies.csv"));
    let gaps = rows.iter().filter(|row| row["outputs_left_out"] != "0" || row["bodies_absent"] != "0");
    let columns = ["body_path", "year", "outputs_left_out", "bodies_absent"];
    gaps.map(|row| columns.map(|column| row[column].as_str()).join(" ")).collect()
}

/// Returns the bodies and years of the findings of a rule.
fn found(out: &Path, rule: &str) -> Vec<String> {
    findings(out, rule).iter().map(|row| format!("{} {}", row["body_path"], row["year"])).collect()
}

#[test]
fn a_body_with_a_damaged_manifest_is_there_as_one_that_sent_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (city(folder.path()), folder.path().join("汇总"));
    for (output, unit) in [("西县/年报", "丙林镇"), ("北县/2021", "甲山镇"), ("南县/2021", "乙水乡")] {
        let year = if output.ends_with("2021") { 2021 } else { 2022 };
        run_scene(&city.join(output), &format!("file {unit}{year}年年报.xlsx"));
    }
    fs::write(city.join("西县/年报/data/manifest.json"), "{").expect("a file");
    for output in ["北县/2021", "南县/2022"] {
        fs::remove_file(city.join(output).join("data/manifest.json")).expect("removed");
    }
    let said = roll_up(&[&city], &out, &[]);
    let expected = ["东市 2021 1 1", "东市 2022 2 2", "东市/北县 2021 1 1", "东市/南县 2022 1 1", "东市/西县 2022 1 1"];
    assert_eq!(gaps(&out), expected, "{said}");
    assert_eq!(found(&out, "F01"), ["东市/北县 2021", "东市/南县 2022", "东市/西县 2022"]);
    assert!(findings(&out, "U04").is_empty());
    assert!(said.contains("2个地区没有可以计入的结果") && !said.contains("不知是哪个地区"), "{said}");
    // With a list, the finding on a damaged output is the only one on its body and year.
    let list = folder.path().join("层级.csv");
    fs::write(&list, "代码,名称,上级\n1,东市,\n11,北县,1\n12,南县,1\n13,西县,1\n").expect("a file");
    roll_up(&[&city], &out, &["--quiet", "--levels", list.to_str().expect("a path")]);
    assert!(gaps(&out).contains(&"东市 2022 2 2".to_owned()), "{:?}", gaps(&out));
    assert_eq!((found(&out, "F01").len(), found(&out, "U02")), (3, vec!["东市/西县 2021".to_owned()]));
    // A roll-up of it carries that on.
    let above = folder.path().join("省");
    fs::create_dir(&above).expect("a folder");
    fs::rename(&out, above.join("东市")).expect("renamed");
    roll_up(&[&above], &folder.path().join("全省"), &["--quiet"]);
    assert_eq!(gaps(&folder.path().join("全省"))[1], "省 2022 2 2");
}

#[test]
fn a_damaged_output_among_those_named_like_their_bodies_is_of_the_body_of_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (city, out) = (folder.path().join("东市"), folder.path().join("汇总"));
    for (county, unit) in [("北县", "甲山镇"), ("南县", "乙水乡"), ("西县", "丙林镇")] {
        run_scene_with(&city.join(county), &format!("file {unit}2022年年报.xlsx"), &["--county", county]);
    }
    let manifest = city.join("西县/data/manifest.json");
    fs::remove_file(manifest).expect("removed");
    roll_up(&[&city], &out, &["--quiet"]);
    assert_eq!(gaps(&out), ["东市 2022 1 1", "东市/西县 2022 1 1"]);
    roll_up(
        &["北县", "南县", "西县"].map(|county| city.join(county)).each_ref().map(PathBuf::as_path),
        &out,
        &["--quiet", "--name", "东市"],
    );
    assert_eq!(gaps(&out), ["东市 2022 1 1", "东市/西县 2022 1 1"]);
    // Under other names it may be of any body.
    for county in ["北县", "南县", "西县"] {
        fs::rename(city.join(county), city.join(format!("{county}汇总"))).expect("renamed");
    }
    let said = roll_up(&[&city], &out, &[]);
    assert!(gaps(&out).is_empty() && said.contains("还有1份结果不能读取"), "{said}");
}
