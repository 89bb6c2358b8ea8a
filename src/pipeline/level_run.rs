//! A roll-up over many outputs: the folders are listed and placed, their tables are read in parallel in batches, and
//! the totals are added up.
//!
//! Results are collected in the order of the outputs, so that they do not depend on the number of threads.

use std::path::Path;
use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::given::read_document;
use super::intake::Tick;
use super::level_inputs::{LevelInputs, LevelPlan, refuse_other_body};
use super::{Progress, intake};
use crate::error::{Error, Result};
use crate::form::{Form, Forms};
use crate::levels::{
    AddedOutput, BodyYear, CountedOutputs, FactBytes, LevelBuilder, LevelFinding, LevelList, LevelRollup,
    OutputManifest, OutputTables, PlacedOutput, Placement, PlacementOptions, RollupBytes, RollupTables, RunBytes,
    RunTables, add_outputs, dataset_part, level_changes,
};
use crate::message::Message;
use crate::report::PAGE;
use crate::source;

/// Number of outputs that a thread reads and adds up together. Their figures are in memory, some thousands of rows
/// each.
const PART: usize = 8;
/// Number of outputs in a batch. Their totals are in memory at the same time, some hundreds of rows each.
const BATCH: usize = 128;

/// Adds up the outputs of runs and roll-ups that were found for a plan. `tick` is called for every output read.
///
/// # Errors
/// `Error` if the roll-up as a whole cannot continue. A damaged output is left out and does not stop it. A roll-up
/// among the inputs that contains another version of a run that is also among the inputs does.
pub fn roll_up(plan: &LevelPlan, inputs: LevelInputs, tick: Tick<'_>) -> Result<LevelRollup> {
    let forms = Arc::new(Forms::official()?);
    let list = plan.levels.as_deref().map(read_levels).transpose()?;
    let LevelInputs { arguments, folders, skipped, replaced } = inputs;
    let options = PlacementOptions { list: list.as_ref(), name: plan.name.as_deref(), forms: &forms };
    let Placement { root, outputs, unread, mut findings, unplaced } = Placement::build(&arguments, folders, options);
    let manifest = replaced.and_then(|folder| folder.manifest).or_else(|| read_manifest(&plan.out).ok());
    let replaced = manifest.and_then(|manifest| OutputManifest::parse(&manifest).ok());
    let replaced = replaced.and_then(|manifest| manifest.county);
    refuse_other_body(&plan.out, replaced.as_deref(), &root)?;
    let before = plan.since.as_deref().map(|folder| read_before(folder, &root)).transpose()?;
    let chosen = CountedOutputs::choose(outputs)?;
    findings.extend(skipped.iter().map(|file| LevelFinding::about_no_output(file)));
    findings.extend(chosen.findings);
    let mut builder = LevelBuilder::new(Arc::clone(&forms), findings, unplaced, unread);
    for output in &chosen.left_out {
        builder.leave_out(output);
    }
    let files = chosen.outputs.len();
    let read = |output: PlacedOutput| {
        let tables = read_output(&output, &forms);
        tick(Progress { files, failed: tables.is_err() });
        (output, tables)
    };
    let add = |part: Vec<PlacedOutput>| add_outputs(part.into_iter().map(read).collect());
    let threads = plan.jobs.unwrap_or_else(intake::cores).clamp(1, files.max(1));
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().ok();
    let mut outputs = chosen.outputs.into_iter().peekable();
    while outputs.peek().is_some() {
        let batch: Vec<PlacedOutput> = outputs.by_ref().take(BATCH).collect();
        // If the system cannot start the pool's threads, the outputs are read one after the other.
        let added: Vec<Vec<AddedOutput>> = match &pool {
            Some(pool) => pool.install(|| batch.into_par_iter().chunks(PART).map(add).collect::<Result<_>>())?,
            None => vec![add(batch)?],
        };
        builder.add(added.into_iter().flatten())?;
    }
    let mut rollup = builder.finish(&root, list.as_ref(), plan.settings.clone())?;
    for edition in &mut rollup.years {
        edition.page = page_of(edition, &plan.out);
    }
    if let (Some(path), Some([bodies, totals])) = (&plan.since, before) {
        let changes = level_changes(&rollup, &bodies, &totals);
        rollup.changes = Some(changes.map_err(|why| Error::Given { file: path.display().to_string(), why })?);
    }
    Ok(rollup)
}

fn read_manifest(folder: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(folder.join("data").join("manifest.json"))
}

/// Reads the tables of an earlier roll-up of the same root that are compared: bodies and totals.
fn read_before(folder: &Path, root: &str) -> Result<[Vec<u8>; 2]> {
    let given = |why| Error::Given { file: folder.display().to_string(), why };
    let manifest = read_manifest(folder).map_err(|source| Error::Path { path: folder.to_owned(), source })?;
    let manifest = OutputManifest::parse(&manifest).map_err(given)?;
    if manifest.runs.is_none() {
        return Err(given(Message::new(
            "这不是合并汇总的结果；--since 请给出上一次 huizong rollup 写出的文件夹",
            "these are no outputs of a roll-up; name the folder that the last `huizong rollup` wrote",
        )));
    }
    if let Some(other) = manifest.county.as_deref().filter(|other| *other != root) {
        return Err(given(Message::new(
            format!("上一次合并的是“{other}”，这次是“{root}”，不能比较；是同一地区的，请加 --name {other}"),
            format!("it is the roll-up of “{other}”, this one is of “{root}”; if they are one, add --name {other}"),
        )));
    }
    let read = |name: &str| read_table(folder, &manifest, name).map_err(given);
    Ok([read("bodies.csv")?, read("totals.csv")?])
}

fn read_levels(path: &Path) -> Result<LevelList> {
    let document = read_document(path)?;
    let file = path.display().to_string();
    let grid = document.grids.iter().find(|grid| !grid.cells().is_empty());
    let empty = || Message::new("里面没有内容", "there is nothing in it");
    let list = grid.ok_or_else(empty).and_then(|grid| LevelList::from_rows(&grid.texts()));
    list.map_err(|why| Error::Given { file, why })
}

/// Reads the tables of an output that its manifest lists. Each must have the digest in the manifest.
fn read_output(output: &PlacedOutput, forms: &Forms) -> std::result::Result<OutputTables, Message> {
    let read = |name: &str| read_table(&output.folder.path, &output.manifest, name);
    if output.is_rollup() {
        let bytes = RollupBytes {
            bodies: read("bodies.csv")?,
            totals: read("totals.csv")?,
            kinds: read("totals_by_kind.csv")?,
            findings: read("findings.csv")?,
            repeated: read("repeated.csv")?,
        };
        return Ok(OutputTables::Rollup(Box::new(RollupTables::read(&bytes, forms)?)));
    }
    let form = form_of(output, forms)?;
    let tables = RunTables::read(read_run(output)?, form, &output.manifest)?;
    Ok(OutputTables::Run(Box::new(tables)))
}

/// Reads the tables of a run.
fn read_run(output: &PlacedOutput) -> std::result::Result<RunBytes, Message> {
    let read = |name: &str| read_table(&output.folder.path, &output.manifest, name);
    let facts = if output.manifest.lists("facts.parquet") {
        // Whoever reads the same facts as CSV must see what is added up.
        if output.manifest.lists("facts.csv") {
            read("facts.csv")?;
        }
        FactBytes::Parquet(read("facts.parquet")?)
    } else {
        FactBytes::Csv(read("facts.csv")?)
    };
    Ok(RunBytes { facts, units: read("units.csv")?, totals: read("totals.csv")?, findings: read("findings.csv")? })
}

fn form_of<'a>(output: &PlacedOutput, forms: &'a Forms) -> std::result::Result<&'a Form, Message> {
    let form = forms.all.iter().find(|form| form.id == output.manifest.form);
    form.ok_or_else(|| Message::new("合计所用的表式不认识", "the form of its totals is not known"))
}

/// Calls `write` with the path and bytes of each file of a dataset partitioned by year and body: one file for each run
/// that the roll-up counts. Several threads call it at the same time. Earlier roll-ups among the inputs are skipped,
/// because they have no facts.
///
/// # Errors
/// `Error::Given` for a run with tables that changed since they were added up, and any error of `write`.
pub fn write_dataset(
    rollup: &LevelRollup,
    jobs: Option<usize>,
    write: &(dyn Fn(&str, &[u8]) -> Result<()> + Sync),
) -> Result<()> {
    let part = |output: &PlacedOutput| {
        let bytes = read_run(output).and_then(|bytes| dataset_part(bytes, form_of(output, &rollup.forms)?));
        let bytes = bytes.map_err(|why| Error::Given { file: output.folder.file.clone(), why })?;
        write(&partition(output), &bytes)
    };
    let runs: Vec<&PlacedOutput> = rollup.inputs.iter().filter(|output| !output.is_rollup()).collect();
    match ThreadPoolBuilder::new().num_threads(jobs.unwrap_or_else(intake::cores).max(1)).build() {
        Ok(pool) => pool.install(|| runs.into_par_iter().try_for_each(part)),
        Err(_) => runs.into_iter().try_for_each(part),
    }
}

/// Characters besides control characters that are escaped in the name of a partition, as in Hive. Chinese names stay
/// readable.
const ESCAPED: &str = "\"#%'*/:=?\\{[]^ <>|";

/// Returns the path of a run's file in a dataset.
fn partition(output: &PlacedOutput) -> String {
    let body = source::percent_escaped(&output.path.join("/"), ESCAPED);
    format!("year={}/body={body}/facts.parquet", output.manifest.year.unwrap_or_default())
}

fn read_table(folder: &Path, manifest: &OutputManifest, name: &str) -> std::result::Result<Vec<u8>, Message> {
    let expected = manifest
        .digest_of(name)
        .ok_or_else(|| Message::new(format!("没有数据文件 data/{name}"), format!("it has no data/{name}")))?;
    let path = folder.join("data").join(name);
    let source = source::Source { file: name.to_owned(), path, is_file: false, is_named: false };
    let bytes =
        source.read(MAX_TABLE_BYTES).map_err(|error| Message::of_system(&error).about(format!("data/{name}")))?;
    if source::digest(&bytes).sha256 != expected {
        return Err(Message::new(
            format!("数据文件 data/{name} 与清单不符，写出后被改动或已损坏"),
            format!("its data/{name} is not as its manifest says: it was changed or damaged"),
        ));
    }
    Ok(bytes)
}

/// Maximum size of a table, in bytes: enough for the totals of a country by kind of unit. Bounds reading from devices
/// without an end.
const MAX_TABLE_BYTES: u64 = 1 << 30;

/// Returns the path of a body's page relative to the output folder, if the body has exactly one run.
fn page_of(edition: &BodyYear, out: &Path) -> Option<String> {
    let [folder] = edition.folders.as_slice() else { return None };
    let page = folder.join(PAGE);
    if !page.is_file() {
        return None;
    }
    // The output folder may not exist yet.
    let out = source::whole(out)?;
    relative_path(&out, &source::whole(&page)?)
}

/// Returns the relative path from a folder to a file, with `/`; `None` if they are on different drives.
fn relative_path(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_reached_from_the_folder_that_is_written() {
        let way = |from: &str, to: &str| relative_path(Path::new(from), Path::new(to));
        assert_eq!(way("/省/汇总", "/省/市/县/2024/报告.html").as_deref(), Some("../市/县/2024/报告.html"));
        assert_eq!(way("/省", "/省/报告.html").as_deref(), Some("报告.html"));
    }
}
