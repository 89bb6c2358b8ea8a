//! The message shown if OUT cannot be replaced: the reason, what to do, and where all outputs are.

use super::shown;
use super::slots::Refused;

/// A refused rename, with the paths of all outputs.
pub(super) struct Refusal<'r> {
    pub(super) out: String,
    pub(super) refused: &'r Refused,
    /// Path of the new outputs, if they are whole.
    pub(super) new: Option<String>,
    /// Path of the old outputs, if they are no longer at OUT.
    pub(super) moved_to: Option<String>,
}

impl Refusal<'_> {
    pub(super) fn in_chinese(&self) -> String {
        let (out, from, source) = (&self.out, shown(&self.refused.from), &self.refused.source);
        let cause = match self.new_name() {
            None => format!("{from} 不能读取"),
            Some(to) => format!("{from} 不能改名为“{to}”"),
        };
        let new = self.new.as_ref().map_or_else(String::new, |new| format!("；新的结果在 {new}"));
        let old = self.moved_to.as_ref().map_or_else(
            || "原来的结果没有变动".to_owned(),
            |moved_to| format!("原来的结果暂时在 {moved_to}，下次运行时放回原处"),
        );
        format!(
            "{out} 不能替换：{cause}（{source}）。请先关闭其中已在 Excel、WPS、Word 里打开的文件和打开着它的窗口，再运行一次；\
             如果它本身是一个磁盘或共享文件夹，请换一个输出文件夹{new}；{old}"
        )
    }

    pub(super) fn in_english(&self) -> String {
        let (out, from, source) = (&self.out, shown(&self.refused.from), &self.refused.source);
        let cause = match self.new_name() {
            None => format!("{from} cannot be read"),
            Some(to) => format!("{from} cannot be renamed to {to}"),
        };
        let new = self.new.as_ref().map_or_else(String::new, |new| format!("; the new outputs are in {new}"));
        let old = self.moved_to.as_ref().map_or_else(
            || "the old outputs are as they were".to_owned(),
            |moved_to| format!("the old outputs are in {moved_to} until the next run puts them back"),
        );
        format!(
            "{out} cannot be replaced: {cause} ({source}). Close the files in it that are open in Excel, WPS or Word and \
             the windows that show it, then run again; if it is itself a disk or a share, choose another output \
             folder{new}; {old}"
        )
    }

    /// Returns the new name that was refused, or `None` if the folder could not be read at all.
    fn new_name(&self) -> Option<String> {
        let is_rename = self.refused.from != self.refused.to;
        is_rename.then(|| self.refused.to.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }
}
