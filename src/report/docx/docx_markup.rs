//! A tree of XML that preserves its source: unchanged nodes are written again byte for byte.

use quick_xml::events::Event;

/// Maximum nesting depth; Word's own documents are far below it.
const DEEPEST: usize = 200;

/// A node of the tree.
#[derive(Debug)]
pub(super) enum Node<'x> {
    /// Text, a comment or a declaration, as in the source.
    Raw(&'x str),
    /// An element.
    Element(Element<'x>),
}

/// An element with its tags as in the source.
#[derive(Debug)]
pub(super) struct Element<'x> {
    /// The start tag, or the whole of an empty element.
    pub(super) open: &'x str,
    /// Its content.
    pub(super) inner: Vec<Node<'x>>,
    /// The end tag; empty for an empty element.
    pub(super) close: &'x str,
}

impl<'x> Element<'x> {
    /// Returns its name with the prefix, which differs between programs.
    pub(super) fn qualified(&self) -> &'x str {
        let name = self.open.trim_start_matches('<');
        name.split(|c: char| c.is_whitespace() || c == '/' || c == '>').next().unwrap_or("")
    }

    /// Returns its name without the prefix.
    pub(super) fn name(&self) -> &'x str {
        let qualified = self.qualified();
        qualified.split_once(':').map_or(qualified, |(_, local)| local)
    }

    /// Returns its child elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element<'x>> {
        self.inner.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Raw(_) => None,
        })
    }

    /// Returns its own text without that of child elements, unescaped.
    pub(super) fn text(&self) -> String {
        let raw: String = self.inner.iter().map(|node| if let Node::Raw(raw) = node { raw } else { "" }).collect();
        quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned)
    }
}

/// Parses XML into a tree.
pub(super) fn parse(xml: &str) -> Result<Vec<Node<'_>>, String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut open = vec![Element { open: "", inner: Vec::new(), close: "" }];
    let mut at = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let end = usize::try_from(reader.buffer_position()).map_err(|error| error.to_string())?;
        let piece = xml.get(at..end).unwrap_or("");
        at = end;
        let element = || Element { open: piece, inner: Vec::new(), close: "" };
        let node = match event {
            Event::Start(_) if open.len() > DEEPEST => return Err("it is nested too deep".to_owned()),
            Event::Start(_) => {
                open.push(element());
                continue;
            }
            Event::End(_) => open.pop().map(|element| Node::Element(Element { close: piece, ..element })),
            Event::Empty(_) => Some(Node::Element(element())),
            Event::Eof => break,
            _ => Some(Node::Raw(piece)),
        };
        if let (Some(node), Some(parent)) = (node, open.last_mut()) {
            parent.inner.push(node);
        }
    }
    match (open.pop(), open.len()) {
        (Some(root), 0) => Ok(root.inner),
        _ => Err("an element is not closed".to_owned()),
    }
}
