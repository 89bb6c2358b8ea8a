//! Answers in returned letters, assigned to their findings. An answer that is not certain to belong to its finding is
//! not used.

use std::collections::BTreeMap;

use super::{Name, Outcome};
use crate::finding::{Answer, Finding};
use crate::message::Message;
use crate::replies::{Reply, ReplyAnswer};
use crate::spelling::key;

/// A unit's answer to a finding, from a returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAnswer {
    /// The id of the finding.
    pub finding: String,
    /// The text.
    pub text: String,
    /// The letter, relative to its input.
    pub file: String,
}

impl Outcome {
    /// Assigns the answers to their findings, in the order of the letters' files.
    pub(super) fn take_replies(&mut self, replies: Vec<Reply>) {
        let ids: BTreeMap<String, usize> =
            self.names.iter().enumerate().map(|(at, name)| (name.id.clone(), at)).collect();
        for reply in replies {
            if let Err(why) = self.check_reply(&reply) {
                self.reply_remarks.push(why.about(format!("“{}”", reply.file)));
                continue;
            }
            let mut refused = 0;
            for answer in &reply.answers {
                let Some(at) = ids.get(&answer.finding) else { continue };
                if is_same_question(answer, &self.findings[*at], &self.names[*at]) {
                    let (finding, text) = (answer.finding.clone(), answer.text.clone());
                    self.answers.push(TakenAnswer { finding, text, file: reply.file.clone() });
                } else {
                    refused += 1;
                }
            }
            if refused > 0 {
                let why = Message::new(
                    format!("其中{refused}条答复所答的数字或问题与现在的不同，未采用，请核对"),
                    format!(
                        "{refused} answers are about other figures or problems than those of now and are not taken"
                    ),
                );
                self.reply_remarks.push(why.about(format!("“{}”", reply.file)));
            }
        }
        self.show_answers(&ids);
    }

    /// Shows the answers to findings on which the office has not decided yet.
    fn show_answers(&mut self, ids: &BTreeMap<String, usize>) {
        for answer in &self.answers {
            let Some(name) = ids.get(&answer.finding).map(|at| &mut self.names[*at]) else { continue };
            if name.answer == Answer::Open && name.explanation.is_empty() {
                name.explanation.clone_from(&answer.text);
            }
        }
    }

    /// Checks that a letter's unit is on the roster and named in it, and that it is of the run's year.
    fn check_reply(&self, reply: &Reply) -> Result<(), Message> {
        let unit = self.corpus.units.iter().find(|unit| unit.id == reply.mark.unit).ok_or_else(|| {
            Message::new(
                "名册上没有这份通知所发的单位，其中的答复未采用",
                "the unit it was sent to is not on the roster; nothing is taken",
            )
        })?;
        if !reply.head.contains(&key(&unit.name)) {
            let name = &unit.name;
            return Err(Message::new(
                format!("这份通知原是发给{name}的，现在写的是别的单位，其中的答复未采用，请核对"),
                format!("it was sent to “{name}” and names another unit now; nothing is taken"),
            ));
        }
        if reply.mark.year != self.corpus.year.field() {
            return Err(Message::new(
                "这是另一年度的通知，其中的答复未采用",
                "it is of another year; nothing is taken",
            ));
        }
        Ok(())
    }
}

/// Returns whether an answer is about the finding in its present state: the same figures, and the same message in the
/// row.
fn is_same_question(answer: &ReplyAnswer, finding: &Finding, name: &Name) -> bool {
    answer.fingerprint == name.fingerprint && answer.row.contains(&key(&finding.message.zh))
}
