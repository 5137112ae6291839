//! A replacement that refers to groups: `${1}`, `$name`.

use std::borrow::Cow;

use regex::Captures;

/// A text with references to the groups of a match.
#[derive(Clone, Debug)]
pub(super) struct Template {
    text: String,
    has_references: bool,
}

impl Template {
    /// Any text; what is no reference stands for itself.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), has_references: text.contains('$') }
    }

    /// A text that can make a label's name: not empty, and nothing in it is half a reference.
    pub(super) fn of_name(text: &str) -> Option<Self> {
        Some(text).filter(|text| !text.is_empty() && is_whole(text)).map(Self::new)
    }

    /// The text where nothing in it depends on a match.
    pub(super) fn constant(&self) -> Option<&str> {
        (!self.has_references).then_some(&self.text)
    }

    /// The text with the groups of a match in it. A group that is not there is empty.
    pub(super) fn expand(&self, captures: &Captures<'_>) -> Cow<'_, str> {
        if !self.has_references {
            return Cow::Borrowed(&self.text);
        }
        let mut expanded = String::new();
        captures.expand(&self.text, &mut expanded);
        Cow::Owned(expanded)
    }
}

/// Whether each `$` begins a reference, and each brace belongs to one.
fn is_whole(text: &str) -> bool {
    let mut parts = text.split('$');
    let no_braces = |text: &str| !text.contains(['{', '}']);
    parts.next().is_none_or(no_braces)
        && parts.all(|part| match part.strip_prefix('{') {
            Some(braced) => braced
                .split_once('}')
                .is_some_and(|(name, rest)| !name.is_empty() && no_braces(name) && no_braces(rest)),
            None => !part.is_empty() && no_braces(part),
        })
}
