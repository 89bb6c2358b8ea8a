//! Which styles of cells make a date of a number. A style that might is unusual, and so is a cell that has it.

use std::collections::HashSet;

use super::markup::{Kind, Markup, attribute};
use super::{MAIN, Plain, Unusual};

/// For each style of cells, whether it is known to show a number as a number.
pub(super) struct Styles(Vec<bool>);

impl Styles {
    /// Whether a number of this style is a number. A workbook without styles has numbers alone.
    pub(super) fn is_number(&self, style: Option<usize>) -> bool {
        let style = style.unwrap_or(0);
        self.0.get(style).copied().unwrap_or(self.0.is_empty() && style == 0)
    }
}

/// Formats every program has that show numbers: ECMA-376 part 1, 18.8.30.
fn is_built_in_number(format: usize) -> bool {
    matches!(format, 0..=4 | 9..=13 | 37..=44 | 48 | 49)
}

pub(super) fn read(xml: &str) -> Plain<Styles> {
    let (mut own, mut styles) = (HashSet::new(), Vec::new());
    let (mut in_main, mut in_cells) = (false, false);
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match (tag.name, tag.kind) {
            ("styleSheet", Kind::Open) => in_main = attribute(tag.attributes, "xmlns")? == Some(MAIN),
            _ if !in_main => return Err(Unusual),
            ("numFmt", Kind::Open | Kind::Empty) => {
                let id = attribute(tag.attributes, "numFmtId")?.and_then(|id| id.parse::<usize>().ok());
                let code = attribute(tag.attributes, "formatCode")?;
                if let (Some(id), Some(code)) = (id, code)
                    && code.bytes().all(|byte| b"0123456789#.,%_-+()?*;@ ".contains(&byte))
                {
                    own.insert(id);
                }
            }
            ("cellXfs", kind) => in_cells = kind == Kind::Open,
            ("xf", Kind::Open | Kind::Empty) if in_cells => {
                let format = attribute(tag.attributes, "numFmtId")?.map_or(Some(0), |id| id.parse::<usize>().ok());
                styles.push(format.is_some_and(|id| if id < 164 { is_built_in_number(id) } else { own.contains(&id) }));
            }
            _ => {}
        }
    }
    Ok(Styles(styles))
}
