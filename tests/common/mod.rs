//! Helpers for tests: clean reports, changes to them, files made of them, and runs over the files.
//!
//! `report` lays out a clean report on a `sheet`, `book` converts sheets to a file's bytes, `example` parses the
//! examples of the rules' pages, and `run` runs the library over the input of an example.

mod book;
mod example;
mod report;
mod sheet;

use huizong::outcome::{Outcome, Settings};
use huizong::pipeline::{self, Plan};
use huizong::source::Limits;

pub(crate) use example::{Example, Scene, examples, scene};

use sheet::Sheet;

/// Returns a clean report of a unit and year on one sheet, on the form for that year.
pub(crate) fn clean_report(unit: &str, year: u16) -> Sheet {
    report::compose(&report::form_for(year), unit, year)
}

/// Writes the files of a scene into a temporary folder and runs the library over them.
pub(crate) fn run(scene: &Scene) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, files: &[example::File]| {
        let inputs = folder.path().join(name);
        for file in files {
            let path = inputs.join(&file.name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, file.bytes()).expect("a file");
        }
        inputs
    };
    let inputs = write("报送", &scene.files);
    let previous = (!scene.last.is_empty()).then(|| write("上年", &scene.last));
    let official = scene.official.as_ref().map(|file| write("本级", std::slice::from_ref(file)).join(&file.name));
    let roster = scene.roster_csv().map(|text| {
        let path = folder.path().join("名册.csv");
        std::fs::write(&path, text).expect("a roster");
        path
    });
    let default = Plan::default();
    let limits = Limits { file: scene.limit.unwrap_or(default.limits.file), ..default.limits };
    let settings = Settings { date: scene.date, ..Settings::default() };
    let plan = Plan { settings, inputs: vec![inputs], roster, year: scene.year, limits, previous, official, ..default };
    pipeline::run(&plan, &|_| ()).expect("a run that ends")
}

/// Maps `work` over many items on two threads and keeps their order. Rayon is not used: a thread that waits for the
/// files of its run would start another run in the meantime, recursively, until its stack overflows.
pub(crate) fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (first, second) = things.split_at(things.len() / 2);
    let of = |things: &[T]| things.iter().map(&work).collect::<Vec<R>>();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| of(second));
        let mut done = of(first);
        done.extend(other.join().expect("the other half"));
        done
    })
}
