//! Files protected by a password.

use super::{Check, Rule};
use crate::corpus::Corpus;
use crate::document::Unreadable;
use crate::error::Result;
use crate::finding::{Code, Finding, Severity};
use crate::submission::Content;

pub(super) const RULE: Rule = Rule {
    code: Code::new("F02"),
    name: "password",
    title: "文件有密码",
    severity: Severity::MustFix,
    page: include_str!("f02_password.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus) -> Result<Vec<Finding>> {
    let locked =
        |at: &usize| matches!(corpus.entries[*at].submission.content, Content::Unreadable(Unreadable::Password(_)));
    let finding = |at: usize| {
        RULE.on_entry(corpus, at)
            .saying("文件有密码，无法打开，请取消密码后报送。", "the file needs a password; send it without one")
    };
    Ok((0..corpus.entries.len()).filter(locked).map(finding).collect())
}
