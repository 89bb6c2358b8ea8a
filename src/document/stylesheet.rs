//! Style sheets of a page, as far as they decide whether and how text is shown. Cascading follows CSS 2.2, chapter 6:
//! important declarations first, then by specificity, then the later one.
//!
//! External style sheets are not available.

use std::collections::HashMap;

use scraper::{ElementRef, Selector};

/// The properties declared for an element itself; `None` where a property is not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    /// `display: none`.
    pub(super) is_gone: Option<bool>,
    /// `visibility: hidden` or `collapse`.
    pub(super) is_invisible: Option<bool>,
    /// `text-decoration: line-through`.
    pub(super) is_struck: Option<bool>,
    /// `vertical-align` other than the baseline.
    pub(super) is_raised: Option<bool>,
    /// `font-size: 0`.
    pub(super) has_no_size: Option<bool>,
    /// `opacity: 0`.
    pub(super) is_transparent: Option<bool>,
}

/// A relevant property with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Declared {
    Display { none: bool },
    Visibility { hidden: bool },
    Decoration { through: bool },
    Align { raised: bool },
    FontSize { zero: bool },
    Opacity { zero: bool },
}

impl Declared {
    fn hides(self) -> bool {
        match self {
            Self::Display { none: hides }
            | Self::Visibility { hidden: hides }
            | Self::FontSize { zero: hides }
            | Self::Opacity { zero: hides } => hides,
            Self::Decoration { .. } | Self::Align { .. } => false,
        }
    }
}

/// Precedence of a declaration: important, inline, specificity, order. The greater wins.
type Priority = (bool, u8, [u16; 3], usize);

/// What the last part of a selector requires of an element. Rules are looked up by it, because most apply to few
/// elements.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum IndexKey {
    Id(String),
    Class(String),
    Name(String),
    Any,
}

#[derive(Debug, Clone)]
struct StyleRule {
    selector: Selector,
    specificity: [u16; 3],
    order: usize,
    declared: Vec<(Declared, bool)>,
}

/// The rules of a page's style sheets that have a relevant property.
#[derive(Debug, Default, Clone)]
pub(super) struct StyleSheet {
    rules: Vec<StyleRule>,
    by_key: HashMap<IndexKey, Vec<usize>>,
}

/// Most rules that are read; a page has some hundreds with these properties.
const MAX_RULES: usize = 4_000;

impl StyleSheet {
    /// Adds the rules of one sheet, in order.
    pub(super) fn add(&mut self, css: &str) {
        let css = without_comments(css);
        self.add_rules(&css, 0);
    }

    fn add_rules(&mut self, mut css: &str, depth: u32) {
        while let Some((head, body, rest)) = next_block(css) {
            css = rest;
            // Text up to a semicolon before the block is a statement such as @import or @charset.
            let head = head.rsplit(';').next().unwrap_or(head).trim();
            if let Some(at_rule) = head.strip_prefix('@') {
                if depth < 4 && applies_to_screens(at_rule) {
                    self.add_rules(body, depth + 1);
                }
                continue;
            }
            let declared = declarations(body);
            if !declared.is_empty() {
                split_outside_brackets(head).for_each(|selector| self.add_rule(selector.trim(), &declared));
            }
        }
    }

    fn add_rule(&mut self, text: &str, declared: &[(Declared, bool)]) {
        // The state of an element and generated content are not known here.
        let is_of_state = [":hover", ":focus", ":active", ":visited", ":target", ":checked", "::", ":before", ":after"]
            .iter()
            .any(|pseudo| text.contains(pseudo));
        if is_of_state || self.rules.len() >= MAX_RULES {
            return;
        }
        let Ok(selector) = Selector::parse(text) else { return };
        let order = self.rules.len();
        self.by_key.entry(key(text)).or_default().push(order);
        self.rules.push(StyleRule { selector, specificity: specificity(text), order, declared: declared.to_vec() });
    }

    /// Returns whether any rule can hide an element.
    pub(super) fn can_hide(&self) -> bool {
        self.rules.iter().flat_map(|rule| &rule.declared).any(|(declared, _)| declared.hides())
    }

    /// Returns a copy without the declarations that hide elements.
    pub(super) fn without_hiding(&self) -> Self {
        let mut sheet = self.clone();
        sheet.rules.iter_mut().for_each(|rule| rule.declared.retain(|(declared, _)| !declared.hides()));
        sheet
    }

    /// Returns the properties that the sheets and the element's `style` attribute declare for it.
    pub(super) fn style(&self, element: ElementRef<'_>) -> Style {
        let mut strongest: [Option<(Priority, Declared)>; 6] = [None; 6];
        let mut apply = |declared: Declared, priority: Priority| {
            let place = match declared {
                Declared::Display { .. } => 0,
                Declared::Visibility { .. } => 1,
                Declared::Decoration { .. } => 2,
                Declared::Align { .. } => 3,
                Declared::FontSize { .. } => 4,
                Declared::Opacity { .. } => 5,
            };
            if strongest[place].is_none_or(|(before, _)| before <= priority) {
                strongest[place] = Some((priority, declared));
            }
        };
        for rule in self.candidates(element).filter(|rule| rule.selector.matches(&element)) {
            for (declared, important) in &rule.declared {
                apply(*declared, (*important, 0, rule.specificity, rule.order));
            }
        }
        for (at, (declared, important)) in
            declarations(element.attr("style").unwrap_or_default()).into_iter().enumerate()
        {
            apply(declared, (important, 1, [0; 3], at));
        }
        let mut style = Style::default();
        for (_, declared) in strongest.into_iter().flatten() {
            match declared {
                Declared::Display { none } => style.is_gone = Some(none),
                Declared::Visibility { hidden } => style.is_invisible = Some(hidden),
                Declared::Decoration { through } => style.is_struck = Some(through),
                Declared::Align { raised } => style.is_raised = Some(raised),
                Declared::FontSize { zero } => style.has_no_size = Some(zero),
                Declared::Opacity { zero } => style.is_transparent = Some(zero),
            }
        }
        style
    }

    /// Returns the rules with a last part that may match this element.
    fn candidates<'a>(&'a self, element: ElementRef<'a>) -> impl Iterator<Item = &'a StyleRule> {
        let value = element.value();
        let id = value.id().map(|id| IndexKey::Id(id.to_owned()));
        let classes = value.classes().map(|class| IndexKey::Class(class.to_owned()));
        let keys = id.into_iter().chain(classes).chain([IndexKey::Name(value.name().to_owned()), IndexKey::Any]);
        let keys: Vec<IndexKey> = if self.rules.is_empty() { Vec::new() } else { keys.collect() };
        keys.into_iter().filter_map(|key| self.by_key.get(&key)).flatten().map(|at| &self.rules[*at])
    }
}

/// Splits a sheet into the text before the next block, the content of the block, and the rest.
fn next_block(css: &str) -> Option<(&str, &str, &str)> {
    let open = css.find('{')?;
    let mut depth = 0_usize;
    for (at, byte) in css.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some((&css[..open], &css[open + 1..at], &css[at + 1..])),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    // An unclosed block extends to the end of the sheet.
    Some((&css[..open], &css[open + 1..], ""))
}

/// Returns the sheet without comments, and without the `<!--` and `-->` that once hid it from old browsers.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        kept.push_str(&rest[..start]);
        rest = rest[start + 2..].find("*/").map_or("", |end| &rest[start + 2 + end + 2..]);
    }
    kept.push_str(rest);
    kept.replace("<!--", " ").replace("-->", " ")
}

/// Returns whether the rules within an at-rule apply to screens.
fn applies_to_screens(at_rule: &str) -> bool {
    let lower = at_rule.to_ascii_lowercase();
    let Some(media) = lower.strip_prefix("media") else { return lower.starts_with("layer") };
    is_of_screens(media)
}

/// Returns whether a media query list matches screens of any size. Queries for narrow screens only do not match.
pub(super) fn is_of_screens(media: &str) -> bool {
    let is_of_screen = |query: &str| {
        let query = query.trim();
        let narrow = query.contains("max-width") || query.contains("max-device-width");
        !narrow && (query.is_empty() || query.starts_with("all") || query.contains("screen") || query.starts_with('('))
    };
    media.split(',').any(is_of_screen)
}

/// Splits a selector list at commas outside brackets.
fn split_outside_brackets(selectors: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    selectors.split(move |c| {
        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
        c == ',' && depth == 0
    })
}

/// Returns the specificity of a selector: counts of ids, of classes, attributes and pseudo-classes, and of element
/// names.
fn specificity(selector: &str) -> [u16; 3] {
    let (mut counts, mut in_brackets, mut before) = ([0_u16; 3], false, ' ');
    for c in selector.chars() {
        match c {
            '#' if !in_brackets => counts[0] = counts[0].saturating_add(1),
            '.' | ':' if !in_brackets => counts[1] = counts[1].saturating_add(1),
            '[' => {
                in_brackets = true;
                counts[1] = counts[1].saturating_add(1);
            }
            ']' => in_brackets = false,
            _ if !in_brackets && c.is_ascii_alphabetic() && matches!(before, ' ' | '>' | '+' | '~' | '(') => {
                counts[2] = counts[2].saturating_add(1);
            }
            _ => {}
        }
        before = c;
    }
    counts
}

/// Returns the key of a selector: what its last part requires of an element.
fn key(selector: &str) -> IndexKey {
    let last = selector.rsplit([' ', '>', '+', '~']).next().unwrap_or(selector);
    if last.contains(['(', ')', '[', ']', '\\', '"']) {
        return IndexKey::Any;
    }
    let named = |mark: char| {
        let name = &last[last.find(mark)? + 1..];
        let end = name.find(['.', '#', ':', '*']).unwrap_or(name.len());
        (end > 0).then(|| name[..end].to_owned())
    };
    if let Some(id) = named('#') {
        return IndexKey::Id(id);
    }
    if let Some(class) = named('.') {
        return IndexKey::Class(class);
    }
    let name = last.split(':').next().unwrap_or("");
    if name.is_empty() || name == "*" { IndexKey::Any } else { IndexKey::Name(name.to_ascii_lowercase()) }
}

/// Returns the relevant declarations of a block, and whether each is important.
fn declarations(block: &str) -> Vec<(Declared, bool)> {
    block.split(';').filter_map(declaration).collect()
}

fn declaration(text: &str) -> Option<(Declared, bool)> {
    let (property, value) = text.split_once(':')?;
    let (property, value) = (property.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
    let (value, important) = match value.split_once('!') {
        Some((value, mark)) => (value.trim().to_owned(), mark.trim() == "important"),
        None => (value, false),
    };
    let declared = match property.as_str() {
        "display" => Declared::Display { none: value == "none" },
        "visibility" => Declared::Visibility { hidden: value == "hidden" || value == "collapse" },
        "text-decoration" | "text-decoration-line" => Declared::Decoration { through: value.contains("line-through") },
        "vertical-align" => Declared::Align { raised: is_off_the_line(&value) },
        "font-size" => Declared::FontSize { zero: is_zero(&value) },
        "opacity" => Declared::Opacity { zero: is_zero(&value) },
        _ => return None,
    };
    Some((declared, important))
}

fn is_off_the_line(value: &str) -> bool {
    let is_length = value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    matches!(value, "super" | "sub") || is_length && !is_zero(value)
}

/// Returns whether a length, percentage or number is zero.
fn is_zero(value: &str) -> bool {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').trim_start_matches(['-', '+']);
    digits.parse::<f64>().is_ok_and(|number| number == 0.0)
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    fn style(css: &str, html: &str) -> Style {
        let page = Html::parse_fragment(html);
        let mut sheet = StyleSheet::default();
        sheet.add(css);
        let wanted = Selector::parse("#x").expect("a selector");
        sheet.style(page.select(&wanted).next().expect("the element"))
    }

    #[test]
    fn the_strongest_rule_applies() {
        let struck = |css: &str, html: &str| style(css, html).is_struck;
        let element = "<p class=a><b class='b c' id=x>9</b></p>";
        assert_eq!(struck(".b{text-decoration:line-through}", element), Some(true));
        assert_eq!(struck(".a .b, i { text-decoration: line-through red }", element), Some(true));
        assert_eq!(struck(".d, .a>.c{text-decoration-line:line-through}", element), Some(true));
        assert_eq!(struck(".a .d{text-decoration:line-through}", element), None);
        assert_eq!(struck("#x{text-decoration:none} b.b{text-decoration:line-through}", element), Some(false));
        assert_eq!(struck("b{text-decoration:none} b{text-decoration:line-through}", element), Some(true));
        assert_eq!(struck("b{text-decoration:none!important} .b{text-decoration:line-through}", element), Some(false));
        assert_eq!(
            struck(".b{text-decoration:line-through}", "<b class=b id=x style='text-decoration:none'>"),
            Some(false)
        );
        assert_eq!(struck("", "<b id=x style='color:red;TEXT-DECORATION: Line-Through'>"), Some(true));
    }

    #[test]
    fn rules_for_paper_and_of_states_do_not_apply() {
        let gone = |css: &str| style(css, "<b id=x>9</b>").is_gone;
        assert_eq!(gone("@media print{b{display:none}}"), None);
        assert_eq!(gone("@media screen{b{display:none}}"), Some(true));
        assert_eq!(gone("@media screen and (max-width: 600px){b{display:none}}"), None);
        assert_eq!(gone("@charset \"utf-8\"; /* b{ */ b{display:none}"), Some(true));
        assert_eq!(gone("<!-- b:hover{display:none} b::before{display:none} -->"), None);
        assert_eq!(gone("@font-face{src:x} b{display:none"), Some(true));
        assert_eq!(
            style("b{visibility:hidden;font-size:0px;opacity:.0}", "<b id=x>"),
            Style { is_invisible: Some(true), has_no_size: Some(true), is_transparent: Some(true), ..Style::default() }
        );
        for (align, raised) in [("super", true), ("3pt", true), ("-10%", true), ("0", false), ("middle", false)] {
            assert_eq!(style(&format!("b{{vertical-align:{align}}}"), "<b id=x>").is_raised, Some(raised), "{align}");
        }
    }
}
