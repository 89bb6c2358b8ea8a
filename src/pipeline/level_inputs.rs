//! The configuration of a roll-up, the output folders that it reads, and checks of the folders that it writes against
//! them.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::levels::LevelSettings;
use crate::message::Message;
use crate::source::{self, OutputFolder, is_beside_output, is_run_output};

/// The configuration of a roll-up.
#[derive(Debug, Clone, Default)]
pub struct LevelPlan {
    /// Folders with outputs of runs and roll-ups.
    pub inputs: Vec<PathBuf>,
    /// The output folder, which is never an input.
    pub out: PathBuf,
    /// The list of levels; without it, the folders are the levels.
    pub levels: Option<PathBuf>,
    /// The name of the topmost body.
    pub name: Option<String>,
    /// The outputs of an earlier roll-up to compare with.
    pub since: Option<PathBuf>,
    /// The folder of the dataset, if one is written. It must lie apart from all others.
    pub dataset: Option<PathBuf>,
    /// Number of threads that read outputs; by default one per core.
    pub jobs: Option<usize>,
    /// Further settings that the outputs depend on.
    pub settings: LevelSettings,
}

/// The output folders that a roll-up reads.
#[derive(Debug)]
pub struct LevelInputs {
    /// The arguments, without those that lie in another one.
    pub(super) arguments: Vec<PathBuf>,
    pub(super) folders: Vec<OutputFolder>,
    /// What lies among the output folders and is none.
    pub(super) skipped: Vec<String>,
    /// The earlier roll-up below an argument that the new one replaces. It is no input.
    pub(super) replaced: Option<OutputFolder>,
}

impl LevelInputs {
    /// Finds the output folders under the arguments of a plan.
    ///
    /// # Errors
    /// `Error` if an argument cannot be read, if there are no output folders, and for a folder to be written that is one
    /// of them, lies in one or has one in it.
    pub fn find(plan: &LevelPlan) -> Result<Self> {
        let arguments = outermost(&plan.inputs);
        let mut folders = source::list_outputs(&arguments)?;
        refuse_overlaps(plan, &folders)?;
        let out = source::whole(&plan.out);
        let is_out = |folder: &OutputFolder| out.is_some() && source::whole(&folder.path) == out;
        let replaced = folders.iter().position(is_out).map(|at| folders.remove(at));
        let written: Vec<&Path> = [Some(plan.out.as_path()), plan.dataset.as_deref()].into_iter().flatten().collect();
        let skipped = source::list_without_outputs(&arguments, &folders, &written);
        if folders.is_empty() {
            Err(source::nothing_found(&plan.inputs))
        } else {
            Ok(Self { arguments, folders, skipped, replaced })
        }
    }
}

/// Returns the arguments without repetitions and without those in another argument, where their outputs are found.
fn outermost(arguments: &[PathBuf]) -> Vec<PathBuf> {
    let whole: Vec<Option<PathBuf>> = arguments.iter().map(|argument| source::whole(argument)).collect();
    let is_covered = |at: usize| {
        let Some(own) = &whole[at] else { return false };
        let covers = |(other, path): (usize, &Option<PathBuf>)| {
            path.as_ref().is_some_and(|path| own.starts_with(path) && (own != path || other < at))
        };
        whole.iter().enumerate().any(covers)
    };
    (0..arguments.len()).filter(|at| !is_covered(*at)).map(|at| arguments[at].clone()).collect()
}

/// Returns an error if a folder that is written would replace, contain or lie in one that is read or also written.
fn refuse_overlaps(plan: &LevelPlan, folders: &[OutputFolder]) -> Result<()> {
    let out = source::whole(&plan.out);
    let dataset = plan.dataset.as_deref().and_then(source::whole);
    if is_run_output(&plan.out) {
        return Err(refused(
            &plan.out,
            "这是汇总的结果，不是合并汇总的结果，不能被替换；没有改动，请另选一个输出文件夹",
            "these are the outputs of a run, which a roll-up must not replace; nothing was touched; name another folder",
        ));
    }
    if let (Some(out), Some(dataset)) = (&out, &dataset)
        && (overlap(out, dataset) || is_replaced_with(out, dataset))
    {
        return Err(refused(
            dataset,
            "数据集不能与输出文件夹相同，也不能互相包含；没有改动，请另选一个文件夹",
            "the dataset and the output folder must lie apart; nothing was touched; name another folder",
        ));
    }
    for folder in folders {
        let Some(input) = source::whole(&folder.path) else { continue };
        if let Some(out) = &out {
            let is_replaced = *out == input && !folder.is_argument;
            if !is_replaced && (overlap(out, &input) || is_replaced_with(out, &input)) {
                return Err(overlapping(&plan.out, folder));
            }
        }
        if let Some(dataset) = &dataset
            && (overlap(dataset, &input) || is_replaced_with(dataset, &input))
        {
            return Err(overlapping(dataset, folder));
        }
    }
    Ok(())
}

/// Returns whether two paths are equal or one contains the other.
fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Returns whether a path is, or is in, a folder beside OUT that is removed when OUT is written: it has the name of OUT
/// with one of the endings that runs give.
fn is_replaced_with(out: &Path, path: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_beside = |above: &Path| {
        above.parent() == out.parent()
            && name(above).strip_prefix(&name(out)).is_some_and(|rest| rest.starts_with('.') && is_beside_output(rest))
    };
    path.ancestors().any(is_beside)
}

fn overlapping(folder: &Path, input: &OutputFolder) -> Error {
    let file = &input.file;
    refused(
        folder,
        format!("它与输入的“{file}”相同，或者互相包含，写在这里会改动输入；没有改动，请另选一个文件夹"),
        format!("it is the input “{file}”, lies in it or has it in it; nothing was touched; name another folder"),
    )
}

fn refused(folder: &Path, zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::Given { file: folder.display().to_string(), why: Message::new(zh, en) }
}

/// Returns an error if the roll-up that would be replaced is one of another body.
pub(super) fn refuse_other_body(out: &Path, replaced: Option<&str>, root: &str) -> Result<()> {
    match replaced {
        Some(body) if body != root => Err(refused(
            out,
            format!("这里是“{body}”的合并汇总，这次合并的是“{root}”；没有改动，请另选一个输出文件夹，或者先把它移走"),
            format!(
                "it is the roll-up of “{body}”, and this one is of “{root}”; nothing was touched; name another folder"
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_a_roll_up_removes_are_known_by_their_names() {
        let is_replaced = |path: &str| is_replaced_with(Path::new("/省/汇总"), Path::new(path));
        for path in ["/省/汇总.上一次", "/省/汇总.上一次/东市/2024", "/省/汇总.新结果2", "/省/汇总.待删除"]
        {
            assert!(is_replaced(path), "{path}");
        }
        for path in ["/省/汇总2", "/省/汇总", "/省/甲汇总.上一次", "/市/汇总.上一次"] {
            assert!(!is_replaced(path), "{path}");
        }
    }
}
