//! `huizong forms`: the list of supported forms, or the contents of one.

use std::fmt::Write;

use super::progress;
use huizong::form::{Form, Forms};
use huizong::message::Message;

/// Prints the list, or one form.
pub(super) fn show(id: Option<&str>) -> anyhow::Result<()> {
    let forms = Forms::official()?;
    let text = match id {
        None => forms.all.iter().map(line).collect(),
        Some(id) => {
            let form = forms.all.iter().find(|form| form.id == id);
            whole(form.ok_or_else(|| Message::new("没有这种表式", "there is no such form"))?)?
        }
    };
    progress::print(text.lines());
    Ok(())
}

fn line(form: &Form) -> String {
    let last = form.last_year.map_or_else(String::new, |year| year.to_string());
    format!("{}  {}  {}—{last}年度  {}格  {}\n", form.id, form.basis, form.first_year, form.official, form.title)
}

fn whole(form: &Form) -> Result<String, std::fmt::Error> {
    let mut out = line(form);
    for (at, table) in form.tables.iter().enumerate() {
        writeln!(out, "\n{} {}（{}）", table.id, table.name, table.title)?;
        for block in &table.blocks {
            if !block.heading.is_empty() {
                writeln!(out, "  {}", block.heading)?;
            }
            for column in &block.columns {
                writeln!(out, "    | {}  {}", column.id, column.label)?;
            }
            for row in &block.rows {
                writeln!(out, "    {}  {}{}", row.id, row.number, row.label)?;
            }
        }
        for equation in form.equations.iter().filter(|equation| equation.table == at) {
            let side = |terms: &[usize]| match terms {
                [.., _, _, _, _, _] => format!("{}项之和", terms.len()),
                few => few.iter().map(|at| form.indicators[*at].id.as_str()).collect::<Vec<_>>().join(" + "),
            };
            writeln!(
                out,
                "    {} {}: {} = {}",
                equation.rule,
                equation.id,
                side(&equation.left),
                side(&equation.right)
            )?;
        }
    }
    Ok(out)
}
