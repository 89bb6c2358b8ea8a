//! Conversion of documents of Word before 97, which have no reader here, to docx by an office program of the user.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that are percent-encoded in the URL of a file.
const ADDRESS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b':').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// Longest time for one conversion; after that the office program is killed.
const LONGEST: Duration = Duration::from_mins(2);

/// Converts such a document to docx with `program` (LibreOffice, or one that accepts its options). It works in a
/// temporary folder, which also holds the office program's profile, so that the user's own profile is not touched.
///
/// # Errors
/// The reason, if the program cannot be started, fails, or takes too long.
pub fn to_docx(program: &Path, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (from, to) = (folder.path().join("in.doc"), folder.path().join("in.docx"));
    std::fs::write(&from, bytes).map_err(|error| error.to_string())?;
    let profile = folder.path().join("profile").display().to_string().replace('\\', "/");
    let profile = utf8_percent_encode(&profile, ADDRESS).to_string();
    let mut command = Command::new(program);
    command.arg(format!("-env:UserInstallation=file:///{}", profile.trim_start_matches('/')));
    command.args(["--headless", "--norestore", "--convert-to", "docx", "--outdir"]).arg(folder.path()).arg(&from);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
    let begun = Instant::now();
    while running.try_wait().map_err(|error| error.to_string())?.is_none() {
        if begun.elapsed() > LONGEST {
            let _ = running.kill();
            let _ = running.wait();
            return Err(format!("{} took too long", program.display()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    std::fs::read(&to).map_err(|_| format!("{} made no docx of it", program.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_a_sentence() {
        let said = to_docx(Path::new("no-such-program-anywhere"), b"").expect_err("no such program");
        assert!(said.contains("no-such-program-anywhere"), "{said}");
    }
}
