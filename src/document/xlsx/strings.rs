//! The shared strings: texts that cells name by their number.

use std::borrow::Cow;

use super::markup::{Kind, Markup, kept};
use super::{MAIN, Plain, Unusual, markup};
use crate::source::{Limit, Limits};

/// Every string, in order.
pub(super) fn read<'a>(xml: &'a str, limits: &Limits) -> Plain<Vec<Cow<'a, str>>> {
    let mut strings: Vec<Cow<'a, str>> = Vec::new();
    let mut open: Option<Cow<'a, str>> = None;
    let mut attributes = "";
    let mut markup = Markup::of(xml);
    while let Some(tag) = markup.next()? {
        match (tag.name, tag.kind) {
            ("sst", Kind::Open) if markup::attribute(tag.attributes, "xmlns")? != Some(MAIN) => return Err(Unusual),
            ("si", Kind::Open) if open.is_none() => match markup.take("<t>", "</t></si>") {
                Some(text) => strings.push(allowed(kept(text, "")?, limits)?),
                None => open = Some(Cow::Borrowed("")),
            },
            ("si", Kind::Close) => strings.push(allowed(open.take().ok_or(Unusual)?, limits)?),
            ("t", Kind::Open) => attributes = tag.attributes,
            ("t", Kind::Close) => {
                let text = kept(tag.before, attributes)?;
                let string = open.as_mut().ok_or(Unusual)?;
                if string.is_empty() {
                    *string = text;
                } else {
                    string.to_mut().push_str(&text);
                }
            }
            // Readings of Asian text are no part of it; an empty string stands for something only calamine knows.
            ("rPh" | "phoneticPr" | "si", _) => return Err(Unusual),
            _ => {}
        }
    }
    Ok(strings)
}

fn allowed<'a>(text: Cow<'a, str>, limits: &Limits) -> Plain<Cow<'a, str>> {
    limits.allow(Limit::Text, text.len() as u64).map_or(Err(Unusual), |()| Ok(text))
}
