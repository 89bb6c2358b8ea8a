//! Writer of web pages, alone or in an MHTML archive.

use std::fmt::Write as _;

use base64::Engine as _;

use super::super::case::{Case, LineKind, Part};
use super::super::grid::{Cell, Grid};
use super::escape;

const STYLE: &str =
    "td{border:1px solid}.gone{display:none}.out{text-decoration:line-through}.up{vertical-align:super}";

/// Returns the page.
pub(crate) fn write(case: &Case) -> String {
    let mut body = String::new();
    for part in case.sheets.iter().filter(|sheet| !sheet.is_hidden).flat_map(|sheet| &sheet.parts) {
        match part {
            Part::Text(LineKind::Title, text) => writeln!(body, "<h1>{}</h1>", escape(text)).expect("text"),
            Part::Text(_, text) => {
                let lead = if case.markup.has_breaks { "\n 　" } else { "" };
                writeln!(body, "<p>{lead}{}</p>", escape(text)).expect("text");
            }
            Part::Table(grid) => write_table(&mut body, grid, case),
        }
    }
    if case.markup.is_nested {
        body = format!("<table width=\"100%\"><tr><td><div>{body}</div></td></tr></table>");
    }
    let (before, after) = (&case.markup.before, &case.markup.after);
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>政府信息公开</title><style>{STYLE}</style>\
         </head><body>{before}\n{body}\n{after}</body></html>\n"
    )
}

/// Returns the page as an archive with one part.
pub(crate) fn write_archive(case: &Case) -> String {
    let page = base64::engine::general_purpose::STANDARD.encode(write(case));
    let lines: Vec<&str> = (0..page.len()).step_by(76).map(|at| &page[at..page.len().min(at + 76)]).collect();
    format!(
        "From: <saved by a browser>\r\nSubject: report\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; \
         type=\"text/html\"; boundary=\"--part\"\r\n\r\n----part\r\nContent-Type: text/html; charset=\"utf-8\"\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Location: http://www.example.gov.cn/a.html\r\n\r\n{}\r\n\
         ----part--\r\n",
        lines.join("\r\n")
    )
}

fn write_table(body: &mut String, grid: &Grid, case: &Case) {
    body.push_str("<table border=1>\n");
    let first = grid.figure_rows().first().copied().unwrap_or(0);
    for row in 0..grid.rows {
        if case.markup.has_head && row == 0 && first > 0 {
            body.push_str("<thead>");
        }
        if case.markup.has_head && row == first {
            body.push_str(if first > 0 { "</thead><tbody>" } else { "<tbody>" });
        }
        body.push_str("<tr>");
        let mut column = 0;
        let reach = grid.row(row).map(|cell| cell.column + cell.columns).max().unwrap_or(0);
        while column < reach {
            let here = grid.cells.iter().find(|cell| cell.covers(row, column));
            match here {
                Some(cell) if (cell.row, cell.column) == (row, column) => write_cell(body, cell, row < first, case),
                Some(_) => {}
                None => body.push_str("<td>&nbsp;</td>"),
            }
            column += here.map_or(1, |cell| if cell.row == row { cell.columns } else { 1 });
        }
        body.push_str("</tr>\n");
    }
    body.push_str(if case.markup.has_head { "</tbody></table>\n" } else { "</table>\n" });
}

fn write_cell(body: &mut String, cell: &Cell, is_head: bool, case: &Case) {
    let tag = if is_head && case.markup.has_head { "th" } else { "td" };
    write!(body, "<{tag}").expect("text");
    if cell.rows > 1 {
        write!(body, " rowspan=\"{}\"", cell.rows).expect("text");
    }
    if cell.columns > 1 {
        write!(body, " colspan=\"{}\"", cell.columns).expect("text");
    }
    body.push('>');
    if case.markup.has_breaks {
        body.push_str("\n  ");
    }
    if cell.look.is_input {
        write!(body, "<input type=\"text\" value=\"{}\">", escape(&cell.text)).expect("text");
    } else {
        write_text(body, cell);
    }
    write!(body, "</{tag}>").expect("text");
}

fn write_text(body: &mut String, cell: &Cell) {
    if let Some((text, way)) = &cell.look.struck {
        let shown = match way {
            0 => format!("<s>{text}</s>"),
            1 => format!("<span style=\"text-decoration: line-through;\">{text}</span>"),
            _ => format!("<span class=\"out\">{text}</span>"),
        };
        body.push_str(&shown);
    }
    if let Some((text, way)) = &cell.look.hidden {
        let shown = match way {
            0 => format!("<span style=\"display:none\">{text}</span>"),
            1 => format!("<span style=\"visibility:hidden\">{text}</span>"),
            _ => format!("<span class=\"gone\">{text}</span>"),
        };
        body.push_str(&shown);
    }
    let text = escape(&cell.text).replace('\n', "<br>");
    match &cell.look.ruby {
        Some(above) => write!(body, "<ruby>{text}<rt>{above}</rt></ruby>").expect("text"),
        None => body.push_str(if text.is_empty() { "&nbsp;" } else { &text }),
    }
    if let Some(mark) = &cell.look.raised {
        write!(body, "<sup>{mark}</sup>").expect("text");
    }
}
