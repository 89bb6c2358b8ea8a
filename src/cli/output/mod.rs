//! The output folder: written beside OUT, then renamed to OUT. The outputs that it replaces are kept until the next
//! run.

mod dataset;
mod edits;
mod file_system;
mod level_outputs;
mod lock;
mod refusal;
mod slots;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::args::FactsFormat;
use super::shown;
pub(super) use dataset::{DatasetFolder, NewDataset};
pub(super) use edits::{Keeping, OutputEdit};
pub(super) use file_system::write_atomically;
use file_system::{FileSystem, OsFileSystem, is_absent, remove_tree};
use huizong::finding::Language;
use huizong::message::Message;
use huizong::outcome::Outcome;
use huizong::report::{self, Failure, Render, WrittenOutput};
use huizong::source::{DigestWriter, Digested, is_own_output};
use lock::Lock;
use refusal::Refusal;
use slots::{OutputFolders, Refused, SET_ASIDE, UNFINISHED};

/// The destination of the outputs. While it exists, no other run writes there.
pub(super) struct Target<'f> {
    slots: OutputFolders<'f>,
    language: Language,
    _lock: Lock,
}

impl Target<'static> {
    /// Takes the lock of OUT, finishes or undoes what a killed run left, and checks that OUT can be replaced.
    ///
    /// # Errors
    /// A message for the user. Nothing was changed then except what a killed run had left.
    pub(super) fn prepare(out: &Path, language: Language) -> anyhow::Result<Self> {
        Self::prepare_on(&OsFileSystem, out, language)
    }
}

impl<'f> Target<'f> {
    fn prepare_on(files: &'f dyn FileSystem, out: &Path, language: Language) -> anyhow::Result<Self> {
        let said = |chinese: String, english: String| anyhow!(in_language(language, chinese, english));
        let out = resolve(out, language)?;
        if let Some(parent) = out.parent() {
            std::fs::create_dir_all(parent).with_context(|| shown(parent))?;
        }
        let name = shown(&out);
        let lock = Lock::take(&out).map_err(|error| {
            // In a place where nothing can be made, such as /proc, the system says that there is no such file.
            let is_gone = error.kind() == std::io::ErrorKind::NotFound;
            let cause = if is_gone { Message::default() } else { Message::of_system(&error).about("") };
            said(
                format!("无法新建文件夹 {name}，请换一个位置{}", cause.zh),
                format!("{name} cannot be made; choose another place{}", cause.en),
            )
        })?;
        let lock = lock.ok_or_else(|| {
            said(
                format!("另一次运行正在写 {name}，什么都没有改动"),
                format!("another run is writing {name}; nothing was touched"),
            )
        })?;
        let target = Self { slots: OutputFolders { out, files }, language, _lock: lock };
        target.slots.recover().map_err(|refused| target.explain(&refused, None))?;
        target.refuse_foreign()?;
        target.slots.clean();
        target.slots.probe().map_err(|refused| target.explain(&refused, None))?;
        Ok(target)
    }

    /// Returns an error if OUT or the folder of the previous outputs holds files that this program did not write.
    fn refuse_foreign(&self) -> anyhow::Result<()> {
        let (out, previous) = (&self.slots.out, self.slots.previous());
        let is_empty = |folder: &Path| Ok(folder.is_dir() && std::fs::read_dir(folder)?.next().is_none());
        for folder in [out, &previous].into_iter().filter(|folder| !is_absent(folder) && !is_own_output(folder)) {
            let name = shown(folder);
            if !folder.is_dir() {
                return Err(anyhow!(self.say(
                    format!("{name} 是文件，不是文件夹，什么都没有改动；请换一个输出文件夹"),
                    format!("{name} is a file and no folder; nothing was touched"),
                )));
            }
            if folder == &previous
                || !is_empty(folder).map_err(|error: std::io::Error| anyhow!(error).context(name.clone()))?
            {
                return Err(anyhow!(self.say(
                    format!(
                        "{name} 不是空文件夹，也不是本程序写的结果，什么都没有改动；请换一个输出文件夹，或先把它移走"
                    ),
                    format!("{name} is not empty and was not written by huizong; nothing was touched"),
                )));
            }
        }
        Ok(())
    }

    /// Writes the outputs, the manifest last, and puts the folder in place. Returns the files of the old outputs that a
    /// person edited or added, with the places where they are kept.
    ///
    /// # Errors
    /// A message for the user. The old outputs are unchanged then, and the new ones are whole beside them or removed.
    pub(super) fn write(
        &self,
        outcome: &Outcome,
        facts: FactsFormat,
        data_only: bool,
        keeping: Keeping,
    ) -> anyhow::Result<Vec<OutputEdit>> {
        let edits = RefCell::new(Vec::new());
        self.replace(&|folder| {
            let wanted = |output: &&report::Output| match output.path {
                report::FACTS_CSV => facts != FactsFormat::Parquet,
                report::FACTS_PARQUET => facts != FactsFormat::Csv,
                _ => !data_only || output.is_data(),
            };
            let has_content = |output: &&report::Output| output.has_content(outcome);
            for output in report::OUTPUTS.iter().filter(wanted).filter(has_content) {
                match output.render {
                    Render::File(render) => folder.write_output(outcome, output.path, &|out| render(outcome, out))?,
                    Render::Folder(render) => {
                        let files = render(outcome).map_err(|error| anyhow!(error));
                        for (name, bytes) in files.with_context(|| folder.shown(output.path))? {
                            let path = format!("{}/{name}", output.path);
                            folder.write_output(outcome, &path, &|out| Ok(out.write_all(&bytes)?))?;
                        }
                    }
                }
            }
            folder.refuse_removed()?;
            *edits.borrow_mut() = self.keep_edits(outcome, folder, keeping)?;
            let time = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
            let outputs = std::mem::take(&mut folder.outputs);
            folder.write(report::MANIFEST, &|out| report::write_manifest(outcome, &time, &outputs, out))?;
            folder.refuse_removed()
        })?;
        Ok(edits.into_inner())
    }

    /// Keeps the files of the old outputs that a person edited or added. A document stays in its place if it would be
    /// made from the same data. Every other file is copied beside the outputs, unless none of the old outputs is
    /// deleted.
    fn keep_edits(&self, outcome: &Outcome, folder: &mut Folder, keeping: Keeping) -> anyhow::Result<Vec<OutputEdit>> {
        let out = &self.slots.out;
        let mut edits = if is_own_output(out) { edits::find(out, &folder.outputs) } else { Vec::new() };
        for edit in &mut edits {
            let from = edit.path.split('/').fold(out.clone(), |path, part| path.join(part));
            let bytes = std::fs::read(&from).with_context(|| shown(&from))?;
            if edit.stays {
                folder.write(&edit.path, &|out| Ok(out.write_all(&bytes)?))?;
                let there = |path: &str| std::fs::read(folder.below(path)).ok();
                let archive = report::archive_with_letter(outcome, &edit.path, &bytes, there);
                if let Some((path, bytes)) = archive.map_err(|error| anyhow!(error))? {
                    folder.outputs.retain(|output| output.path != path);
                    folder.write_output(outcome, &path, &|out| Ok(out.write_all(&bytes)?))?;
                }
            } else if keeping == Keeping::Beside {
                let kept = edits::copy_beside(out, &edit.path, &bytes);
                edit.copy = Some(kept.with_context(|| shown(out))?);
            }
        }
        Ok(edits)
    }

    /// Returns the folder with the replaced outputs, if it exists.
    pub(super) fn replaced(&self) -> Option<PathBuf> {
        Some(self.slots.previous()).filter(|previous| is_own_output(previous))
    }

    /// Makes a new folder, calls `write` to fill it, and puts it in place.
    fn replace(&self, write: &dyn Fn(&mut Folder) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let files = self.slots.files;
        let unfinished = self.slots.unused(UNFINISHED).with_context(|| shown(&self.slots.out))?;
        // Made only once: if the folder is removed meanwhile, writing fails.
        files.create_dir(&unfinished).with_context(|| shown(&unfinished))?;
        let mut folder = Folder { path: unfinished.clone(), files, written: Vec::new(), outputs: Vec::new() };
        if let Err(error) = write(&mut folder) {
            let _ = remove_tree(files, &unfinished);
            return Err(error);
        }
        self.slots.put_in_place(&unfinished).map_err(|(refused, new)| self.explain(&refused, Some(&new)))
    }

    /// Returns a line for each folder of outputs that is still beside OUT because its files were edited or are open.
    pub(super) fn kept_beside(&self) -> Vec<String> {
        let say = |path: &PathBuf| {
            let name = shown(path);
            self.say(
                format!("{name} 没有删除：里面有改动过或正打开着的文件"),
                format!("{name} was not removed: files in it were edited or are open"),
            )
        };
        self.slots.all(SET_ASIDE).iter().map(say).collect()
    }

    /// Returns the message about a refused rename: which it was, where all outputs are, and what to do.
    fn explain(&self, refused: &Refused, new: Option<&Path>) -> anyhow::Error {
        let previous = self.slots.previous();
        let refusal = Refusal {
            out: shown(&self.slots.out),
            refused,
            new: new.map(shown),
            moved_to: (!refused.undone && is_own_output(&previous)).then(|| shown(&previous)),
        };
        anyhow!(self.say(refusal.in_chinese(), refusal.in_english()))
    }

    fn say(&self, chinese: String, english: String) -> String {
        in_language(self.language, chinese, english)
    }
}

fn in_language(language: Language, chinese: String, english: String) -> String {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// Returns the path of OUT with links resolved and `.` or `..` replaced by a name.
fn resolve(out: &Path, language: Language) -> anyhow::Result<PathBuf> {
    let is_device = cfg!(windows) && out.file_name().is_some_and(|name| is_device_name(&name.to_string_lossy()));
    let whole = if out.is_symlink() || out.file_name().is_none() {
        std::fs::canonicalize(out).with_context(|| shown(out))?
    } else {
        out.to_owned()
    };
    if is_device || whole.file_name().is_none() {
        let name = shown(out);
        return Err(anyhow!(in_language(
            language,
            format!("{name} 不能作为输出文件夹，请写一个文件夹的名字，例如 {name}汇总结果"),
            format!("{name} cannot be an output folder; name a folder, such as one in it"),
        )));
    }
    Ok(whole)
}

/// Returns whether Windows takes a file of this name for a device, whatever its extension.
fn is_device_name(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_port = |kind| {
        stem.strip_prefix(kind)
            .is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || is_port("COM") || is_port("LPT")
}

/// A folder of outputs that is being written.
struct Folder<'f> {
    path: PathBuf,
    files: &'f dyn FileSystem,
    written: Vec<PathBuf>,
    outputs: Vec<WrittenOutput>,
}

impl Folder<'_> {
    /// Writes an output and records its digest.
    fn write_output(
        &mut self,
        outcome: &Outcome,
        path: &str,
        render: &dyn Fn(&mut dyn Write) -> Result<(), Failure>,
    ) -> anyhow::Result<()> {
        let digested = self.write(path, render)?;
        let read = || std::fs::read(self.below(path)).ok();
        self.outputs.push(WrittenOutput::new(outcome, path, digested.sha256, read));
        Ok(())
    }

    /// Writes a file below the folder, syncs it to the disk, and returns its digest.
    fn write(
        &mut self,
        path: &str,
        render: &dyn Fn(&mut dyn Write) -> Result<(), Failure>,
    ) -> anyhow::Result<Digested> {
        let whole = self.below(path);
        let at = || shown(&whole);
        if let Some(parent) = whole.parent().filter(|parent| !parent.is_dir()) {
            self.files.create_dir(parent).with_context(at)?;
        }
        let file = DigestWriter::new(self.files.create(&whole).with_context(at)?);
        let mut out = BufWriter::new(file);
        render(&mut out).map_err(|error| anyhow!(error)).with_context(at)?;
        let written = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(at)?;
        let (file, digested) = written.finish();
        self.files.sync(&file).with_context(at)?;
        self.written.push(whole);
        Ok(digested)
    }

    /// Returns an error if a file that was written has been removed meanwhile.
    fn refuse_removed(&self) -> anyhow::Result<()> {
        self.written.iter().try_for_each(|path| std::fs::metadata(path).map(drop).with_context(|| shown(path)))
    }

    fn shown(&self, path: &str) -> String {
        shown(&self.below(path))
    }

    fn below(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.path.clone(), |whole, part| whole.join(part))
    }
}
