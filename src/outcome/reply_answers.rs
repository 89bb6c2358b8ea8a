//! Answers in returned letters, assigned to their findings. An answer that is not certain to belong to its finding is
//! not used, and the office is asked.

use super::finding_name::FindingName;
use super::{Identified, Outcome};
use crate::decisions::Explanation;
use crate::finding::Answer;
use crate::message::Message;
use crate::replies::{Reply, ReplyAnswer};
use crate::spelling::key;

/// Most characters of an added text that are shown in a remark.
const SHOWN_CHARS: usize = 40;

/// A unit's answer to a finding, from a returned letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAnswer {
    /// The id of the finding.
    pub finding: String,
    /// The text.
    pub text: String,
    /// The letter, relative to its input.
    pub file: String,
    /// The name of the letter in the workbook of decisions.
    pub letter: String,
    /// Whether the workbook of decisions has it already.
    pub is_recorded: bool,
}

/// Text in a returned letter that is the answer to no certain finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnassignedReply {
    /// The unit, by position in `Corpus::units`.
    pub unit: usize,
    /// The texts, one a line.
    pub text: String,
    /// The name of the letter in the workbook of decisions.
    pub letter: String,
}

impl Outcome {
    /// Returns whether the unit has answered a finding and the office has not decided on the answer.
    #[must_use]
    pub fn awaits_decision(&self, identified: &Identified<'_>) -> bool {
        matches!(identified.answer, Answer::Open | Answer::Lapsed)
            && self.answers.iter().any(|answer| answer.finding == identified.id)
    }

    /// Assigns the answers to their findings, in the order in which the letters came. `round` is the present round of a
    /// work folder.
    pub(super) fn take_replies(&mut self, mut replies: Vec<Reply>, round: Option<u32>) {
        replies.sort_by(|one, other| (one.round, &one.file).cmp(&(other.round, &other.file)));
        for reply in replies {
            match self.check_reply(&reply) {
                Ok(unit) => self.take_reply(&reply, unit, reply.round == round),
                Err(why) => self.reply_remarks.push(why.about(format!("“{}”", reply.file))),
            }
        }
    }

    fn take_reply(&mut self, reply: &Reply, unit: usize, is_new: bool) {
        let (mut gone, mut refused) = (0, Vec::new());
        for answer in &reply.answers {
            let Some(at) = self.finding_of(answer) else {
                gone += 1;
                continue;
            };
            let message = &self.findings[at].message.zh;
            let text = answer.full_text(message);
            let is_recorded = self.is_recorded(at, &text, reply, is_new);
            if is_same_question(answer, message, &self.names[at]) {
                self.take_answer(at, text, reply, is_recorded);
            } else if !is_recorded {
                refused.push(format!("第{}项：{}", answer.number, answer.full_text("")));
            }
        }
        let mut remarks = Vec::new();
        if gone > 0 && is_new {
            remarks.push(Message::new(
                format!("其中{gone}条答复所答的问题已不存在"),
                format!("{gone} answers are about problems that no longer exist"),
            ));
        }
        if !refused.is_empty() {
            let count = refused.len();
            remarks.push(Message::new(
                format!("其中{count}条答复所答的数字或问题与现在的不同，未采用，请核对"),
                format!("{count} answers are about other figures or problems than those of now and are not taken"),
            ));
        }
        if !reply.other_texts.is_empty() && is_new {
            let text = reply.other_texts.join("；");
            let more = if text.chars().count() > SHOWN_CHARS { "…" } else { "" };
            let shown: String = text.chars().take(SHOWN_CHARS).collect();
            remarks.push(Message::new(
                format!("“单位答复”栏以外写有“{shown}{more}”，未作为答复，请核对"),
                format!("text outside the answers is not taken: “{shown}{more}”"),
            ));
        }
        if reply.answers.is_empty() && reply.other_texts.is_empty() && is_new {
            remarks.push(Message::new(
                "“单位答复”栏没有填写，请核对有无写在别处的答复",
                "no answer is in its column; see whether there is one elsewhere",
            ));
        }
        self.reply_remarks.extend(remarks.into_iter().map(|remark| remark.about(format!("“{}”", reply.file))));
        let texts: Vec<String> = refused.into_iter().chain(reply.other_texts.iter().cloned()).collect();
        if !texts.is_empty() {
            self.unassigned_replies.push(UnassignedReply { unit, text: texts.join("\n"), letter: reply.name() });
        }
    }

    /// Records an answer. A new one reopens a finding that was decided with another explanation; if it was decided
    /// without any, this is the explanation.
    fn take_answer(&mut self, at: usize, text: String, reply: &Reply, is_recorded: bool) {
        let name = &mut self.names[at];
        if name.answer != Answer::Corrected && (!is_recorded || name.explanation.is_empty()) {
            if !name.explanation.is_empty() && matches!(name.answer, Answer::Explained | Answer::Refused) {
                name.answer = Answer::Open;
            }
            name.explanation.clone_from(&text);
        }
        let (finding, file, letter) = (name.id.clone(), reply.file.clone(), reply.name());
        self.answers.push(TakenAnswer { finding, text, file, letter, is_recorded });
    }

    /// Returns the position of the finding that an answer is about: by its id, or by its fingerprint if a unit has sent
    /// the figures again in another layout.
    fn finding_of(&self, answer: &ReplyAnswer) -> Option<usize> {
        let by_id = self.names.iter().position(|name| name.id == answer.finding);
        by_id.or_else(|| self.only_with_fingerprint(&answer.fingerprint))
    }

    /// Returns whether the workbook of decisions has an answer already: the same text, or another one that a person made
    /// of this letter's. Rows of older programs do not name the letter, and outside a work folder nothing does.
    fn is_recorded(&self, at: usize, text: &str, reply: &Reply, is_new: bool) -> bool {
        let (letter, text) = (reply.name(), key(text));
        let is_unnamed = |said: &Explanation| said.letter.is_empty() && !said.text.is_empty();
        let has = |said: &Explanation| {
            said.letter == letter
                || key(&said.text).contains(&text)
                || reply.round.is_none() && !said.text.is_empty()
                || !is_new && is_unnamed(said)
        };
        self.decisions.explanations.for_finding(&self.names[at].id).iter().any(has)
    }

    /// Returns the unit of a letter, after checking that it is on the roster and named in the letter, and that the
    /// letter is of the run's year.
    fn check_reply(&self, reply: &Reply) -> Result<usize, Message> {
        let unit = self.corpus.units.iter().position(|unit| unit.id == reply.mark.unit).ok_or_else(|| {
            Message::new(
                "名册上没有这份通知所发的单位，其中的答复未采用",
                "the unit it was sent to is not on the roster; nothing is taken",
            )
        })?;
        let name = &self.corpus.units[unit].name;
        if !reply.head.contains(&key(name)) {
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
        Ok(unit)
    }
}

/// Returns whether an answer is about the finding in its present state: the same figures, and the same message in the
/// row.
fn is_same_question(answer: &ReplyAnswer, message: &str, name: &FindingName) -> bool {
    // The message names cells, which differ if the figures came again in another layout.
    let is_moved = answer.finding != name.id;
    name.question().is_fingerprint(&answer.fingerprint) && (is_moved || answer.row.contains(&key(message)))
}
