//! A small vocabulary for tests: clean reports, changes to them, files made of them, and runs over those.
//!
//! `report` lays a clean report out on a `sheet`, `book` makes a file's bytes of sheets, `example` reads the examples
//! of the rules' pages, and `run` sends what an example describes through the library.

mod book;
mod example;
mod report;
mod sheet;

use huizong::outcome::{Outcome, Settings};
use huizong::pipeline::{self, Plan};
use huizong::source::Limits;

pub(crate) use example::{Example, Scene, examples, scene};

use sheet::Sheet;

/// A clean report of a unit and year on one sheet, on the form for that year.
pub(crate) fn clean_report(unit: &str, year: u16) -> Sheet {
    report::compose(&report::form_for(year), unit, year)
}

/// Writes the files of a scene into a folder of its own and runs the library over them.
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

/// Does the same with each of many things, on two threads, in their order. Not with rayon: a run waiting for its own
/// files would take up another run meanwhile, one upon the other until the stack is full.
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
