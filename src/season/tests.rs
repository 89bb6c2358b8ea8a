#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use super::*;

#[test]
fn a_work_folder_is_recognised_and_its_rounds_are_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let work = WorkFolder { root: folder.path().join("2025年年报") };
    assert!(!WorkFolder::is_one(&work.root));
    std::fs::create_dir_all(work.path(INBOX)).expect("a folder");
    std::fs::write(work.path(ROSTER), "").expect("a file");
    assert!(WorkFolder::is_one(&work.root));
    assert_eq!(year_in_name(&work.root), Some(2025));
    assert_eq!(year_in_name(Path::new("年报2024-2025")), None);
    assert_eq!(work.next_round(None), 1);
    assert_eq!(work.next_round(Some(2)), 3);
    std::fs::create_dir_all(work.earlier(4)).expect("a folder");
    assert_eq!(work.next_round(Some(2)), 5);
}

#[test]
fn decisions_are_found_whatever_they_were_saved_as() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let work = WorkFolder { root: folder.path().to_owned() };
    for name in [
        "办理单（新）.xlsx",
        "办理单.xls",
        "办理单.xlsx",
        "办理单_说明.csv",
        "办理单.docx",
        "~$办理单.xlsx",
        "名册.xlsx",
    ] {
        std::fs::write(work.path(name), "").expect("a file");
    }
    let names: Vec<String> = work
        .decision_files()
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(names[0], "办理单.xlsx");
    assert_eq!(names.len(), 4, "{names:?}");
}
