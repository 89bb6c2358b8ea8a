//! Claims in a report's prose: a number of something, or that there was none.
//!
//! A claim is read only if every word before its number, back to the last comma, is in the vocabulary; an unknown
//! qualifier prevents a claim. Numbers of a part of the year, of one channel or of another body are not claims of the
//! report.

mod against;
mod claim_words;
mod denial;
mod number;
mod prose;
mod sentence;

use std::ops::Range;

use rust_decimal::Decimal;

use crate::corpus::{Corpus, RunYear};
use crate::error::Result;
use crate::place::Place;
use crate::submission::{Name, years};
use claim_words::ends;
pub(super) use claim_words::{BodyWords, ClaimSubject, ClaimWords, has_any, starts, without_end, without_start};
pub(super) use number::{Count, counts};
pub(super) use prose::{Prose, is_covered_in_words, prose};
pub(super) use sentence::{Sentence, sentences};

/// Maximum length, in characters, of a heading before a paragraph or at its start.
const HEADING: usize = 20;

/// A claim in words.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each qualifies the claim on its own")]
pub(super) struct Claim {
    /// Its subject.
    pub(super) subject: &'static ClaimSubject,
    /// Its number; zero if the text says that there was none.
    pub(super) value: Decimal,
    /// The number of decimal places as written, in the unit of the form.
    pub(super) decimals: u32,
    /// The year it is about, if one precedes it in the sentence.
    pub(super) year: Option<u16>,
    /// The sentence, shortened, in quotation marks.
    pub(super) quote: String,
    /// The cell of the sentence in a workbook.
    pub(super) place: Option<Place>,
    /// Whether that year is alone at the start of a clause, not part of a name.
    pub(super) leads: bool,
    /// Whether the paragraph mentions the report's year, or no year.
    pub(super) of_this_year: bool,
    /// Whether the sentence states a plan or a comparison.
    pub(super) is_plan: bool,
    /// Whether it is about a part of the year, a channel or another body.
    pub(super) is_partial: bool,
}

/// The context of a sentence in a report.
struct Setting<'a> {
    words: &'static ClaimWords,
    section: Option<&'a str>,
    place: Option<&'a Place>,
    year: RunYear,
    names: &'a [String],
    /// Whether the paragraph's beginning is about applications.
    applications: bool,
    /// Whether the paragraph mentions the report's year, or no year.
    of_this_year: bool,
}

/// The current topic, carried from clause to clause.
#[derive(Debug, Clone, Default)]
struct ClaimTopic {
    of: Option<&'static str>,
    narrowed: bool,
    /// Whether a list of parts has begun.
    in_list: bool,
    received: bool,
}

/// Returns all claims in the prose of a submission.
///
/// # Errors
/// `Error::Data` if the data file is malformed, which a test rules out.
pub(super) fn claims(corpus: &Corpus, entry: usize) -> Result<Vec<Claim>> {
    let words = ClaimWords::official()?;
    if !is_worded(corpus, entry) {
        return Ok(Vec::new());
    }
    let mut names = own_names(corpus, entry);
    let unit = corpus.unit_of(&corpus.entries[entry]).map_or("", |unit| unit.name.trim_end_matches("人民政府"));
    // A county's own report is about the whole county.
    if let Some(end) = unit.chars().last().filter(|end| matches!(end, '县' | '区' | '市' | '旗')) {
        names.extend([format!("全{end}"), format!("我{end}")]);
    }
    let mut found = Vec::new();
    let mut heading = String::new();
    for paragraph in prose(&corpus.entries[entry].submission.narrative) {
        // The sections on problems and other matters may be about any year.
        if matches!(paragraph.section, Some("problems" | "other")) {
            continue;
        }
        let said: Vec<u16> = own_years(&paragraph.folded, words).into_iter().map(|(year, _)| year).collect();
        let mut beginning: String = paragraph.folded.chars().take(HEADING).collect();
        let is_numbered = beginning.starts_with('(') || without_number(&beginning).len() < beginning.len();
        if is_numbered && beginning == paragraph.folded && !beginning.contains('。') {
            heading = beginning;
            continue;
        }
        beginning.push_str(&std::mem::take(&mut heading));
        let setting = Setting {
            words,
            section: paragraph.section,
            place: paragraph.place,
            year: corpus.year,
            names: &names,
            applications: has_any(&beginning, &words.applications),
            of_this_year: said.is_empty() || said.iter().any(|year| corpus.year.is(*year)),
        };
        let mut last_year = None;
        for sentence in sentences(paragraph.text) {
            let before = found.len();
            read_numbers(&sentence, &setting, &mut found);
            denial::read(&sentence, &setting, &mut found);
            // A sentence without a year continues the one before.
            for claim in found[before..].iter_mut().filter(|claim| claim.year.is_none()) {
                claim.is_partial |= last_year.is_some_and(|year| !corpus.year.is(year));
            }
            last_year = own_years(&sentence.text, words).last().map(|(year, _)| *year).or(last_year);
        }
    }
    Ok(found)
}

/// Returns whether a submission has prose; workbooks mostly have none.
pub(super) fn is_worded(corpus: &Corpus, entry: usize) -> bool {
    !prose(&corpus.entries[entry].submission.narrative).is_empty()
}

/// Returns the names of a submission's unit, longest first.
pub(super) fn own_names(corpus: &Corpus, entry: usize) -> Vec<String> {
    let entry = &corpus.entries[entry];
    let is_own = |name: &&Name| entry.contradicting.iter().all(|other| other.origin != name.origin);
    let own = entry.submission.names.iter().filter(is_own);
    let mut names: Vec<String> = own.map(|name| name.text.clone()).collect();
    names.push(entry.name.clone());
    if let Some(unit) = corpus.unit_of(entry) {
        names.push(unit.name.clone());
        names.extend(unit.aliases.iter().cloned());
    }
    let short = |name: &String| ["人民政府", "办事处"].iter().find_map(|end| name.strip_suffix(end).map(str::to_owned));
    names.extend(names.iter().filter_map(short).collect::<Vec<_>>());
    // Titles name the county before the unit; sentences often omit it.
    let bare = |name: &String| {
        let (at, end) = name.char_indices().find(|(at, c)| *at > 0 && matches!(c, '县' | '区' | '市' | '旗'))?;
        Some([name[at..].to_owned(), name[at + end.len_utf8()..].to_owned()])
    };
    let shorter: Vec<[String; 2]> = names.iter().filter_map(bare).collect();
    if shorter.is_empty() {
        // The area of the body is unknown: it may be of a county or a district.
        names.extend(
            names.iter().flat_map(|name| ["县", "区", "旗"].map(|area| format!("{area}{name}"))).collect::<Vec<_>>(),
        );
    }
    names.extend(shorter.into_iter().flatten());
    names.retain(|name| name.chars().count() > 1);
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), name.clone()));
    names.dedup();
    names
}

/// Adds the claims of a sentence that are numbers.
fn read_numbers(sentence: &Sentence<'_>, setting: &Setting<'_>, found: &mut Vec<Claim>) {
    let words = setting.words;
    let text = sentence.text.as_str();
    let base = ClaimTopic { of: setting.applications.then_some("applications"), ..ClaimTopic::default() };
    let mut topic = base.clone();
    let mut from = 0;
    for count in counts(sentence, words) {
        let passed = &text[from..count.span.start];
        if let Some(at) = passed.rfind(';') {
            (topic.narrowed, topic.in_list) = (false, false);
            topic.in_list |= has_any(&passed[at..], &words.breakdown.begins);
        }
        topic.in_list |= has_any(passed, &words.breakdown.begins) && !passed.contains(';');
        let start = start_of_clause(text, from, count.span.start);
        let head = with_heading(text, start, count.span.start, words);
        let head = head.as_str();
        let tail = &text[count.span.end..];
        from = count.span.end;
        let Some(subject) = subject_of(head, tail, &count, &topic, setting, text) else {
            // A comparison does not change the topic; a number of anything else does.
            if starts(head, &words.comparing).is_none() {
                topic = ClaimTopic { of: None, ..topic };
            }
            continue;
        };
        let is_again = subject.id == "received" && topic.received;
        if (!topic.narrowed || subject.narrows) && !is_again && count.exact {
            let span = start..count.span.end;
            let mut claim = claim(sentence, &span, subject, setting);
            (claim.value, claim.decimals) = amount(&count);
            found.push(claim);
        }
        topic.of = Some(&subject.topic);
        topic.narrowed |= subject.narrows;
        topic.received |= subject.id == "received";
    }
}

/// Returns a number in the unit of the form, and the number of decimal places as written.
fn amount(count: &Count) -> (Decimal, u32) {
    if count.counter == "元" {
        return (count.value / Decimal::from(10_000), count.value.scale() + 4);
    }
    (count.value, count.value.scale())
}

/// Returns a claim of none for a part of a sentence, with its qualifiers.
fn claim(sentence: &Sentence<'_>, span: &Range<usize>, subject: &'static ClaimSubject, setting: &Setting<'_>) -> Claim {
    let before = &sentence.text[..span.end];
    let year = own_years(before, setting.words).pop();
    let stretch = before[..span.start].rfind(';').map_or(before, |at| &before[at..]);
    Claim {
        subject,
        value: Decimal::ZERO,
        decimals: 0,
        year: year.as_ref().map(|(year, _)| *year),
        leads: year.is_some_and(|(_, year)| year.start >= span.start || leads(&sentence.text[year.end..], setting)),
        quote: sentence.quote(span),
        place: setting.place.cloned(),
        of_this_year: setting.of_this_year,
        is_plan: has_any(&without_names(&sentence.text, setting), &setting.words.plans),
        is_partial: has_any(
            &without_names(&without_whole_year(stretch, setting.words), setting),
            &setting.words.scopes,
        ),
    }
}

/// Returns a text without the body's own names, which may contain any word, and without words that only look like
/// scopes.
fn without_names(text: &str, setting: &Setting<'_>) -> String {
    let mut kept = text.to_owned();
    for word in setting.names.iter().chain(&setting.words.not_scopes) {
        if kept.contains(word.as_str()) {
            kept = kept.replace(word.as_str(), "");
        }
    }
    kept
}

/// Returns a clause up to its number. If the text before a colon is a heading that says what is counted, it is put in
/// front: `行政许可:共处理600件`.
fn with_heading(text: &str, start: usize, number: usize, words: &ClaimWords) -> String {
    let before = text[..start].strip_suffix(':').unwrap_or("");
    let heading = without_number(before.rsplit([',', ';', '(', ')']).next().unwrap_or(""));
    let is_subject =
        |subject: &ClaimSubject| !subject.acts.is_empty() && subject.verbs.iter().any(|verb| verb == heading);
    let heading = if words.subjects.iter().any(is_subject) { heading } else { "" };
    format!("{heading}{}", &text[start..number])
}

/// Returns the years that a text is about, without those in comparisons, carried-over remainders and titles.
fn own_years(text: &str, words: &ClaimWords) -> Vec<(u16, Range<usize>)> {
    let is_own = |(_, span): &(u16, Range<usize>)| {
        let behind = text[span.end..].trim_start_matches('年').trim_start_matches('度');
        let before = &text[..span.start];
        let compared = words.comparisons.iter().any(|word| before.ends_with(word.as_str()));
        let carried = behind.starts_with("结转") || before.ends_with("结转");
        let is_in_title = before.rfind('《') > before.rfind('》');
        text[span.end..].starts_with('年') && !compared && !carried && !is_in_title
    };
    years(text).into_iter().filter(is_own).collect()
}

/// Returns whether a year begins a clause, given the text after it: only the body's name and fillers follow in the
/// clause.
fn leads(behind: &str, setting: &Setting<'_>) -> bool {
    let clause = behind.split([',', ';', ':', '(', ')']).next().unwrap_or("");
    let mut rest = clause;
    while let Some(shorter) = without_filler(rest, setting) {
        rest = shorter;
    }
    rest.is_empty()
}

/// Returns a text without the first and last day of the year, and without the verbs of claims.
fn without_whole_year(text: &str, words: &ClaimWords) -> String {
    let mut kept = text.replace("年1月1日", "年").replace("自1月1日", "");
    for end in ["12月31日", "12月底"] {
        kept = kept.replace(end, "");
    }
    for verb in words.subjects.iter().flat_map(|subject| &subject.verbs) {
        kept = kept.replace(verb.as_str(), "");
    }
    kept
}

/// Returns the start, in bytes, of the clause that contains a number.
fn start_of_clause(text: &str, from: usize, number: usize) -> usize {
    let part = &text[from..number];
    let at = part.rfind([',', ';', ':', '(', ')', '“', '”']);
    let start = from + at.map_or(0, |at| at + part[at..].chars().next().map_or(1, char::len_utf8));
    // “予以公开2件、部分公开1件”: the text after a number is a clause of its own.
    if from > 0 && text[start..].starts_with('、') { start + '、'.len_utf8() } else { start }
}

/// Returns the subject of a number, if all words around it are known.
fn subject_of(
    head: &str,
    tail: &str,
    count: &Count,
    topic: &ClaimTopic,
    setting: &Setting<'_>,
    sentence: &str,
) -> Option<&'static ClaimSubject> {
    let words = setting.words;
    let is_money = matches!(count.counter.as_str(), "万元" | "元");
    if !is_money && !words.case_counters.contains(&count.counter) {
        return None;
    }
    let head = said_plainly(head, setting);
    let is_of = |subject: &&ClaimSubject| {
        // If there was none of any kind, there was none of this kind.
        let about = count.value.is_zero()
            || subject.about.as_ref().is_none_or(|word| {
                sentence.contains(word.as_str())
                    || setting.section.is_some() && setting.section == subject.section.as_deref()
            });
        let within = subject.within || !topic.in_list;
        // If the subject has a verb of its own, the text after the number is about the counted items and is not
        // checked.
        let has_act = ends(without_end(&head, &words.links), &subject.acts).is_some();
        let said = if has_act { &sentence[..count.span.end] } else { sentence };
        let is_free = within && !has_any(said, &subject.never_with);
        subject.money == is_money && about && is_free && fits(&head, tail, subject, topic, setting)
    };
    words.subjects.iter().find(is_of)
}

/// Returns a clause without years; remainders of last and next year get their usual names.
fn said_plainly(head: &str, setting: &Setting<'_>) -> String {
    let mut head = head.to_owned();
    let Some(year) = setting.year.known() else { return head };
    let (last, next) = (year.saturating_sub(1), year.saturating_add(1));
    for year in ["年度", "年"] {
        head = head.replace(&format!("{last}{year}结转"), "上年结转");
        head = head
            .replace(&format!("结转{next}{year}"), "结转下年度")
            .replace(&format!("结转至{next}{year}"), "结转下年度");
    }
    let spans: Vec<Range<usize>> = years(&head).into_iter().map(|(_, span)| span).collect();
    for span in spans.into_iter().rev() {
        head.replace_range(span, "");
    }
    head.replace("1月1日", "").replace("12月31日", "")
}

/// Returns whether a clause and the text after its number state this subject and nothing else.
fn fits(head: &str, tail: &str, subject: &ClaimSubject, topic: &ClaimTopic, setting: &Setting<'_>) -> bool {
    let words = setting.words;
    let on_topic = topic.of == Some(subject.topic.as_str());
    let head = without_end(without_end(without_end(head, &words.links), &subject.acts), &words.links);
    let objects = subject.objects.as_deref().map_or(&[][..], |list| words.objects(list));
    let short = if on_topic && subject.topic == "applications" { &words.applications_short[..] } else { &[] };
    let behind = tail.split([',', ';', ':', '(', ')', '、']).next().unwrap_or("");
    let is_end = |rest: &str| rest.is_empty() || starts(rest, &words.tails).is_some();
    let object_behind = || {
        let object = without_start(behind, &words.askers);
        let named = starts(object, objects).or_else(|| starts(object, short));
        named.is_some_and(|(_, rest)| is_end(rest))
    };
    let object = ends(head, objects).or_else(|| ends(head, short));
    let has_object = object.is_some() && is_end(behind) || object.is_none() && !objects.is_empty() && object_behind();
    if !has_object && !is_end(behind) {
        return false;
    }
    let is_whole = has_object || objects.is_empty() && !subject.by_topic || subject.by_topic && on_topic;
    if !is_whole {
        return false;
    }
    let rest = object.map_or(head, |(_, rest)| without_end(without_end(rest, &words.askers), &words.links));
    let before = match ends(rest, &subject.verbs) {
        Some((_, before)) => before,
        None if subject.bare && has_object => rest,
        None => return false,
    };
    is_filler(before, subject, setting)
}

/// Returns whether the text before a claim leaves its meaning unchanged.
fn is_filler(before: &str, subject: &ClaimSubject, setting: &Setting<'_>) -> bool {
    if before.contains("其中") && !subject.within {
        return false;
    }
    let mut rest = without_number(before);
    loop {
        let about = subject.about.as_ref().and(starts(rest, &setting.words.denial.within));
        match without_filler(rest, setting).or(about.map(|(_, rest)| rest)) {
            Some(shorter) => rest = shorter,
            None => return rest.is_empty(),
        }
    }
}

/// Strips the body's name or a filler word from the start of a text.
fn without_filler<'a>(text: &'a str, setting: &Setting<'_>) -> Option<&'a str> {
    let without_name = setting.names.iter().find_map(|name| text.strip_prefix(name.as_str()));
    without_name.or(starts(text, &setting.words.fillers).map(|(_, rest)| rest))
}

/// Strips the ordinal from the start of a clause: `1.`, `二、`.
fn without_number(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    if rest.len() == text.len() { text } else { rest.strip_prefix(['.', '、']).unwrap_or(text) }
}

#[cfg(test)]
mod tests;
