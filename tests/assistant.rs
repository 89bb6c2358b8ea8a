//! The interactive assistant, run in a pseudo-terminal with the answers of a user.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

const PATIENCE: Option<u64> = Some(60_000);

/// Returns a folder with the sample's reports in `年 报/收件`, and with the roster if `has_roster`.
fn folder(has_roster: bool) -> (tempfile::TempDir, PathBuf) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = folder.path().join("年 报").join("收件");
    std::fs::create_dir_all(&inputs).expect("a folder");
    for entry in std::fs::read_dir(sample.join("2025")).expect("the sample") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            std::fs::copy(entry.path(), inputs.join(entry.file_name())).expect("a copy");
        }
    }
    let name = inputs.join("../名册.csv");
    if has_roster {
        std::fs::copy(sample.join("roster.csv"), name).expect("a copy");
    }
    (folder, inputs)
}

fn start(arguments: &[&Path]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    // The program must not open a file on the screen of the person who runs the tests.
    command.args(arguments).env("LANG", "zh_CN.UTF-8").env_remove("LC_ALL").env("PATH", "").env_remove("DISPLAY");
    spawn_command(command, PATIENCE).expect("a program at a terminal")
}

/// Waits until a text is shown. The terminal library treats each byte as a character.
fn expect(session: &mut PtySession, text: &str) {
    let bytes: String = text.bytes().map(char::from).collect();
    let heard = session.exp_string(&bytes);
    if let Err(error) = heard {
        let error: Vec<u8> = error.to_string().chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        panic!("{text}: {}", String::from_utf8_lossy(&error));
    }
}

/// Waits for a question and answers it.
fn answer(session: &mut PtySession, question: &str, answer: &str) {
    expect(session, question);
    expect(session, "> ");
    session.send_line(answer).expect("a terminal");
}

/// Accepts the default answer to every question except that on the roster.
fn take_offers(session: &mut PtySession) {
    for question in
        ["县（市、区）名", "汇总哪个年度", "通知和通报上的日期", "要求单位在哪天前答复", "落款", "联系人和电话"]
    {
        answer(session, question, "");
    }
}

#[test]
fn a_double_click_leads_to_the_totals_and_is_remembered() {
    let (_folder, inputs) = folder(true);
    let mut session = start(&[]);
    answer(&mut session, "报送文件在哪个文件夹", &format!("'{}'", inputs.display()));
    answer(&mut session, "共 22 个单位。用它吗", "");
    answer(&mut session, "县（市、区）名，用于标题 [示例县]", "");
    answer(&mut session, "汇总哪个年度", "2025年");
    answer(&mut session, "通知和通报上的日期", "2026.1.20");
    answer(&mut session, "要求单位在哪天前答复", "2026-01-10");
    answer(&mut session, "答复期限不能早于通知的日期", "2026年1月31日");
    answer(&mut session, "落款", "示例县人民政府办公室");
    answer(&mut session, "联系人和电话", "");
    expect(&mut session, "应报 22 个单位");
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
    assert!(inputs.with_file_name("收件-汇总").join("报告.html").is_file());
    let mut again = start(&[&inputs]);
    answer(&mut again, "用它吗", "");
    answer(&mut again, "县（市、区）名", "");
    answer(&mut again, "汇总哪个年度？（不清楚就按回车，取多数报告所写的年度） [2025]", "");
    answer(&mut again, "通知和通报上的日期（可不填，打印后手填） [2026-01-20]", "");
    answer(&mut again, "[2026-01-31]", "");
    answer(&mut again, "[示例县人民政府办公室]", "");
    answer(&mut again, "联系人和电话", "");
    answer(&mut again, "按回车键关闭", "");
    again.exp_eof().expect("the end");
}

#[test]
fn wrong_and_empty_folders_are_asked_for_again() {
    let (folder, inputs) = folder(true);
    let mut session = start(&[]);
    answer(&mut session, "报送文件在哪个文件夹", "/没有/这样的");
    answer(&mut session, "没有这个文件或文件夹", "");
    let empty = folder.path().join("空");
    std::fs::create_dir(&empty).expect("a folder");
    answer(&mut session, "报送文件在哪个文件夹", &empty.display().to_string());
    answer(&mut session, "没有可读取的文件", &inputs.display().to_string().replace(' ', "\\ "));
    answer(&mut session, "用它吗", "否");
    answer(&mut session, "不用名册，直接汇总", "");
    take_offers(&mut session);
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
}

#[test]
fn a_roster_to_fill_in_holds_the_units_found() {
    let (_folder, inputs) = folder(false);
    let mut session = start(&[&inputs]);
    answer(&mut session, "1 生成一份名册.xlsx 来填", "1");
    expect(&mut session, "里面是从报送文件中找到的");
    answer(&mut session, "填好存盘并关闭后，按回车继续", "");
    take_offers(&mut session);
    expect(&mut session, "没有未报送的单位");
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
    assert!(inputs.with_file_name("名册.xlsx").is_file());
}

#[test]
fn files_that_are_dragged_in_are_read_together() {
    let (_folder, inputs) = folder(true);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&inputs)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "xlsx"))
        .collect();
    files.sort();
    let files: Vec<&Path> = files.iter().take(3).map(PathBuf::as_path).collect();
    let mut session = start(&files);
    answer(&mut session, "用它吗", "");
    take_offers(&mut session);
    expect(&mut session, "应报 22 个单位");
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
}

#[test]
fn what_stands_in_the_way_is_said_and_tried_again() {
    let (_folder, inputs) = folder(true);
    let out = inputs.with_file_name("收件-汇总");
    std::fs::create_dir(&out).expect("a folder");
    std::fs::write(out.join("别人的.txt"), "").expect("a file");
    let mut session = start(&[&inputs]);
    answer(&mut session, "用它吗", "");
    take_offers(&mut session);
    expect(&mut session, "不是本程序写的");
    std::fs::remove_dir_all(&out).expect("a folder");
    answer(&mut session, "处理好以后按回车再试一次", "");
    expect(&mut session, "应报 22 个单位");
    session.send_control('d').expect("a terminal");
    session.exp_eof().expect("the end");
    assert!(out.join("报告.html").is_file());
}

#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    let (_folder, inputs) = folder(true);
    let mut session = start(&[&inputs]);
    answer(&mut session, "用它吗", "");
    expect(&mut session, "县（市、区）名");
    // The program waits for an answer only behind its prompt.
    expect(&mut session, "> ");
    session.send_control('c').expect("a terminal");
    session.exp_eof().expect("the end");
    assert!(!inputs.with_file_name("收件-汇总").exists());
}

#[test]
fn a_run_that_is_interrupted_keeps_the_earlier_outputs() {
    let (_folder, inputs) = folder(true);
    let out = inputs.with_file_name("收件-汇总");
    let run = |pause: u64| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        command.arg("run").arg(&inputs).arg("-o").arg(&out).args(["--lang", "zh", "--date", "2026-01-15"]);
        command.env("LANG", "zh_CN.UTF-8").env_remove("LC_ALL");
        let mut session = spawn_command(command, PATIENCE).expect("a program at a terminal");
        if pause > 0 {
            std::thread::sleep(std::time::Duration::from_millis(pause));
            session.send_control('c').expect("a terminal");
        }
        session.exp_eof().expect("the end");
    };
    run(0);
    let digests = || {
        let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
        for output in manifest["outputs"].as_array().expect("a list") {
            let path = out.join(output["path"].as_str().expect("a path"));
            assert!(path.is_file(), "{}", path.display());
        }
        manifest["outputs"].clone()
    };
    let before = digests();
    // From before the first file is read to after the last output is written.
    for pause in [20, 120, 400, 900, 1300] {
        run(pause);
        assert_eq!(digests(), before, "{pause} ms");
    }
    run(0);
    assert_eq!(digests(), before);
    let beside = std::fs::read_dir(inputs.parent().expect("a folder")).expect("a folder");
    let beside: Vec<_> = beside.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!beside.iter().any(|name| name.to_string_lossy().contains("未完成")), "{beside:?}");
}

#[test]
fn without_a_locale_and_at_80_columns_it_speaks_chinese() {
    let (_folder, inputs) = folder(true);
    let mut command = Command::new("/bin/sh");
    let line = format!("PATH=/usr/bin:/bin stty cols 80 rows 24; exec '{}'", env!("CARGO_BIN_EXE_huizong"));
    command.args(["-c", &line]).env("LANG", "C").env_remove("LC_ALL").env("PATH", "").env_remove("DISPLAY");
    let mut session = spawn_command(command, PATIENCE).expect("a program at a terminal");
    answer(&mut session, "报送文件在哪个文件夹", &format!("\"{}\"", inputs.display()));
    answer(&mut session, "用它吗", "");
    take_offers(&mut session);
    expect(&mut session, "应报 22 个单位");
    expect(&mut session, "请双击打开");
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
}

#[test]
fn a_terminal_of_a_gbk_locale_is_spoken_to_in_gbk() {
    let (_folder, inputs) = folder(true);
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.env("LANG", "zh_CN.GBK").env_remove("LC_ALL").env_remove("LC_CTYPE").env("PATH", "").env_remove("DISPLAY");
    let mut session = spawn_command(command, PATIENCE).expect("a program at a terminal");
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    // The terminal of the tests takes each byte for a character.
    let heard = |session: &mut PtySession, text: &str| {
        let bytes: String = gbk(text).into_iter().map(char::from).collect();
        assert!(session.exp_string(&bytes).is_ok(), "{text}");
    };
    let say = |session: &mut PtySession, text: &str| {
        expect(session, "> ");
        let mut terminal = session.process().get_file_handle().expect("a terminal");
        terminal.write_all(&[gbk(text), b"\n".to_vec()].concat()).expect("a terminal");
    };
    heard(&mut session, "报送文件在哪个文件夹");
    say(&mut session, &inputs.display().to_string());
    heard(&mut session, "用它吗");
    say(&mut session, "");
    heard(&mut session, "县（市、区）名");
    say(&mut session, "平潭县");
    for question in ["汇总哪个年度", "通知和通报上的日期", "要求单位在哪天前答复", "落款", "联系人和电话"]
    {
        heard(&mut session, question);
        say(&mut session, "");
    }
    heard(&mut session, "应报 22 个单位");
    heard(&mut session, "按回车键关闭");
    say(&mut session, "");
    session.exp_eof().expect("the end");
    let totals = std::fs::read_to_string(inputs.with_file_name("收件-汇总").join("县级汇总.csv")).expect("the totals");
    assert!(totals.contains("平潭县2025年政府信息公开工作年度报告汇总表"), "{totals}");
}

#[test]
fn a_roster_with_a_unit_twice_is_refused_with_both_lines() {
    let (_folder, inputs) = folder(false);
    let roster = inputs.with_file_name("单位.csv");
    std::fs::write(&roster, "单位名称\n甲山镇\n乙水乡\n甲山镇\n").expect("a file");
    let mut session = start(&[&inputs]);
    answer(&mut session, "1 生成一份名册.xlsx 来填", &format!("'{}'", roster.display()));
    expect(&mut session, "第2行“甲山镇”与第4行“甲山镇”的名称重复");
    answer(&mut session, "1 生成一份名册.xlsx 来填", "2");
    take_offers(&mut session);
    answer(&mut session, "按回车键关闭", "");
    session.exp_eof().expect("the end");
}
