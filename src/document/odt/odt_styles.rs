//! Styles of an `OpenDocument` text that change what is seen: struck out, raised or hidden.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::super::emphasis::Look;
use super::super::xml::{attribute, for_each};

/// Text properties; `None` where a property is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct OdtTextStyle {
    struck: Option<bool>,
    raised: Option<bool>,
    hidden: Option<bool>,
}

impl OdtTextStyle {
    /// Returns these properties, with those that are not set taken from `outer`.
    pub(super) fn within(self, outer: Self) -> Self {
        Self {
            struck: self.struck.or(outer.struck),
            raised: self.raised.or(outer.raised),
            hidden: self.hidden.or(outer.hidden),
        }
    }

    pub(super) fn is_hidden(self) -> bool {
        self.hidden == Some(true)
    }

    pub(super) fn look(self) -> Look {
        Look { struck: self.struck == Some(true), raised: self.raised == Some(true) }
    }
}

/// The relevant styles of a document, by family and name.
#[derive(Debug, Default)]
pub(super) struct OdtStyles {
    styles: HashMap<(String, String), (Option<String>, OdtTextStyle)>,
}

/// Most base styles that are followed; a style may be based on itself.
const MAX_BASES: usize = 16;

impl OdtStyles {
    /// Adds the styles in a part.
    pub(super) fn add(&mut self, xml: &str) {
        let mut open = None;
        for_each(xml, |event| match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "style" => {
                    let named = |name: &str| attribute(element, name).unwrap_or_default();
                    let key = (named("family"), named("name"));
                    let base = attribute(element, "parent-style-name");
                    self.styles.insert(key.clone(), (base, OdtTextStyle::default()));
                    open = matches!(event, Event::Start(_)).then_some(key);
                }
                "text-properties" => {
                    if let Some((_, own)) = open.as_ref().and_then(|key| self.styles.get_mut(key)) {
                        let line = ["text-line-through-style", "text-line-through-type"]
                            .iter()
                            .filter_map(|name| attribute(element, name))
                            .map(|value| value != "none")
                            .reduce(|one, other| one || other);
                        let position = attribute(element, "text-position");
                        let is_raised = |position: String| !position.is_empty() && !position.starts_with("0%");
                        *own = OdtTextStyle {
                            struck: line,
                            raised: position.map(is_raised),
                            hidden: attribute(element, "display").map(|shown| shown == "none"),
                        };
                    }
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "style" => open = None,
            _ => {}
        });
    }

    /// Returns the formatting of a span with this style.
    pub(super) fn of_text(&self, name: &str) -> OdtTextStyle {
        self.inherited("text", name)
    }

    /// Returns the formatting of a paragraph with this style.
    pub(super) fn of_paragraph(&self, name: &str) -> OdtTextStyle {
        self.inherited("paragraph", name)
    }

    fn inherited(&self, family: &str, name: &str) -> OdtTextStyle {
        let (mut appearance, mut key) = (OdtTextStyle::default(), (family.to_owned(), name.to_owned()));
        for _ in 0..MAX_BASES {
            let Some((base, own)) = self.styles.get(&key) else { break };
            appearance = appearance.within(*own);
            let Some(base) = base else { break };
            key.1.clone_from(base);
        }
        appearance
    }
}
