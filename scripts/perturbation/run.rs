//! Runs the program over a batch and reads its outputs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::case::Case;
use super::plan::Batch;
use super::write;

/// A row of one of the outputs, by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// The outputs of the program.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) units: Vec<Row>,
    pub(crate) facts: Vec<Row>,
    pub(crate) findings: Vec<Row>,
    /// Its messages if it failed.
    pub(crate) failure: Option<String>,
}

/// Writes the inputs of a batch below a folder: `in/` and, if there is one, `roster.csv`.
fn write_inputs(batch: &Batch, folder: &Path) {
    let mut roster = String::from("unit,kind,aliases\n");
    let mut body = |name: &str, kind: &str, aliases: &[String]| {
        writeln!(roster, "{name},{kind},{}", aliases.join(";")).expect("text");
    };
    let cases = batch.companions.iter().chain(batch.cases.iter().map(|(_, _, case)| case));
    for case in cases {
        body(&case.roster_name, case.body.kind.word(), &case.aliases);
        for (name, bytes) in write::files(case) {
            let path = folder.join("in").join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, bytes).expect("a file");
        }
    }
    body(&batch.absentee.full(), batch.absentee.kind.word(), &[]);
    if batch.has_roster {
        std::fs::write(folder.join("roster.csv"), roster).expect("a file");
    }
}

/// The program under test.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// A command that gets the folder of the inputs before the program.
    pub(crate) through: Option<PathBuf>,
}

/// Runs the program over a batch in a temporary folder.
pub(crate) fn run(program: &Program, batch: &Batch) -> Written {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run_in(program, batch, folder.path())
}

/// Runs the program over a batch that is written to this folder.
pub(crate) fn run_in(program: &Program, batch: &Batch, folder: &Path) -> Written {
    write_inputs(batch, folder);
    if let Some(through) = &program.through {
        let done = Command::new(through).arg(folder.join("in")).status().expect("a command that starts");
        assert!(done.success(), "the command failed");
    }
    let out = folder.join("out");
    let mut command = Command::new(&program.path);
    command.arg("run").arg("in").arg("-o").arg("out").args(["--data-only", "--quiet", "--facts", "csv", "--jobs", "1"]);
    command.args(["--lang", "en"]);
    if batch.has_roster {
        command.args(["--roster", "roster.csv"]);
    }
    if batch.states_year {
        command.args(["--year", &batch.year.to_string()]);
    }
    let ran = command.current_dir(folder).output().expect("a program that starts");
    if !ran.status.success() {
        return Written { failure: Some(String::from_utf8_lossy(&ran.stderr).into_owned()), ..Written::default() };
    }
    let rows = |name: &str| rows(&out.join("data").join(name));
    Written { units: rows("units.csv"), facts: rows("facts.csv"), findings: rows("findings.csv"), failure: None }
}

fn rows(path: &PathBuf) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a readable CSV");
    reader.deserialize().collect::<Result<_, _>>().expect("rows of the header's width")
}

/// Returns every path of a case's files.
pub(crate) fn paths(case: &Case) -> Vec<String> {
    let main = case.name.archive.as_ref().map_or_else(|| case.path(), |(archive, _)| archive.clone());
    std::iter::once(main).chain(case.neighbours.iter().map(|(name, _)| name.clone())).collect()
}
