//! A baseline for reading: opens every workbook under a folder with calamine, reads its first sheet and counts the
//! filled cells.
//!
//! Usage: `bare_calamine FOLDER`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use calamine::{Reader, open_workbook_auto};

/// Returns the files under a folder, sorted by name.
fn files_under(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the number of filled cells on the first sheet of a workbook.
fn filled_cells(path: &Path) -> Result<usize, Box<dyn Error>> {
    let mut workbook = open_workbook_auto(path)?;
    let Some(first) = workbook.sheet_names().first().cloned() else {
        return Ok(0);
    };
    Ok(workbook.worksheet_range(&first)?.used_cells().count())
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("usage: bare_calamine FOLDER");
        process::exit(2);
    };
    let (mut files, mut cells) = (0, 0);
    for path in files_under(Path::new(&folder))? {
        cells += filled_cells(&path)?;
        files += 1;
    }
    println!("{files} files, {cells} cells");
    Ok(())
}
