//! Faults around a run of the program: the outputs are either complete or unchanged, leftovers are removed, and
//! messages are complete sentences.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::print_stderr, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn huizong() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.env_clear().env("LANG", "en_US.UTF-8").stdin(Stdio::null());
    command
}

fn sample(year: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample").join(year)
}

fn run(inputs: &Path, out: &Path) -> Command {
    let mut command = huizong();
    command.arg("run").arg(inputs).arg("-o").arg(out).arg("--quiet");
    command
}

/// Returns all files below a folder with their bytes, the manifest without its time.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable tree").into_path());
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("a readable file");
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"  \"time\":"));
        (path.strip_prefix(folder).expect("below").to_owned(), lines.collect::<Vec<_>>().concat())
    };
    files.filter(|path| path.is_file()).map(read).collect()
}

/// Returns the names in the parent folder of the outputs.
fn beside(out: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(out.parent().expect("a folder")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Runs a shell script with the program as `$0` and these arguments.
fn shell(script: &str, arguments: &[&Path]) -> Output {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_huizong")).args(arguments);
    command.env("LANG", "en_US.UTF-8").output().expect("a shell")
}

#[test]
fn a_full_disk_leaves_the_outputs_as_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    // The file size limit of 16 or 32 KiB prevents writing the page, as a full disk would.
    let script = "trap '' XFSZ; ulimit -f 32; exec \"$0\" run \"$1\" -o \"$2\" --quiet";
    let first = shell(script, &[&sample("2025"), &out]);
    assert_eq!(first.status.code(), Some(2));
    assert!(said(&first).contains("报告.html"), "{}", said(&first));
    assert_eq!(beside(&out), Vec::<String>::new());
    assert!(run(&sample("2025"), &out).status().expect("a run").success());
    let whole = contents(&out);
    let again = shell(script, &[&sample("2024"), &out]);
    assert_eq!((again.status.code(), contents(&out) == whole, beside(&out)), (Some(2), true, vec!["out".to_owned()]));
}

#[test]
fn a_place_that_cannot_be_written_is_said_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").expect("a file");
    for out in [file.join("out"), file.clone(), "/proc/no-such-place/out".into(), "/dev/full".into()] {
        let output = run(&sample("2025"), &out).output().expect("a run");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{}", said(&output));
    }
    assert_eq!((beside(&file), std::fs::read(&file).expect("a file")), (vec!["file".to_owned()], b"mine".to_vec()));
    assert!(!Path::new("/dev/.full.正在写").exists());
}

#[test]
fn a_folder_that_may_not_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let parent = folder.path().join("parent");
    std::fs::create_dir(&parent).expect("a folder");
    std::fs::set_permissions(&parent, std::fs::Permissions::from_mode(0o555)).expect("no writing");
    if std::fs::write(parent.join("probe"), "").is_ok() {
        eprintln!("skipped: root may write everywhere");
        return;
    }
    let output = run(&sample("2025"), &parent.join("out")).output().expect("a run");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_folder_that_cannot_be_replaced_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, previous) = (folder.path().join("out"), folder.path().join("out.上一次"));
    for year in ["2024", "2025"] {
        assert!(run(&sample(year), &out).status().expect("a run").success());
    }
    let whole = [contents(&out), contents(&previous)];
    // A folder mounted on itself cannot be renamed, as on Windows while a file in it is open.
    let script = "mount --bind \"$2\" \"$2\" || exit 77; exec \"$0\" run \"$1\" -o \"$3\" --quiet --lang $LANGUAGE";
    for (language, words) in [("zh", "请先关闭"), ("en", "Close the files")] {
        for mounted in [&out, &previous] {
            let mut command = Command::new("unshare");
            command.args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_huizong")]);
            command.arg(sample("2024")).args([mounted, &out]).env("LANGUAGE", language);
            let Ok(output) = command.output() else { return };
            let said = said(&output);
            if output.status.code() != Some(2) || !said.starts_with("huizong") {
                eprintln!("skipped: nothing can be mounted here: {said}");
                return;
            }
            assert!(said.contains(words) && said.contains(&mounted.display().to_string()), "{said}");
            assert!([contents(&out), contents(&previous)] == whole);
            assert_eq!(beside(&out), ["out", "out.上一次"]);
        }
    }
}

#[test]
fn a_link_is_followed_to_the_folder_that_is_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, link) = (folder.path().join("place/out"), folder.path().join("link"));
    std::fs::create_dir_all(&out).expect("a folder");
    std::os::unix::fs::symlink(&out, &link).expect("a link");
    for _ in 0..2 {
        assert!(run(&sample("2024"), &link).status().expect("a run").success());
    }
    assert_eq!(
        (beside(&out), beside(&link)),
        (vec!["out".to_owned(), "out.上一次".to_owned()], vec!["link".to_owned(), "place".to_owned()])
    );
    let root = run(&sample("2024"), Path::new("/")).output().expect("a run");
    assert!(root.status.code() == Some(2) && said(&root).contains("cannot be an output folder"), "{}", said(&root));
}

#[test]
fn a_replaced_folder_that_is_gone_meanwhile_is_no_trouble() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    assert!(run(&sample("2024"), &out).status().expect("a run").success());
    let mut running = run(&sample("2025"), &out).spawn().expect("a run");
    // Moved away at once: an incomplete folder is not recognised as the program's own.
    std::fs::rename(&out, folder.path().join("elsewhere")).expect("moved away");
    assert!(running.wait().expect("an end").success());
    let fresh = folder.path().join("fresh");
    assert!(run(&sample("2025"), &fresh).status().expect("a run").success());
    assert!(contents(&out) == contents(&fresh));
}

#[test]
fn outputs_removed_while_they_are_written_are_not_put_in_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    assert!(run(&sample("2024"), &out).status().expect("a run").success());
    let whole = contents(&out);
    let first = folder.path().join("out.未完成").join("报告.html");
    let mut running = run(&sample("2025"), &out).stderr(Stdio::piped()).spawn().expect("a run");
    while std::fs::remove_file(&first).is_err() {
        assert!(running.try_wait().expect("a child").is_none(), "it was never there");
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = running.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("报告.html"), "{}", said(&output));
    assert_eq!((beside(&out), contents(&out) == whole), (vec!["out".to_owned()], true));
}

#[test]
fn what_is_no_file_is_named_and_waited_for_by_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir_all(input.join("sub")).expect("a folder");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/csv-utf8.csv"), input.join("a.csv"))
        .expect("a copy");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, input.join(name)).expect("a link");
    link("..", "sub/loop");
    link("self", "self");
    link("nowhere", "dangling.xlsx");
    link("/dev/zero", "endless.xlsx");
    assert!(Command::new("mkfifo").arg(input.join("pipe.csv")).status().expect("mkfifo").success());
    std::os::unix::net::UnixListener::bind(input.join("socket.csv")).expect("a socket");
    let mut running = run(&input, &out).spawn().expect("a run");
    assert_eq!(patient(&mut running), Some(0));
    let mut reader = csv::Reader::from_path(out.join("data/units.csv")).expect("the units");
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
    let mut status: Vec<(&str, &str)> = rows.iter().map(|row| (row["file"].as_str(), row["status"].as_str())).collect();
    status.sort_unstable();
    let unreadable = ["dangling.xlsx", "endless.xlsx", "pipe.csv", "self", "socket.csv", "sub/loop"];
    let expected: Vec<(&str, &str)> =
        std::iter::once(("a.csv", "accepted")).chain(unreadable.map(|file| (file, "unreadable"))).collect();
    assert_eq!(status, expected);
}

#[test]
fn what_is_given_and_has_no_end_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let templates = folder.path().join("templates");
    std::fs::create_dir(&templates).expect("a folder");
    std::os::unix::fs::symlink("/dev/zero", templates.join("整改通知.docx")).expect("a link");
    for (option, given) in [("--roster", Path::new("/dev/zero")), ("--templates", &templates)] {
        let mut command = run(&sample("2025"), &folder.path().join("out"));
        let mut running = command.arg(option).arg(given).stderr(Stdio::piped()).spawn().expect("a run");
        assert_eq!(patient(&mut running), Some(2));
        let output = running.wait_with_output().expect("an end");
        assert!(said(&output).contains(&given.display().to_string()), "{}", said(&output));
        assert!(said(&output).contains("512 MiB"), "{}", said(&output));
    }
}

#[test]
fn a_folder_that_many_links_lead_to_is_read_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/csv-utf8.csv");
    // Each of forty folders has two links to the next one: there are a trillion paths to the last.
    for number in 0..40 {
        std::fs::create_dir_all(input.join(number.to_string())).expect("a folder");
        for link in ["a", "b"] {
            let next = format!("../{}", number + 1);
            std::os::unix::fs::symlink(next, input.join(format!("{number}/{link}"))).expect("a link");
        }
    }
    std::fs::create_dir(input.join("40")).expect("a folder");
    std::fs::copy(report, input.join("40/a.csv")).expect("a copy");
    let mut running = run(&input, &out).spawn().expect("a run");
    assert_eq!(patient(&mut running), Some(0));
    let manifest = std::fs::read(out.join("data/manifest.json")).expect("a receipt");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let count = |what: &str| manifest[what].as_array().expect("a list").len();
    // Forty-one folders with two links each, except the last: each folder is read only once.
    assert_eq!((count("inputs"), count("left_aside")), (1, 41 + 80 - 41));
}

/// Returns the exit status; kills the process after half a minute.
fn patient(running: &mut Child) -> Option<i32> {
    for _ in 0..600 {
        if let Some(status) = running.try_wait().expect("a child") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    running.kill().expect("killed");
    None
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "规章").expect("a file");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).expect("no reading");
    if std::fs::read(&file).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let output = huizong().arg("check").arg(&file).output().expect("a run");
    assert!(said(&output).contains("F01"), "{}", said(&output));
}

#[test]
fn files_that_change_or_vanish_while_read_end_in_a_whole_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir(&input).expect("a folder");
    let report =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/shared.xlsx")).expect("a report");
    let paths: Vec<PathBuf> = (0..200).map(|number| input.join(format!("{number:03}.xlsx"))).collect();
    for path in &paths {
        std::fs::write(path, &report).expect("a file");
    }
    let mut running = run(&input, &out).spawn().expect("a run");
    for (number, path) in paths.iter().enumerate().rev() {
        match number % 3 {
            0 => std::fs::remove_file(path).expect("removed"),
            1 => std::fs::write(path, &report[..report.len() / 2]).expect("cut"),
            _ => {}
        }
    }
    let status = patient(&mut running);
    // If all files disappeared before they were listed there would be nothing to read; here a third always stays.
    assert_eq!(status, Some(0));
    let manifest = std::fs::read_to_string(out.join("data/manifest.json")).expect("a receipt");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert!((66..=200).contains(&manifest["inputs"].as_array().expect("a list").len()));
}

#[test]
fn closed_and_broken_outputs_are_no_reason_to_fail() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, out) = (sample("2025"), folder.path().join("out"));
    for (script, code) in [
        ("\"$0\" run \"$1\" -o \"$2\" >&-", 0),
        ("\"$0\" run \"$1\" -o \"$2\" 2>&-", 0),
        ("\"$0\" run \"$1\" -o \"$2\" >&- 2>&- <&-", 0),
        ("\"$0\" run \"$1\" -o \"$2\" >/dev/full 2>/dev/full", 0),
        ("\"$0\" run no-such-folder -o \"$2\" 2>&-", 2),
        ("{ \"$0\" check \"$1\" --fail-on never; echo $? >&2; } | head -c 0", 0),
        ("{ \"$0\" rules; echo $? >&2; } | true", 0),
        ("\"$0\" check \"$1\" --fail-on never >/dev/full", 0),
        ("{ \"$0\" run \"$1\" -o \"$2\" 2>&1; echo $? >&2; } | true", 0),
        ("{ \"$0\" --help; echo $? >&2; } | true", 0),
    ] {
        let output = shell(script, &[&file, &out]);
        assert_eq!(output.status.code(), Some(code), "{script}: {}", said(&output));
        if script.contains("echo") {
            assert_eq!(said(&output).lines().last(), Some("0"), "{script}");
        }
    }
}

#[test]
fn of_two_runs_at_once_one_wins_and_the_other_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("place/out");
    let fresh = folder.path().join("fresh");
    assert!(run(&sample("2025"), &fresh).status().expect("a run").success());
    let whole = contents(&fresh);
    for _ in 0..3 {
        let running: Vec<Child> =
            (0..4).map(|_| run(&sample("2025"), &out).stderr(Stdio::piped()).spawn().expect("a run")).collect();
        let outputs: Vec<Output> = running.into_iter().map(|child| child.wait_with_output().expect("an end")).collect();
        assert!(outputs.iter().any(|output| output.status.success()));
        for output in outputs.iter().filter(|output| !output.status.success()) {
            assert_eq!(output.status.code(), Some(2));
            assert!(said(output).contains("another run is writing"), "{}", said(output));
        }
        assert!(contents(&out) == whole);
        assert!(beside(&out).iter().all(|name| ["out", "out.上一次"].contains(&name.as_str())), "{:?}", beside(&out));
    }
}

#[test]
fn a_run_killed_at_any_moment_leaves_the_old_or_the_new() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (place, out) = (folder.path().join("place"), folder.path().join("place/out"));
    let years = ["2024", "2025"];
    let whole = years.map(|year| {
        let fresh = folder.path().join(year);
        let begun = std::time::Instant::now();
        assert!(run(&sample(year), &fresh).status().expect("a run").success());
        (contents(&fresh), begun.elapsed())
    });
    assert!(run(&sample("2024"), &out).status().expect("a run").success());
    for kill in 0..12_u32 {
        let mut running = run(&sample(years[kill as usize % 2]), &out).spawn().expect("a run");
        std::thread::sleep(whole[1].1.mul_f64(f64::from(kill) / 10.0));
        let _ = running.kill();
        running.wait().expect("an end");
        // A run without any input still restores the outputs it finds.
        assert_eq!(run(&folder.path().join("nothing"), &out).output().expect("a run").status.code(), Some(2));
        let now = contents(&out);
        assert!(whole.iter().any(|(contents, _)| *contents == now), "kill {kill} left half of the outputs");
        // New outputs that were whole when their run was killed are set aside.
        let aside = out.with_file_name("out.新结果");
        assert!(!aside.exists() || whole.iter().any(|(known, _)| *known == contents(&aside)), "kill {kill}");
        let expected = ["out", "out.上一次", "out.新结果"];
        let stray: Vec<String> = beside(&out).into_iter().filter(|name| !expected.contains(&name.as_str())).collect();
        assert_eq!((stray, place.is_dir()), (Vec::<String>::new(), true));
    }
}

#[test]
fn outputs_within_the_inputs_are_no_inputs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/csv-utf8.csv");
    std::fs::copy(report, folder.path().join("a.csv")).expect("a copy");
    let out = folder.path().join("out");
    for _ in 0..3 {
        assert!(run(folder.path(), &out).status().expect("a run").success());
        let manifest = std::fs::read(out.join("data/manifest.json")).expect("a receipt");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        assert_eq!(manifest["inputs"].as_array().expect("a list").len(), 1);
    }
}

#[test]
fn leftovers_of_every_moment_are_put_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (out, at) = (folder.path().join("out"), |name: &str| folder.path().join(name));
    assert!(run(&sample("2024"), &out).status().expect("a run").success());
    let whole = contents(&out);
    // The state after a kill between the two renames, with incomplete leftovers of another run.
    std::fs::rename(&out, at("out.上一次")).expect("renamed");
    std::fs::create_dir_all(at("out.待删除/标注")).expect("a folder");
    std::fs::create_dir_all(at("out.未完成/data")).expect("a folder");
    std::fs::write(at(".out.正在写"), "").expect("a file");
    assert_eq!(run(&at("nothing"), &out).output().expect("a run").status.code(), Some(2));
    assert_eq!((beside(&out), contents(&out) == whole), (vec!["out".to_owned()], true));
}

#[test]
fn a_file_that_breaks_the_reader_is_a_finding_and_no_panic_message() {
    // A sheet without its relation: the workbook reader panics.
    let record = |kind: &[u8], body: &[u8]| [kind, &[u8::try_from(body.len()).expect("short")], body].concat();
    let name = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&u32::try_from(text.len()).expect("short").to_le_bytes()[..], &units].concat()
    };
    let sheet = [&[0; 8][..], &name("rId9"), &name("a")].concat();
    let book = [record(&[0x83, 0x01], &[]), record(&[0x9c, 0x01], &sheet), record(&[0x84, 0x01], &[])].concat();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let relations = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
    for (name, bytes) in [("xl/workbook.bin", &book[..]), ("xl/_rels/workbook.bin.rels", relations)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(bytes).expect("its bytes");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("甲山镇2025年年报.xlsb");
    std::fs::write(&file, archive.finish().expect("an archive").into_inner()).expect("a file");
    let output = huizong().arg("check").arg(&file).output().expect("a run");
    assert_eq!(
        (output.status.code(), output.stderr.len()),
        (Some(1), 0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said(&output).contains("F01 must fix damaged: cannot be read as xlsb"), "{}", said(&output));
}
