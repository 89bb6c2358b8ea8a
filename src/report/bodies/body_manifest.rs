//! `data/manifest.json` of a roll-up: the outputs it read, the runs it counts, and the files it wrote.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use crate::finding::Severity;
use crate::levels::{CountedRun, LevelRollup, ROLLUP};
use crate::report::{Failure, WrittenOutput};

#[derive(Serialize)]
struct RollupManifest<'a> {
    program: &'static str,
    version: &'static str,
    command: &'static str,
    time: &'a str,
    /// The name of the root.
    body: &'a str,
    years: Vec<u16>,
    options: &'a BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
    inputs: Vec<RollupInput<'a>>,
    runs: &'a [CountedRun],
    outputs: &'a [WrittenOutput],
}

#[derive(Serialize)]
struct RollupInput<'a> {
    file: &'a str,
    /// The digest of its manifest.
    sha256: &'a str,
    size: u64,
    reader: &'static str,
}

/// Writes the manifest. It is the only output with the time.
///
/// # Errors
/// The error of the writer.
pub fn write(rollup: &LevelRollup, time: &str, outputs: &[WrittenOutput], out: &mut dyn Write) -> Result<(), Failure> {
    let inputs = rollup.inputs.iter().map(|input| RollupInput {
        file: &input.folder.file,
        sha256: &input.manifest.sha256,
        size: input.manifest.size,
        reader: if input.is_rollup() { ROLLUP } else { "run" },
    });
    let count = |severity: Severity| rollup.open_findings(severity);
    let manifest = RollupManifest {
        program: "huizong",
        version: env!("CARGO_PKG_VERSION"),
        command: ROLLUP,
        time,
        body: rollup.bodies.first().map_or("", |whole| &whole.name),
        years: rollup.report_years(),
        options: &rollup.settings.options,
        counts: BTreeMap::from([
            ("outputs", rollup.inputs.len()),
            ("runs", rollup.runs.len()),
            ("bodies", rollup.bodies.len()),
            ("must_fix", count(Severity::MustFix)),
            ("must_explain", count(Severity::MustExplain)),
            ("notes", count(Severity::Note)),
        ]),
        inputs: inputs.collect(),
        runs: &rollup.runs,
        outputs,
    };
    serde_json::to_writer_pretty(&mut *out, &manifest)?;
    out.write_all(b"\n")?;
    Ok(())
}
