//! The folder that a browser or an office program saves beside a page: pictures, style sheets, scripts.

/// Suffixes that turn the name of a page into the name of its folder.
pub const PAGE_FOLDER_ENDINGS: [&str; 2] = [".files", "_files"];
/// File extensions of pages.
const PAGES: [&str; 6] = ["htm", "html", "mht", "mhtml", "HTM", "HTML"];
/// Extensions of files that are saved with a page and hold no report. Pages are not among them: a workbook saved as a
/// page has its sheets as pages in that folder.
const PARTS: [&str; 27] = [
    "css", "js", "mjs", "map", "json", "gif", "png", "jpg", "jpeg", "bmp", "webp", "svg", "ico", "emz", "wmz", "emf",
    "wmf", "woff", "woff2", "ttf", "eot", "xml", "mso", "thmx", "dat", "swf", "download",
];

/// Returns whether a file, given by its path with `/`, is part of a saved page. `is_there` checks whether a path
/// exists.
pub(super) fn is_page_part(file: &str, is_there: impl Fn(&str) -> bool) -> bool {
    let Some((folders, name)) = file.rsplit_once('/') else { return false };
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    if !PARTS.contains(&ending.as_str()) {
        return false;
    }
    let ends = folders.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at).chain([folders.len()]);
    let pages =
        ends.filter_map(|end| PAGE_FOLDER_ENDINGS.iter().find_map(|folder| folders[..end].strip_suffix(folder)));
    pages.into_iter().any(|stem| PAGES.iter().any(|ending| is_there(&format!("{stem}.{ending}"))))
}

#[cfg(test)]
mod tests {
    use super::is_page_part;

    #[test]
    fn parts_are_those_of_a_page_that_is_there() {
        let is_there = |page: &str| page == "甲山镇/年报.htm";
        assert!(is_page_part("甲山镇/年报.files/filelist.xml", is_there));
        assert!(is_page_part("甲山镇/年报_files/img/a.PNG", is_there));
        assert!(!is_page_part("甲山镇/年报.files/sheet001.htm", is_there));
        assert!(!is_page_part("甲山镇/年报_files/乙水乡.xlsx", is_there));
        assert!(!is_page_part("甲山镇/其他_files/a.css", is_there));
        assert!(!is_page_part("甲山镇/a.css", is_there));
    }
}
