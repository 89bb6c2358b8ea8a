//! The assistant's choice of a roster: one that is found, typed or made to fill in.

use std::path::{Path, PathBuf};

use super::super::args::RunArgs;
use super::super::shown;
use super::dialogue::{Dialogue, Ended, paths_typed};
use huizong::document::{self, Format};
use huizong::finding::Language;
use huizong::message::Message;
use huizong::pipeline;
use huizong::roster::{Roster, Unit};

/// Words in the file names of rosters.
pub(in crate::cli) const NAMES: [&str; 7] = ["名册", "名单", "花名册", "应报单位", "单位一览", "通讯录", "roster"];
/// Most entries of a folder that are examined, and the size of the largest file that is read.
const MAX_FILES: usize = 500;
const MAX_BYTES: u64 = 4 << 20;
/// Fewest units in a file that is offered as a roster because of its columns alone.
const MIN_UNITS: usize = 3;
/// Name of the roster that is made to be filled in.
const FORM: &str = "名册.xlsx";

/// Returns the roster to use, if any.
pub(super) fn choose(dialogue: &Dialogue, args: &RunArgs) -> Result<Option<PathBuf>, Ended> {
    let remembered = args.roster.clone().filter(|path| path.is_file());
    let mut found = remembered.into_iter().chain(candidates(&args.inputs));
    let usable = |path: PathBuf| {
        let roster = pipeline::read_roster(&path).ok()?;
        (has_roster_name(&path) || roster.units.len() >= MIN_UNITS).then_some((path, roster))
    };
    match found.find_map(usable) {
        Some((path, roster)) => confirm(dialogue, args, path, &roster),
        None => without(dialogue, args),
    }
}

/// Asks whether to use the roster that was found.
fn confirm(dialogue: &Dialogue, args: &RunArgs, path: PathBuf, roster: &Roster) -> Result<Option<PathBuf>, Ended> {
    for remark in &roster.remarks {
        dialogue.show(remark.in_language(dialogue.language));
    }
    let (name, count) = (shown(&path), roster.units.len());
    let is_expected = has_roster_name(&path) || args.roster.as_ref() == Some(&path);
    let answer = dialogue.ask(
        &format!("找到名册 {name}，共 {count} 个单位。用它吗？（是/否，或拖入另一份名册）"),
        &format!("Found the roster {name} with {count} units. Use it? (yes/no, or drag in another)"),
        default_answer(dialogue, is_expected),
    )?;
    match answer.to_lowercase().as_str() {
        "是" | "y" | "yes" | "用" | "对" => Ok(Some(path)),
        "否" | "n" | "no" | "不" | "不用" => without(dialogue, args),
        _ => given(dialogue, args, &answer),
    }
}

/// Returns the answer that Enter gives: yes, unless only the columns of a file suggest that it is a roster.
fn default_answer(dialogue: &Dialogue, is_expected: bool) -> &'static str {
    match (dialogue.language, is_expected) {
        (Language::Chinese, true) => "是",
        (Language::Chinese, false) => "否",
        (Language::English, true) => "yes",
        (Language::English, false) => "no",
    }
}

/// Asks what to do without a roster.
fn without(dialogue: &Dialogue, args: &RunArgs) -> Result<Option<PathBuf>, Ended> {
    dialogue.say(
        "没有名册。名册写明哪些单位应当报送，没有它就看不出谁未报。",
        "There is no roster. It says who must report; without it nobody can be said to be missing.",
    );
    let answer = dialogue.ask(
        "1 生成一份名册.xlsx 来填；2 不用名册，直接汇总；也可拖入名册文件",
        "1 make a 名册.xlsx to fill in; 2 go on without; or drag in a roster",
        "2",
    )?;
    match answer.as_str() {
        "2" => Ok(None),
        "1" => fill_in(dialogue, args),
        _ => given(dialogue, args, &answer),
    }
}

/// Reads the roster that was typed or dragged in. If it cannot be read, asks what to do without one.
fn given(dialogue: &Dialogue, args: &RunArgs, typed: &str) -> Result<Option<PathBuf>, Ended> {
    let Some(path) = paths_typed(typed).into_iter().next() else { return without(dialogue, args) };
    match pipeline::read_roster(&path) {
        Ok(roster) => {
            let count = roster.units.len();
            dialogue.say(&format!("名册共 {count} 个单位。"), &format!("The roster has {count} units."));
            Ok(Some(path))
        }
        Err(error) => {
            dialogue.show(error.message().in_language(dialogue.language));
            without(dialogue, args)
        }
    }
}

/// Makes a roster with the units found in the reports, opens it and waits until it is filled in.
fn fill_in(dialogue: &Dialogue, args: &RunArgs) -> Result<Option<PathBuf>, Ended> {
    let path = args.out.with_file_name(FORM);
    if !path.exists() {
        match units(args).and_then(|units| write(&path, &units).map(|()| units.len())) {
            Ok(count) => dialogue.say(
                &format!("已写好 {}，里面是从报送文件中找到的 {count} 个单位，请补上其余应报的单位。", shown(&path)),
                &format!("{} is written with {count} units found in the files; add the others.", shown(&path)),
            ),
            Err(why) => {
                dialogue.show(why.in_language(dialogue.language));
                return without(dialogue, args);
            }
        }
    }
    let _ = open::that_detached(&path);
    loop {
        dialogue.pause("填好存盘并关闭后，按回车继续。", "Save and close it, then press Enter to go on.")?;
        match pipeline::read_roster(&path) {
            Ok(_) => return Ok(Some(path)),
            Err(error) => dialogue.show(error.message().in_language(dialogue.language)),
        }
    }
}

/// Returns the units that the reports name, all of them required to report.
fn units(args: &RunArgs) -> Result<Vec<Unit>, Message> {
    let plan = pipeline::Plan { inputs: args.inputs.clone(), ..pipeline::Plan::default() };
    let outcome = pipeline::run(&plan, &|_| {}).map_err(|error| error.message())?;
    let named = |unit: &Unit| Unit { required: true, ..unit.clone() };
    Ok(outcome.corpus.units.iter().map(named).collect())
}

fn write(path: &Path, units: &[Unit]) -> Result<(), Message> {
    let bytes = huizong::report::roster_form(units);
    let bytes = bytes.map_err(|error| Message::new("名册写不出来", error.to_string()))?;
    std::fs::write(path, bytes).map_err(|error| Message::of_system(&error).about(shown(path)))
}

/// Returns the tables in the folders of the inputs and in their parents, those with a roster's file name first.
fn candidates(inputs: &[PathBuf]) -> Vec<PathBuf> {
    let folder = |input: &PathBuf| {
        let whole = input.canonicalize().ok()?;
        let within = if whole.is_dir() { whole.as_path() } else { whole.parent()? };
        Some([Some(within), within.parent()].into_iter().flatten().map(Path::to_owned).collect::<Vec<_>>())
    };
    let mut folders: Vec<PathBuf> = inputs.iter().filter_map(folder).flatten().collect();
    folders.sort();
    folders.dedup();
    let mut files: Vec<PathBuf> = folders.iter().flat_map(|folder| tables_in(folder)).collect();
    files.sort_by_key(|path| !has_roster_name(path));
    files
}

/// Returns whether a file name is like a roster's.
fn has_roster_name(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    NAMES.iter().any(|word| name.contains(word))
}

/// Returns the workbooks and delimited files of a folder, in name order.
fn tables_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.truncate(MAX_FILES);
    let is_table = |path: &PathBuf| {
        let is_small = std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= MAX_BYTES);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        is_small
            && !name.starts_with("~$")
            && std::fs::read(path).is_ok_and(|bytes| {
                matches!(
                    document::format_of(&name, &bytes),
                    Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods | Format::Delimited(_)
                )
            })
    };
    files.retain(is_table);
    files
}
