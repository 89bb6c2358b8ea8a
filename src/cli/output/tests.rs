//! Tests that make every step of replacing the outputs fail, with every kind of error, from every state of the folders.
//! No whole outputs may be lost, and the next run must clean up.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Error, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::file_system::{FileSystem, OsFileSystem};
use super::{Folder, Target, is_device_name};
use huizong::finding::Language;

/// Which steps fail, from the chosen one on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Only that step: a short lock.
    Once,
    /// That step at every attempt: an open file, a mount point, a missing permission.
    Always,
    /// That step and each later one: a kill, or a disk that is gone.
    Rest,
}

/// The step that fails (zero-based), which later steps fail, and the error.
type Fault = (usize, Extent, fn() -> Error);

/// A file system on which the chosen steps fail.
struct Faulty {
    fails: Option<Fault>,
    step: Cell<usize>,
    failed: RefCell<Option<String>>,
}

impl Faulty {
    fn new(fails: Option<Fault>) -> Self {
        Self { fails, step: Cell::new(0), failed: RefCell::new(None) }
    }

    fn check(&self, operation: &str, path: &Path) -> io::Result<()> {
        let name = format!("{operation} {}", path.display());
        let step = self.step.replace(self.step.get() + 1);
        let Some((at, extent, error)) = self.fails else { return Ok(()) };
        let mut failed = self.failed.borrow_mut();
        let fails = match extent {
            _ if step == at => true,
            Extent::Once => false,
            Extent::Always => failed.as_ref() == Some(&name),
            Extent::Rest => step > at,
        };
        if !fails {
            return Ok(());
        }
        failed.get_or_insert(name);
        Err(error())
    }
}

impl FileSystem for Faulty {
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check("rename", from)?;
        assert!(!to.exists(), "{} would be overwritten", to.display());
        OsFileSystem.rename(from, to)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.check("create_dir", path).and_then(|()| OsFileSystem.create_dir(path))
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        match self.check("create", path) {
            // The file is made and cannot be written.
            Err(error) if error.kind() == ErrorKind::StorageFull && cfg!(target_os = "linux") => {
                File::create(path)?;
                File::options().write(true).open("/dev/full")
            }
            result => result.and_then(|()| OsFileSystem.create(path)),
        }
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        self.check("open", path).and_then(|()| OsFileSystem.open(path))
    }

    fn sync(&self, _: &File) -> io::Result<()> {
        self.check("sync", Path::new(""))
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.check("remove_dir", path).and_then(|()| OsFileSystem.remove_dir(path))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.check("remove_file", path).and_then(|()| OsFileSystem.remove_file(path))
    }

    fn pause(&self, _: Duration) {}
}

const ERRORS: [fn() -> Error; 8] = [
    || ErrorKind::PermissionDenied.into(),
    || ErrorKind::ResourceBusy.into(),
    || ErrorKind::CrossesDevices.into(),
    || ErrorKind::StorageFull.into(),
    || ErrorKind::ReadOnlyFilesystem.into(),
    || ErrorKind::Interrupted.into(),
    || ErrorKind::TimedOut.into(),
    // Windows: another process uses the file.
    || Error::from_raw_os_error(32),
];

/// The states that a run may find: the ending of each folder, and the run that wrote it. `half` has no manifest,
/// `empty` has no files.
const STATES: [&[(&str, &str)]; 14] = [
    &[],
    &[("", "empty")],
    &[("", "empty"), (".上一次", "a")],
    &[("", "b")],
    &[("", "b"), (".上一次", "a")],
    &[(".上一次", "b")],
    &[("", "b"), (".上一次", "a"), (".待删除", "half")],
    &[("", "b"), (".上一次", "a"), (".新结果", "x")],
    // Killed after each of the renames.
    &[("", "b"), (".待删除", "a"), (".未完成", "x")],
    &[(".上一次", "b"), (".待删除", "a"), (".未完成", "x")],
    &[("", "b"), (".上一次", "a"), (".待删除", "0")],
    // Killed while writing, while undoing, and after a removal failed.
    &[("", "b"), (".上一次", "a"), (".未完成", "half")],
    &[(".上一次", "b"), (".待删除", "a")],
    &[("", "b"), (".待删除", "0"), (".待删除2", "a"), (".未完成", "half"), (".未完成2", "half")],
];

/// Writes a small folder of outputs with files that contain the name of the run.
fn fill(folder: &mut Folder, run: &str) -> anyhow::Result<()> {
    let manifest = format!("{{\"program\": \"huizong\", \"run\": \"{run}\"}}");
    for (path, text) in [("报告.html", run), ("标注/甲山镇.xlsx", run), ("data/units.csv", run)] {
        folder.write(path, &|out| Ok(out.write_all(text.as_bytes())?))?;
    }
    folder.write("data/manifest.json", &|out| Ok(out.write_all(manifest.as_bytes())?)).map(drop)
}

fn make(parent: &Path, state: &[(&str, &str)]) {
    for (age, (ending, run)) in state.iter().enumerate() {
        let path = parent.join(format!("out{ending}"));
        fs::create_dir(&path).expect("a folder");
        if *run == "empty" {
            continue;
        }
        let mut folder =
            Folder { path: path.clone(), files: &Faulty::new(None), written: Vec::new(), outputs: Vec::new() };
        fill(&mut folder, run).expect("outputs");
        let manifest = path.join("data/manifest.json");
        if *run == "half" {
            fs::remove_file(manifest).expect("removed");
            continue;
        }
        // Later folders of a state get newer manifests: of the discarded folders, the last is the newest.
        let time = SystemTime::now() - Duration::from_secs(60 - age as u64);
        let files = walkdir::WalkDir::new(&path).into_iter().map(|entry| entry.expect("an entry"));
        for file in files.filter(|entry| entry.file_type().is_file()) {
            File::options().append(true).open(file.path()).expect("a file").set_modified(time).expect("a time");
        }
    }
}

/// Returns the run of each whole folder, by the folder's ending; checks that every folder with a manifest is whole.
fn whole(parent: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(parent).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(manifest) = fs::read_to_string(path.join("data/manifest.json")) else { continue };
        let Some(run) = manifest.split('"').nth(7) else { continue };
        for file in ["报告.html", "标注/甲山镇.xlsx", "data/units.csv"] {
            assert_eq!(fs::read_to_string(path.join(file)).ok().as_deref(), Some(run), "{}", path.display());
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        found.insert(name.trim_start_matches("out").to_owned(), run.to_owned());
    }
    found
}

/// Returns a temporary folder, in memory if the system has one there: the tests make thousands.
fn temporary_folder() -> tempfile::TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}

fn attempt(files: &dyn FileSystem, parent: &Path, run: &str) -> anyhow::Result<()> {
    let target = Target::prepare_on(files, &parent.join("out"), Language::English)?;
    target.replace(&|folder| fill(folder, run))
}

fn at<'r>(runs: &'r BTreeMap<String, String>, ending: &str) -> &'r str {
    runs.get(ending).map_or("", String::as_str)
}

/// Makes one step fail, checks what is left, and checks that the next run cleans up. Returns whether there was such a
/// step.
fn fail(state: &[(&str, &str)], step: usize, extent: Extent, error: fn() -> Error) -> bool {
    let folder = temporary_folder();
    let parent = folder.path();
    make(parent, state);
    let before = whole(parent);
    let files = Faulty::new(Some((step, extent, error)));
    let result = attempt(&files, parent, "new");
    let Some(failed) = files.failed.borrow().clone() else { return false };
    let after = whole(parent);
    let context = format!("{state:?}, step {step}, {extent:?}, {:?}, {failed}: {after:?}, {result:?}", error());
    if at(&after, "") == "new" {
        let last = ["b", "x", "a", ""].into_iter().find(|run| at(&after, ".上一次") == *run);
        let is_b_lost = before.values().any(|run| run == "b") && !matches!(last, Some("b" | "x"));
        assert!(last.is_some() && !is_b_lost, "{context}");
    } else {
        assert!(result.is_err(), "{context}");
        let kept = |run: &str| after.values().any(|other| other == run) || !before.values().any(|other| other == run);
        // If a killed run's outputs were put in place, the outputs before the previous ones are superfluous.
        let is_finished = at(&before, "").is_empty() && at(&before, ".未完成") == "x";
        assert!(kept("b") && kept("x") && (kept("a") || is_finished), "{context}");
    }
    if let Err(error) = &result {
        let said = format!("{error:#}");
        for (name, words) in [(".新结果", "new outputs are in"), (".上一次", "old outputs are in")] {
            let is_said = said.contains(&format!("{words} {}", parent.join(format!("out{name}")).display()));
            assert!(!is_said || !at(&after, name).is_empty(), "{context}");
        }
        let is_moved = before.get("") != after.get("") && before.contains_key("");
        assert!(!said.contains("are as they were") || !is_moved, "{context}");
    }
    // A path that can never be removed must not block the next run.
    if extent == Extent::Always && failed.starts_with("remove") {
        assert!(result.is_ok(), "{context}");
        let removed = failed.split(' ').nth(1).expect("a path").to_owned();
        attempt(&Stuck(removed), parent, "again").expect(&context);
    }
    let replaced = at(&whole(parent), "").to_owned();
    attempt(&Faulty::new(None), parent, "next").expect(&context);
    let end = whole(parent);
    assert_eq!(at(&end, ""), "next", "{context}");
    let last = at(&end, ".上一次");
    let is_b_lost = last == "a" && before.values().any(|run| run == "b");
    assert!(["a", "b", "new", "x", "again", ""].contains(&last) && !is_b_lost, "{context}: {end:?}");
    assert!(!["new", "again"].contains(&replaced.as_str()) || at(&end, ".上一次") == replaced, "{context}: {end:?}");
    let mut names: Vec<String> = end.into_keys().collect();
    names.retain(|name| !["", ".上一次"].contains(&name.as_str()));
    assert!(names.is_empty() && fs::read_dir(parent).expect("a folder").count() <= 2, "{context}: {names:?}");
    true
}

/// A file system on which one path can never be removed.
struct Stuck(String);

impl FileSystem for Stuck {
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsFileSystem.rename(from, to)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        OsFileSystem.create_dir(path)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        OsFileSystem.create(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        OsFileSystem.open(path)
    }

    fn sync(&self, _: &File) -> io::Result<()> {
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.remove_file(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        if path == Path::new(&self.0) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }
    }

    fn pause(&self, _: Duration) {}
}

#[test]
fn no_failure_of_any_step_loses_outputs() {
    let mut failures = 0;
    for state in STATES {
        for extent in [Extent::Once, Extent::Always, Extent::Rest] {
            // A disk that is gone gives the same error for every operation.
            for error in &ERRORS[if extent == Extent::Rest { 5.. } else { 0.. }] {
                failures += (0..1_000).take_while(|step| fail(state, *step, extent, *error)).count();
            }
        }
    }
    assert!(failures > 5_000, "{failures}");
}

#[test]
fn a_short_lock_is_waited_for() {
    for error in [ERRORS[0], ERRORS[1], ERRORS[7]] {
        for step in 0.. {
            let folder = tempfile::tempdir().expect("a temporary folder");
            make(folder.path(), &[("", "b"), (".上一次", "a")]);
            let files = Faulty::new(Some((step, Extent::Once, error)));
            let result = attempt(&files, folder.path(), "new");
            let Some(failed) = files.failed.borrow().clone() else { break };
            assert!(result.is_ok() || !failed.starts_with("rename"), "{failed}: {result:?}");
        }
    }
}

#[test]
fn results_set_aside_that_somebody_edited_are_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    make(folder.path(), &[("", "b"), (".新结果", "x"), (".新结果2", "y")]);
    let edited = folder.path().join("out.新结果");
    fs::write(edited.join("整改通知.docx"), "edited").expect("a file");
    let later = SystemTime::now() + Duration::from_mins(1);
    File::options()
        .append(true)
        .open(edited.join("整改通知.docx"))
        .expect("a file")
        .set_modified(later)
        .expect("a time");
    attempt(&OsFileSystem, folder.path(), "new").expect("a run");
    let end = whole(folder.path());
    assert_eq!((at(&end, ""), at(&end, ".上一次"), at(&end, ".新结果"), at(&end, ".新结果2")), ("new", "b", "x", ""));
}

#[test]
fn somebody_elses_folders_are_never_touched() {
    for ending in ["", ".上一次"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        make(folder.path(), &[("", "b"), (".上一次", "a")]);
        let path = folder.path().join(format!("out{ending}"));
        fs::remove_dir_all(path.join("data")).expect("removed");
        let error = attempt(&OsFileSystem, folder.path(), "new").expect_err("refused");
        assert!(error.to_string().contains("was not written by huizong"), "{error:#}");
        assert_eq!(
            fs::read_to_string(path.join("报告.html")).expect("a file"),
            if ending.is_empty() { "b" } else { "a" }
        );
    }
}

#[test]
fn devices_of_windows_are_no_folders() {
    for name in ["NUL", "nul.txt", "con", "COM1", "lpt9.csv", "Aux ", "nul:"] {
        assert!(is_device_name(name), "{name}");
    }
    for name in ["null", "com", "COM10", "结果", "console", "结果.nul"] {
        assert!(!is_device_name(name), "{name}");
    }
}
