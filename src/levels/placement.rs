//! Place of each output folder among the levels: by the folders above it, or by a list of levels.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::level_finding::{LevelFinding, NO_YEAR, NOT_LISTED, UNREADABLE};
use super::level_list::LevelList;
use super::output_manifest::{CountedRun, OutputManifest, damaged};
use crate::finding::Severity;
use crate::form::Forms;
use crate::message::Message;
use crate::source::{OutputFolder, folder_name, parent_name};
use crate::spelling::key;
use crate::submission::years;

/// Name of the root if several arguments are added up and no name is given.
const WHOLE: &str = "合计";

/// An output folder with its place.
#[derive(Debug, Clone)]
pub struct PlacedOutput {
    /// The folder.
    pub folder: OutputFolder,
    /// Its manifest.
    pub manifest: OutputManifest,
    /// The names from the root down to its body.
    pub path: Vec<String>,
    /// The runs that it counts: itself, or those of a roll-up.
    pub runs: Vec<CountedRun>,
}

impl PlacedOutput {
    /// Returns whether it is the output of a roll-up.
    #[must_use]
    pub fn is_rollup(&self) -> bool {
        self.manifest.runs.is_some()
    }

    /// Returns whether its place has the name that the run states for its county.
    pub(super) fn is_where_it_states(&self) -> bool {
        let place = self.path.last().map(|name| key(name));
        self.manifest.county.as_deref().is_some_and(|county| place == Some(key(county)))
    }

    /// Returns the path of a body of a roll-up with its root at this output's body.
    #[must_use]
    pub fn path_below(&self, body_path: &str) -> Vec<String> {
        let below = body_path.split('/').skip(1).map(str::to_owned);
        self.path.iter().cloned().chain(below).collect()
    }
}

/// An output folder in the place of a body with a manifest that is missing, damaged or without a year.
#[derive(Debug, Clone)]
pub struct UnreadOutput {
    /// The names from the root down to its body.
    pub path: Vec<String>,
    /// The year in the name of the folder.
    pub year: Option<u16>,
    /// The finding on it.
    pub finding: LevelFinding,
}

impl UnreadOutput {
    /// Returns whether it is the damaged output of a body in a year, which must be mended.
    pub(super) fn is_damaged_in(&self, path: &[String], year: u16) -> bool {
        self.finding.severity == Severity::MustFix && self.year == Some(year) && self.path == path
    }
}

/// The placed output folders.
#[derive(Debug, Default)]
pub struct Placement {
    /// The name of the root.
    pub root: String,
    /// The folders, in the order in which they were found.
    pub outputs: Vec<PlacedOutput>,
    /// The folders of a body that are not read.
    pub unread: Vec<UnreadOutput>,
    /// Findings on folders without a place, and on places that contradict what a run states.
    pub findings: Vec<LevelFinding>,
    /// The number of folders without a place.
    pub unplaced: usize,
}

/// The options that decide places besides the folders.
#[derive(Debug, Clone, Copy)]
pub struct PlacementOptions<'a> {
    /// The list of levels.
    pub list: Option<&'a LevelList>,
    /// The name of the root.
    pub name: Option<&'a str>,
    /// The official forms.
    pub forms: &'a Forms,
}

impl Placement {
    /// Determines the place of each folder.
    #[must_use]
    pub fn build(arguments: &[PathBuf], folders: Vec<OutputFolder>, options: PlacementOptions<'_>) -> Self {
        let mut placement = Self::default();
        let mut read = Vec::new();
        let mut unread = Vec::new();
        for folder in folders {
            match read_manifest(&folder, options.forms) {
                // The bytes of the manifests are dropped: there may be thousands, and each lists all inputs of its run.
                Ok(manifest) => read.push((OutputFolder { manifest: None, ..folder }, manifest)),
                Err(finding) => unread.push((folder, *finding)),
            }
        }
        placement.root = root(arguments, &read, options);
        let unread: Vec<_> = unread
            .into_iter()
            .map(|(folder, finding)| {
                let names = match options.list {
                    Some(list) => list.find(&candidates(&folder, None)).ok(),
                    None => names_of_unread(arguments, &folder, &read),
                };
                (names, year_in_name(&folder), finding)
            })
            .collect();
        let shared = shared_folders(arguments, &read);
        let has_top = options.list.is_some_and(|list| list.root().is_some());
        for (folder, manifest) in read {
            let names = match options.list {
                Some(list) => list.find(&candidates(&folder, manifest.county.as_deref())),
                None => Ok(names_by_folder(arguments, &folder, &manifest, (&placement.root, &shared))),
            };
            match names {
                Ok(names) => {
                    let elsewhere = options.list.and_then(|list| listed_elsewhere(list, &manifest, &names));
                    placement.push(folder, manifest, names, has_top);
                    placement.findings.extend(elsewhere.zip(placement.outputs.last()).map(|(message, output)| {
                        LevelFinding::about_output(NOT_LISTED, Severity::MustExplain, &output.folder.file, message)
                            .of(output.path.join("/"), None)
                    }));
                }
                Err(why) => {
                    let finding =
                        LevelFinding::about_output(NOT_LISTED, Severity::MustFix, &folder.file, left_out(&why));
                    placement.push_unplaced(finding);
                }
            }
        }
        for (names, year, finding) in unread {
            placement.push_unread(names, has_top, year, finding);
        }
        placement
    }

    fn push_unplaced(&mut self, finding: LevelFinding) {
        self.unplaced += 1;
        self.findings.push(finding);
    }

    /// Adds a folder that is not read. It has no place if the body is unknown, or if it lies beside the folders of the
    /// bodies below, where it may be of any of them.
    fn push_unread(&mut self, names: Option<Vec<String>>, has_top: bool, year: Option<u16>, finding: LevelFinding) {
        let Some(path) = names.map(|names| self.path_of(names, has_top)) else {
            return self.push_unplaced(finding);
        };
        let finding = finding.of(path.join("/"), year);
        let is_above = |output: &PlacedOutput| output.path.len() > path.len() && output.path.starts_with(&path);
        if self.outputs.iter().any(is_above) {
            return self.push_unplaced(finding);
        }
        self.unread.push(UnreadOutput { path, year, finding });
    }

    /// Returns the path of a body; with `has_top` the first of its names is that of the root.
    fn path_of(&self, names: Vec<String>, has_top: bool) -> Vec<String> {
        std::iter::once(self.root.clone()).chain(names.into_iter().skip(usize::from(has_top))).collect()
    }

    /// Adds a folder; with `has_top` the first of its names is that of the root.
    fn push(&mut self, folder: OutputFolder, manifest: OutputManifest, names: Vec<String>, has_top: bool) {
        let path = self.path_of(names, has_top);
        if let (Some(place), Some(county), None) = (path[1..].last(), &manifest.county, &manifest.runs)
            && contradicts(place, county)
        {
            let message = Message::new(
                format!("放在“{place}”的位置，汇总时写的地区却是“{county}”；已计入“{place}”，放错了请换掉后重新合并"),
                format!("it lies in the place of “{place}”, but its run states “{county}”; it counts for “{place}”"),
            );
            let finding = LevelFinding::about_output(NOT_LISTED, Severity::MustExplain, &folder.file, message);
            self.findings.push(finding.of(path.join("/"), manifest.year));
        }
        let own = CountedRun {
            body_path: path.join("/"),
            year: manifest.year.unwrap_or_default(),
            manifest: manifest.sha256.clone(),
        };
        let mut output = PlacedOutput { folder, manifest, path, runs: vec![own] };
        if let Some(runs) = output.manifest.runs.clone() {
            let placed = |run: CountedRun| CountedRun { body_path: output.path_below(&run.body_path).join("/"), ..run };
            output.runs = runs.into_iter().map(placed).collect();
        }
        self.outputs.push(output);
    }
}

/// Returns the message on a roll-up with a body that the list has in another place, such as one that was merged. `names`
/// are those of the roll-up's own body on the list.
fn listed_elsewhere(list: &LevelList, manifest: &OutputManifest, names: &[String]) -> Option<Message> {
    manifest.runs.as_ref()?.iter().find_map(|run| {
        let below: Vec<String> = run.body_path.split('/').skip(1).map(str::to_owned).collect();
        let whole: Vec<String> = names.iter().cloned().chain(below).collect();
        let listed = list.find(&whole.iter().rev().cloned().collect::<Vec<_>>()).ok()?;
        let (body, place) = (run.body_path.rsplit('/').next().unwrap_or_default(), listed.join("/"));
        (listed.len() > names.len() && listed != whole).then(|| {
            Message::new(
                format!("其中的“{body}”在层级表中是“{place}”，仍按这份合并汇总里的位置计；请改用各地区自己的结果合并"),
                format!(
                    "its “{body}” is “{place}” on the list; it counts in its place here; roll up the runs themselves"
                ),
            )
        })
    })
}

/// Appends to a reason that the output is not added up.
pub(super) fn left_out(why: &Message) -> Message {
    Message::new(format!("{}；未计入合计", why.zh), format!("{}; it is not added up", why.en))
}

fn read_manifest(folder: &OutputFolder, forms: &Forms) -> Result<OutputManifest, Box<LevelFinding>> {
    let fail = |rule, severity, why: &Message| {
        Box::new(LevelFinding::about_output(rule, severity, &folder.file, left_out(why)))
    };
    let bytes = folder.manifest.as_deref().ok_or_else(damaged);
    let manifest = bytes.and_then(OutputManifest::parse).map_err(|why| fail(UNREADABLE, Severity::MustFix, &why))?;
    if manifest.runs.is_some() {
        return Ok(manifest);
    }
    if manifest.year.is_none() {
        let why = Message::new(
            "这次汇总没有确定报告年度，请以 --year 指明年度后重新汇总",
            "the run has no report year; run it again with --year",
        );
        return Err(fail(NO_YEAR, Severity::MustExplain, &why));
    }
    if forms.all.iter().all(|form| form.id != manifest.form) {
        let why = Message::new("合计所用的表式不认识", "the form of its totals is not known");
        return Err(fail(UNREADABLE, Severity::MustFix, &why));
    }
    Ok(manifest)
}

/// Returns the name of the root: the given one, that of the list's only top body, that of the only argument, or a
/// default.
fn root(arguments: &[PathBuf], read: &[(OutputFolder, OutputManifest)], options: PlacementOptions<'_>) -> String {
    let of_argument = || match (arguments, read) {
        ([_], [(folder, manifest)]) if folder.is_argument => Some(own_name(folder, manifest.county.clone())),
        ([only], _) => folder_name(only),
        _ => None,
    };
    let listed = options.list.and_then(LevelList::root).map(str::to_owned);
    let given = options.name.map(str::trim).filter(|name| !name.is_empty());
    let name = given.map(str::to_owned).or(listed);
    let name = name.or_else(|| if options.list.is_some() { None } else { of_argument() });
    name.unwrap_or_else(|| WHOLE.to_owned()).replace('/', "／")
}

/// Returns whether two names are full names of different divisions. A short name or one in letters says nothing.
fn contradicts(place: &str, county: &str) -> bool {
    const KINDS: [char; 8] = ['县', '市', '区', '旗', '州', '盟', '省', '镇'];
    let stem = |name: &str| key(name).strip_suffix(KINDS).map(str::to_owned).filter(|stem| !stem.is_empty());
    let (Some(place), Some(county)) = (stem(place), stem(county)) else { return false };
    !place.contains(&county) && !county.contains(&place)
}

/// Returns the name of the body of a folder that is itself an argument.
fn own_name(folder: &OutputFolder, county: Option<String>) -> String {
    let name = county.or_else(|| parent_name(&folder.home));
    name.unwrap_or_else(|| WHOLE.to_owned()).replace('/', "／")
}

/// Returns the names that may refer to a folder's body, in order of precedence.
fn candidates(folder: &OutputFolder, county: Option<&str>) -> Vec<String> {
    let own = folder_name(&folder.home);
    let above = folder.folders.iter().rev().cloned();
    own.into_iter().chain(county.map(str::to_owned)).chain(above).collect()
}

/// Returns the folders above an output folder as levels. If there are several arguments, each argument is a level
/// itself, because bodies of the same name may be in two of them.
fn folder_levels(arguments: &[PathBuf], folder: &OutputFolder, county: Option<&String>) -> Vec<String> {
    match arguments {
        [_] => folder.folders.clone(),
        _ if folder.is_argument => vec![own_name(folder, county.cloned())],
        _ => folder_name(&arguments[folder.argument]).into_iter().chain(folder.folders.iter().cloned()).collect(),
    }
}

/// Returns the folders with outputs of several bodies side by side, by the bodies stated in the manifests.
fn shared_folders(arguments: &[PathBuf], read: &[(OutputFolder, OutputManifest)]) -> BTreeSet<Vec<String>> {
    let mut bodies: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for (folder, manifest) in read {
        if let Some(body) = &manifest.county {
            bodies.entry(folder_levels(arguments, folder, Some(body))).or_default().insert(key(body));
        }
    }
    bodies.into_iter().filter(|(_, bodies)| bodies.len() > 1).map(|(folder, _)| folder).collect()
}

/// Returns the names of an output's body below the root: the folders above it, and the body that its manifest states if
/// outputs of several bodies lie in one folder, or if the output folder itself has the body's name.
fn names_by_folder(
    arguments: &[PathBuf],
    folder: &OutputFolder,
    manifest: &OutputManifest,
    (root, shared): (&str, &BTreeSet<Vec<String>>),
) -> Vec<String> {
    let mut names = folder_levels(arguments, folder, manifest.county.as_ref());
    let is_needed = |body: &&String| shared.contains(&names) || !folder.is_argument && is_named(folder, body);
    let last = names.last().map_or(root, String::as_str);
    if let Some(body) = manifest.county.as_ref().filter(is_needed).filter(|body| key(last) != key(body)) {
        names.push(body.replace('/', "／"));
    }
    names
}

/// Returns whether an output folder itself has the name of a body.
fn is_named(folder: &OutputFolder, body: &str) -> bool {
    folder_name(&folder.home).is_some_and(|name| key(&name) == key(body))
}

/// Returns the names of the body of a folder that is not read, below the root: the folders above it, and its own name if
/// the outputs beside it have the names of their bodies. Returns `None` if outputs of several bodies lie beside it under
/// other names, so that it may be of any of them.
fn names_of_unread(
    arguments: &[PathBuf],
    folder: &OutputFolder,
    read: &[(OutputFolder, OutputManifest)],
) -> Option<Vec<String>> {
    let beside = || read.iter().filter(|(other, _)| other.home.parent() == folder.home.parent());
    let bodies: BTreeSet<String> = beside().filter_map(|(_, manifest)| manifest.county.as_deref()).map(key).collect();
    let has_own_name = |(other, manifest): &(OutputFolder, OutputManifest)| {
        manifest.county.as_ref().is_some_and(|body| is_named(other, body))
    };
    let own = folder_name(&folder.home).filter(|_| !bodies.is_empty() && beside().all(has_own_name));
    match own {
        Some(own) if folder.is_argument => Some(vec![own]),
        Some(own) => Some(folder_levels(arguments, folder, None).into_iter().chain([own]).collect()),
        None if bodies.len() > 1 => None,
        None => Some(folder_levels(arguments, folder, None)),
    }
}

/// Returns the year in the name of an output folder, or of its work folder.
fn year_in_name(folder: &OutputFolder) -> Option<u16> {
    let found = years(&folder_name(&folder.home)?);
    if let [(year, _)] = found.as_slice() { Some(*year) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(file: &str, folders: &[&str], county: Option<&str>) -> OutputFolder {
        let options = county.map_or_else(|| "{}".to_owned(), |county| format!("{{\"county\":\"{county}\"}}"));
        let version = env!("CARGO_PKG_VERSION");
        let manifest = format!(
            "{{\"program\":\"huizong\",\"version\":\"{version}\",\"year\":2024,\"form\":\"2021\",\"options\":{options},\
             \"counts\":{{\"units_expected\":1,\"units_received\":1}},\
             \"outputs\":[]}}"
        );
        OutputFolder {
            path: PathBuf::from("/none").join(file),
            home: PathBuf::from("/none").join(file),
            file: file.to_owned(),
            argument: 0,
            is_argument: false,
            folders: folders.iter().map(|name| (*name).to_owned()).collect(),
            manifest: Some(manifest.into_bytes()),
        }
    }

    fn paths(folders: Vec<OutputFolder>, list: Option<&LevelList>) -> (Vec<String>, Vec<String>) {
        let forms = Forms::official().expect("data files are well formed");
        let options = PlacementOptions { list, name: None, forms: &forms };
        let placement = Placement::build(&[PathBuf::from("/none/省")], folders, options);
        let paths = placement.outputs.iter().map(|output| output.path.join("/")).collect();
        (paths, placement.findings.into_iter().map(|finding| finding.rule).collect())
    }

    #[test]
    fn levels_are_the_folders_above_and_counties_where_several_share_one() {
        let (found, findings) = paths(
            vec![
                folder("省/市/甲县/2024", &["市", "甲县"], Some("甲县")),
                folder("省/丙市/乙县-汇总", &["丙市"], Some("乙县")),
                folder("省/丙市/丁县-汇总", &["丙市"], Some("丁县")),
                OutputFolder { manifest: None, ..folder("省/坏", &[], None) },
            ],
            None,
        );
        assert_eq!(found, ["省/市/甲县", "省/丙市/乙县", "省/丙市/丁县"]);
        assert_eq!(findings, ["F01"]);
    }

    #[test]
    fn a_run_of_another_county_in_a_folder_is_asked_about() {
        let found = |folder_name: &str, county: &str| {
            paths(vec![folder("省/x/2024", &["市", folder_name], Some(county))], None).1
        };
        assert_eq!(found("乙县", "甲县"), ["U01"]);
        for (folder_name, county) in
            [("平潭", "平潭县"), ("平潭县", "福建省平潭县"), ("pingtan", "平潭县"), ("一季度", "甲县")]
        {
            assert!(found(folder_name, county).is_empty(), "{folder_name} {county}");
        }
    }

    #[test]
    fn a_list_decides_where_there_is_one() {
        let rows = ["code,name,parent", "35,福建省,", "3501,福州市,35", "350128,平潭县,3501"];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.split(',').map(str::to_owned).collect()).collect();
        let list = LevelList::from_rows(&rows).expect("a list");
        let (found, findings) = paths(vec![folder("省/350128", &[], None), folder("省/甲县", &[], None)], Some(&list));
        assert_eq!((found, findings), (vec!["福建省/福州市/平潭县".to_owned()], vec!["U01".to_owned()]));
    }
}
