//! Clauses that say that there was none: `未收到政府信息公开申请`, `未发生行政复议、行政诉讼`.

use super::claim_words::{ClaimSubject, ClaimWords, starts, without_start};
use super::{Claim, Sentence, Setting, claim, counts, is_filler, said_plainly};

/// Subjects that can be denied: the subject's id and the name of its list of objects.
const DENIED: [(&str, &str); 2] = [("reviews", "reviews"), ("suits", "suits")];

/// Adds the claims of a sentence that say there was none.
pub(super) fn read(sentence: &Sentence<'_>, setting: &Setting<'_>, found: &mut Vec<Claim>) {
    let text = sentence.text.as_str();
    // “未收到书面申请，网上收到3件” denies only one kind of application.
    let some = counts(sentence, setting.words).iter().any(|count| !count.value.is_zero()) && text.contains("申请");
    let mut start = 0;
    for clause in text.split([',', ';', ':']) {
        let span = start..start + clause.len();
        start = span.end + 1;
        for subject in denied(&said_plainly(clause, setting), setting) {
            let mut claim = claim(sentence, &span, subject, setting);
            claim.is_partial |= some && subject.id == "received";
            found.push(claim);
        }
    }
}

/// Returns the subjects that a clause denies; none if any word of the clause is unknown.
fn denied(clause: &str, setting: &Setting<'_>) -> Vec<&'static ClaimSubject> {
    let words = setting.words;
    let negated = words.denial.negators.iter().filter_map(|word| clause.find(word.as_str()).map(|at| (at, word)));
    let Some((at, negator)) = negated.min_by_key(|(at, word)| (*at, std::cmp::Reverse(word.len()))) else {
        return Vec::new();
    };
    let (before, behind) = (&clause[..at], &clause[at + negator.len()..]);
    let behind = without_start(behind, &words.denial.verbs);
    let subjects = parts(behind, setting);
    let is_plain = |subject: &&ClaimSubject| is_filler(before, subject, setting);
    if subjects.iter().all(is_plain) { subjects } else { Vec::new() }
}

/// Returns the subjects named after a negation; none if any word of the text is unknown.
fn parts(text: &str, setting: &Setting<'_>) -> Vec<&'static ClaimSubject> {
    let words = setting.words;
    let is_dispute = DENIED.iter().any(|(_, list)| words.objects(list).iter().any(|name| text.contains(name.as_str())));
    let known = if is_dispute { disputes(text, words) } else { applications(text, setting) };
    known
        .map(|ids| words.subjects.iter().filter(|subject| ids.contains(&subject.id.as_str())).collect())
        .unwrap_or_default()
}

fn applications(text: &str, setting: &Setting<'_>) -> Option<Vec<&'static str>> {
    let words = setting.words;
    let named = without_start(text, &words.askers);
    let short = if setting.applications { &words.applications_short[..] } else { &[] };
    let (_, rest) = starts(named, &words.applications).or_else(|| starts(named, short))?;
    without_start(rest, &words.denial.ends).is_empty().then(|| vec!["received"])
}

/// Returns the ids of reviews, lawsuits or both; `None` if the text has other words than those that do not qualify
/// them.
fn disputes(text: &str, words: &ClaimWords) -> Option<Vec<&'static str>> {
    let mut named = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let object =
            DENIED.iter().find_map(|(id, list)| starts(rest, words.objects(list)).map(|(_, rest)| (*id, rest)));
        if let Some((id, behind)) = object {
            named.push(id);
            rest = behind;
            continue;
        }
        let filler = [&words.denial.joiners, &words.denial.within, &words.denial.ends, &words.applications];
        rest = filler.into_iter().find_map(|list| starts(rest, list).map(|(_, behind)| behind))?;
    }
    Some(named)
}
