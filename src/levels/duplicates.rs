//! Selection of outputs so that each figure counts once: several runs of one body and year, and roll-ups that include
//! other inputs.

use std::collections::{BTreeMap, BTreeSet};

use super::level_finding::{LevelFinding, TWICE};
use super::output_manifest::CountedRun;
use super::placement::PlacedOutput;
use super::same_submissions::same_submissions;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::message::Message;

/// A body's path and a year.
type BodyKey = (String, u16);

/// The outputs that are added up, and the findings on the others.
#[derive(Debug, Default)]
pub struct CountedOutputs {
    /// The outputs that count.
    pub outputs: Vec<PlacedOutput>,
    /// Runs that do not count and leave a gap where they lie: different runs of one body and year, and copies of a run
    /// in the place of another body.
    pub left_out: Vec<PlacedOutput>,
    /// Findings on outputs that do not count.
    pub findings: Vec<LevelFinding>,
}

impl CountedOutputs {
    /// Decides which outputs count, so that no figure counts twice.
    ///
    /// Of several runs with the same data one counts; of different runs of the same body and year none does. If all
    /// runs of a roll-up are inputs themselves, the roll-up is left out, since the runs have more detail. If only some
    /// of them are, and unchanged, these runs are left out.
    ///
    /// # Errors
    /// `Error::Given` for a roll-up that includes another version of a run that is also an input, or that another
    /// roll-up includes: it is not certain which one is right.
    pub fn choose(outputs: Vec<PlacedOutput>) -> Result<Self> {
        let (rollups, runs): (Vec<_>, Vec<_>) = outputs.into_iter().partition(PlacedOutput::is_rollup);
        let mut chosen = Self::default();
        let runs = chosen.without_misplaced(runs);
        chosen.take_runs(runs);
        for rollup in rollups {
            chosen.take_rollup(rollup)?;
        }
        chosen.outputs.sort_by(|a, b| (a.folder.argument, &a.folder.file).cmp(&(b.folder.argument, &b.folder.file)));
        Ok(chosen)
    }

    /// Leaves out the runs over the same submissions as a run of another body. If only one body is the one that these
    /// runs state, its runs stay.
    fn without_misplaced(&mut self, runs: Vec<PlacedOutput>) -> Vec<PlacedOutput> {
        let mut misplaced = BTreeSet::new();
        for group in same_submissions(&runs) {
            let members: Vec<&PlacedOutput> = group.iter().map(|at| &runs[*at]).collect();
            if members.iter().all(|run| run.path == members[0].path) {
                continue;
            }
            let own = stated_path(&members);
            for (at, run) in group.iter().zip(&members).filter(|(_, run)| Some(run.path.as_slice()) != own) {
                let others: Vec<_> = members.iter().copied().filter(|other| other.path != run.path).collect();
                let CountedRun { body_path, year, .. } = &run.runs[0];
                self.say(Severity::MustFix, run, misplaced_message(&others, own), (body_path, *year));
                misplaced.insert(*at);
            }
        }
        let runs = runs.into_iter().enumerate();
        let (left_out, right): (Vec<_>, Vec<_>) = runs.partition(|(at, _)| misplaced.contains(at));
        self.left_out.extend(left_out.into_iter().map(|(_, run)| run));
        right.into_iter().map(|(_, run)| run).collect()
    }

    fn take_runs(&mut self, runs: Vec<PlacedOutput>) {
        let mut by_key: BTreeMap<BodyKey, Vec<PlacedOutput>> = BTreeMap::new();
        for run in runs {
            by_key.entry(key(&run.runs[0])).or_default().push(run);
        }
        for ((body_path, year), mut same) in by_key {
            let is_one = same[1..].iter().all(|run| run.manifest.has_same_data(&same[0].manifest));
            let (first, others) = (same[0].folder.file.clone(), same.len() - 1);
            if is_one {
                for copy in same.drain(1..) {
                    let message = Message::new(
                        format!("与“{first}”的数据相同，只计一次"),
                        format!("its data are those of “{first}”, which counts once"),
                    );
                    self.say(Severity::Note, &copy, message, (&body_path, year));
                }
                self.outputs.extend(same);
                continue;
            }
            // Two arguments of one name have equal names of files.
            let is_clear = same.iter().map(|run| &run.folder.file).collect::<BTreeSet<_>>().len() == same.len();
            let name = |run: &PlacedOutput| match (is_clear, &run.folder) {
                (true, folder) => format!("“{}”", folder.file),
                (false, folder) => format!("“{}”", folder.path.display()),
            };
            let files: Vec<String> = same.iter().map(name).collect();
            let message = Message::new(
                format!(
                    "同一地区同一年度有{}份不同的结果，无法确定以哪份为准，均未计入；请只留一份后重新合并：{}",
                    others + 1,
                    files.join("、")
                ),
                format!(
                    "{} differing outputs are of one body and year; none is added up; keep one and roll up again: {}",
                    others + 1,
                    files.join(", ")
                ),
            );
            self.say(Severity::MustFix, &same[0], message, (&body_path, year));
            self.left_out.extend(same);
        }
    }

    fn take_rollup(&mut self, rollup: PlacedOutput) -> Result<()> {
        // Of each body and year: the digest of its manifest, and whether the run itself is given.
        let given: BTreeMap<BodyKey, (String, bool)> = self
            .outputs
            .iter()
            .chain(&self.left_out)
            .flat_map(|output| output.runs.iter().map(|run| (run, !output.is_rollup())))
            .map(|(run, is_itself)| (key(run), (run.manifest.clone(), is_itself)))
            .collect();
        let digests: BTreeSet<&String> = given.values().map(|(digest, _)| digest).collect();
        let is_given = |run: &CountedRun| given.contains_key(&key(run)) || digests.contains(&run.manifest);
        // A run that is given itself is in its newest state. Of two roll-ups either may be the older one.
        let is_certain = |run: &CountedRun| {
            given.get(&key(run)).is_some_and(|(_, is_itself)| *is_itself) || digests.contains(&run.manifest)
        };
        let overlap: Vec<&CountedRun> = rollup.runs.iter().filter(|run| is_given(run)).collect();
        let uncertain = overlap.iter().find(|run| !digests.contains(&run.manifest)).or(overlap.first()).copied();
        let whole = (&rollup.path.join("/"), rollup.manifest.year.unwrap_or_default());
        if overlap.is_empty() {
            self.outputs.push(rollup);
        } else if overlap.len() == rollup.runs.len() && overlap.iter().all(|run| is_certain(run)) {
            let message = Message::new(
                format!("其中{}份结果均已另行给出，按各份结果计，这份合并汇总未计入", overlap.len()),
                format!("all of its {} outputs are given themselves; this roll-up is not added up", overlap.len()),
            );
            self.say(Severity::Note, &rollup, message, whole);
        } else if overlap.iter().all(|run| digests.contains(&run.manifest)) {
            let held: BTreeSet<&String> = rollup.runs.iter().map(|run| &run.manifest).collect();
            let is_held = |output: &PlacedOutput| output.runs.iter().all(|run| held.contains(&run.manifest));
            if !self
                .outputs
                .iter()
                .filter(|output| output.runs.iter().any(|run| held.contains(&run.manifest)))
                .all(is_held)
            {
                return Err(overlapping(&rollup, uncertain));
            }
            let (inner, outer): (Vec<_>, Vec<_>) = std::mem::take(&mut self.outputs).into_iter().partition(is_held);
            self.outputs = outer;
            let message = Message::new(
                format!("其中{}份结果又单独给出，数据未变，只按这份合并汇总计一次", inner.len()),
                format!("{} of its outputs are given again unchanged; they count in this roll-up alone", inner.len()),
            );
            self.say(Severity::Note, &rollup, message, whole);
            self.outputs.push(rollup);
        } else {
            return Err(overlapping(&rollup, uncertain));
        }
        Ok(())
    }

    fn say(&mut self, severity: Severity, output: &PlacedOutput, message: Message, (body_path, year): (&String, u16)) {
        let finding = LevelFinding::about_output(TWICE, severity, &output.folder.file, message);
        self.findings.push(finding.of(body_path.clone(), Some(year).filter(|year| *year > 0)));
    }
}

fn key(run: &CountedRun) -> BodyKey {
    (run.body_path.clone(), run.year)
}

/// Returns the path of the body that some of these runs over the same submissions state and have; `None` unless it is
/// one alone.
fn stated_path<'a>(runs: &[&'a PlacedOutput]) -> Option<&'a [String]> {
    let stated = runs.iter().filter(|run| run.is_where_it_states());
    let paths: BTreeSet<&[String]> = stated.map(|run| run.path.as_slice()).collect();
    paths.first().copied().filter(|_| paths.len() == 1)
}

/// Returns the message on a run over the submissions of other runs. `own` is the body that these runs state, if they
/// state one alone.
fn misplaced_message(others: &[&PlacedOutput], own: Option<&[String]>) -> Message {
    let files: Vec<String> = others.iter().map(|other| format!("“{}”", other.folder.file)).collect();
    if let Some(own) = own {
        let (files, body) = (files.join("、"), own.join("/"));
        return Message::new(
            format!(
                "与{files}汇总的是同一批报送文件，只在“{body}”计入；这里放错了，请换成这个地区自己的结果后重新合并"
            ),
            format!(
                "it is a run over the same submissions as {files}, which counts for “{body}”; replace it with this \
                 body's own outputs and roll up again"
            ),
        );
    }
    let files = files.join("、");
    Message::new(
        format!("与{files}汇总的是同一批报送文件，无法确定是哪个地区的，均未计入；请只留放对的一份后重新合并"),
        format!(
            "it is a run over the same submissions as {files}; it is not certain whose they are, so none is added up: \
             keep the right one and roll up again"
        ),
    )
}

fn overlapping(rollup: &PlacedOutput, run: Option<&CountedRun>) -> Error {
    let (body_path, year) = run.map(|run| (run.body_path.as_str(), run.year)).unwrap_or_default();
    Error::Given {
        file: rollup.folder.file.clone(),
        why: Message::new(
            format!(
                "这份合并汇总中的“{body_path}”{year}年度又另行给出，且内容不同，会重复计算；请去掉其中之一或重新合并"
            ),
            format!(
                "it holds “{body_path}” of {year}, which is given beside it in another state; leave one of them out"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::levels::output_manifest::OutputManifest;
    use crate::source::OutputFolder;

    fn run(body: &str, manifest: &str) -> CountedRun {
        CountedRun { body_path: format!("省/{body}"), year: 2024, manifest: manifest.to_owned() }
    }

    /// Returns an output. The first character of its first manifest names its data and its submissions.
    fn output(file: &str, runs: &[CountedRun], is_rollup: bool) -> PlacedOutput {
        let digest = |name: &str| format!("{{\"path\":\"data/{name}\",\"sha256\":\"{}\"}}", &runs[0].manifest[..1]);
        let text = format!(
            r#"{{"version":"{}","year":2024,"command":{},"counts":{{"units_expected":1,"units_received":1}},"inputs":[{{"sha256":"{:0<64}"}}],"outputs":[{},{},{}]}}"#,
            env!("CARGO_PKG_VERSION"),
            if is_rollup { "\"rollup\"" } else { "null" },
            &runs[0].manifest[..1],
            digest("units.csv"),
            digest("totals.csv"),
            digest("facts.csv")
        );
        let manifest = OutputManifest::parse(text.as_bytes()).expect("a manifest");
        let folder = OutputFolder {
            path: file.into(),
            home: file.into(),
            file: file.to_owned(),
            argument: 0,
            is_argument: false,
            folders: Vec::new(),
            manifest: None,
        };
        let path = if is_rollup { "省" } else { &runs[0].body_path }.split('/').map(str::to_owned).collect();
        PlacedOutput { folder, manifest, path, runs: runs.to_vec() }
    }

    fn counted(outputs: Vec<PlacedOutput>) -> (Vec<String>, usize) {
        let chosen = CountedOutputs::choose(outputs).expect("a choice");
        (chosen.outputs.into_iter().map(|output| output.folder.file).collect(), chosen.findings.len())
    }

    #[test]
    fn no_run_counts_twice() {
        let a = || output("a", &[run("甲", "1a")], false);
        let copy = || output("b", &[run("甲", "1b")], false);
        let other = || output("c", &[run("甲", "2c")], false);
        assert_eq!(counted(vec![a(), copy()]), (vec!["a".to_owned()], 1));
        assert_eq!(counted(vec![a(), other()]), (Vec::new(), 1));
    }

    #[test]
    fn a_rollup_and_its_parts_count_once_or_are_refused() {
        let a = || output("a", &[run("甲", "1a")], false);
        let b = || output("b", &[run("乙", "2b")], false);
        let rollup = || output("r", &[run("甲", "1a"), run("乙", "2b")], true);
        assert_eq!(counted(vec![a(), b(), rollup()]), (vec!["a".to_owned(), "b".to_owned()], 1));
        assert_eq!(counted(vec![a(), rollup()]), (vec!["r".to_owned()], 1));
        let changed = output("a", &[run("甲", "3z")], false);
        assert!(matches!(CountedOutputs::choose(vec![changed, rollup()]), Err(Error::Given { .. })));
    }

    #[test]
    fn runs_over_the_submissions_of_another_body_are_left_out_unless_they_state_where_they_belong() {
        let chosen = |county: Option<&str>| {
            let mut a = output("a", &[run("甲", "1a")], false);
            let mut b = output("b", &[run("乙", "1b")], false);
            for output in [&mut a, &mut b] {
                output.manifest.county = county.map(str::to_owned);
            }
            CountedOutputs::choose(vec![a, b]).expect("a choice")
        };
        let files = |outputs: &[PlacedOutput]| outputs.iter().map(|o| o.folder.file.clone()).collect::<Vec<_>>();
        let unknown = chosen(None);
        assert_eq!((files(&unknown.outputs), files(&unknown.left_out).len()), (Vec::new(), 2));
        assert!(unknown.findings.iter().all(|finding| finding.severity == Severity::MustFix));
        let known = chosen(Some("乙"));
        assert_eq!((files(&known.outputs), files(&known.left_out)), (vec!["b".to_owned()], vec!["a".to_owned()]));
    }

    #[test]
    fn two_rollups_of_one_body_in_two_states_are_refused_and_in_one_state_count_once() {
        let first = || output("r", &[run("甲", "1a"), run("乙", "1b")], true);
        let newer = output("s", &[run("甲", "2a"), run("乙", "2b")], true);
        assert!(matches!(CountedOutputs::choose(vec![first(), newer]), Err(Error::Given { .. })));
        let part = output("s", &[run("甲", "1a")], true);
        assert_eq!(counted(vec![first(), part]), (vec!["r".to_owned()], 1));
    }
}
