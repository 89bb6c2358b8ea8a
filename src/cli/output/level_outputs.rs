//! Outputs of a roll-up, which are put in place like those of a run.

use std::cell::RefCell;

use anyhow::{Context, anyhow};

use super::{Folder, OutputEdit, Target, edits, shown};
use huizong::levels::LevelRollup;
use huizong::report::{self, WrittenOutput};
use huizong::source::is_own_output;

impl Target<'_> {
    /// Writes the outputs of a roll-up, the manifest last, and puts the folder in place. Returns the files of the old
    /// outputs that a person edited or added, with their copies.
    ///
    /// # Errors
    /// A message for the user. The old outputs are unchanged then, and the new ones are whole beside them or removed.
    pub(in crate::cli) fn write_levels(
        &self,
        rollup: &LevelRollup,
        data_only: bool,
    ) -> anyhow::Result<Vec<OutputEdit>> {
        let edits = RefCell::new(Vec::new());
        self.replace(&|folder| {
            let wanted = |output: &&report::LevelOutput| (!data_only || output.is_data()) && output.has_content(rollup);
            for output in report::LEVEL_OUTPUTS.iter().filter(wanted) {
                let digested = folder.write(output.path, &|out| (output.render)(rollup, out))?;
                folder.outputs.push(WrittenOutput::of_file(output.path, digested.sha256));
            }
            folder.refuse_removed()?;
            *edits.borrow_mut() = self.keep_level_edits(folder)?;
            let time = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
            let outputs = std::mem::take(&mut folder.outputs);
            folder.write(report::MANIFEST, &|out| report::write_rollup_manifest(rollup, &time, &outputs, out))?;
            folder.refuse_removed()
        })?;
        Ok(edits.into_inner())
    }

    /// Copies the files of the old outputs that a person edited or added into the folder beside them.
    fn keep_level_edits(&self, folder: &Folder<'_>) -> anyhow::Result<Vec<OutputEdit>> {
        let out = &self.slots.out;
        let mut edits = if is_own_output(out) { edits::find(out, &folder.outputs) } else { Vec::new() };
        for edit in &mut edits {
            edit.stays = false;
            let from = edit.path.split('/').fold(out.clone(), |path, part| path.join(part));
            let bytes = std::fs::read(&from).with_context(|| shown(&from))?;
            let kept = edits::copy_beside(out, &edit.path, &bytes);
            edit.copy = Some(kept.map_err(|error| anyhow!(error)).with_context(|| shown(out))?);
        }
        Ok(edits)
    }
}
