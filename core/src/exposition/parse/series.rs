//! A series as its line writes it: `name{label="value"}`.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::cursor::Cursor;
use super::{Format, ParseError};
use crate::exposition::escape::{Escapes, unescape};
use crate::model::labels::METRIC_NAME;

/// The bytes of a series, checked by the parser: names are valid, quotes close, no label stands twice.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RawSeries<'a> {
    raw: &'a str,
}

impl<'a> RawSeries<'a> {
    /// The bytes: the metric's name and the braces, as they stand in the page.
    #[inline]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The labels in the page's order, the metric's name first as `__name__`, unescaped. Empty values are among them.
    pub fn labels(&self) -> LabelPairs<'a> {
        LabelPairs { cursor: Cursor::new(self.raw), place: Place::Name }
    }

    /// The metric's name, unescaped; empty for an exemplar's labels.
    pub fn metric_name(&self) -> Cow<'a, str> {
        self.labels().find(|(name, _)| name == METRIC_NAME).map(|(_, value)| value).unwrap_or_default()
    }

    /// Bytes that were a series in an earlier page.
    #[inline]
    pub(super) fn known(raw: &'a str) -> Self {
        Self { raw }
    }
}

/// The labels of a [`RawSeries`].
#[derive(Clone, Debug)]
pub struct LabelPairs<'a> {
    cursor: Cursor<'a>,
    place: Place,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Name,
    Braces,
}

impl<'a> Iterator for LabelPairs<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::Name {
            self.place = Place::Braces;
            let name = self.cursor.metric_name();
            self.cursor.eat_blanks();
            self.cursor.eat(b'{');
            if !name.is_empty() {
                return Some((METRIC_NAME.into(), name.into()));
            }
        }
        self.cursor.eat_blanks();
        self.cursor.eat(b',');
        self.cursor.eat_blanks();
        let name = if self.cursor.eat(b'"') {
            unescape(self.cursor.quoted().ok()?, Escapes::Quoted)
        } else {
            Cow::Borrowed(self.cursor.label_name())
        };
        self.cursor.eat_blanks();
        if !self.cursor.eat(b'=') {
            // A quoted text without a value is the metric's name.
            return (!name.is_empty()).then(|| (METRIC_NAME.into(), name));
        }
        self.cursor.eat_blanks();
        self.cursor.eat(b'"');
        let value = unescape(self.cursor.quoted().ok()?, Escapes::Quoted);
        Some((name, value))
    }
}

/// The series that stands next, with all its braces hold checked.
#[inline]
pub(super) fn series<'a>(cursor: &mut Cursor<'a>, format: Format) -> Result<RawSeries<'a>, ParseError> {
    let start = cursor.at();
    let name = cursor.metric_name();
    let mut end = cursor.at();
    if format == Format::Text {
        cursor.eat_blanks();
    }
    let mut has_name = !name.is_empty();
    if cursor.eat(b'{') {
        has_name |= braces(cursor, format, has_name)?;
        end = cursor.at();
    }
    if !has_name {
        return Err(cursor.error_at(start, "expected a metric's name"));
    }
    // Blanks behind a bare name belong to the value, not to the series.
    cursor.rewind(end);
    Ok(RawSeries { raw: cursor.since(start) })
}

/// The labels of an exemplar, which have no metric's name.
pub(super) fn exemplar_labels<'a>(cursor: &mut Cursor<'a>) -> Result<RawSeries<'a>, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'{') {
        return Err(cursor.error("expected '{' to open the exemplar's labels"));
    }
    if braces(cursor, Format::OpenMetrics, true)? {
        return Err(cursor.error_at(start, "expected labels: an exemplar has no metric's name"));
    }
    Ok(RawSeries { raw: cursor.since(start) })
}

/// Steps over the inside of braces and the closing one. Returns whether a metric's name stood in it.
fn braces<'a>(cursor: &mut Cursor<'a>, format: Format, has_name: bool) -> Result<bool, ParseError> {
    let mut found_name = false;
    let mut seen: Seen<'a> = Seen::new();
    loop {
        skip_blanks(cursor, format);
        if cursor.eat(b'}') {
            return Ok(found_name);
        }
        let name_at = cursor.at();
        let is_quoted = cursor.eat(b'"');
        let name = if is_quoted { cursor.quoted()? } else { cursor.label_name() };
        if name.is_empty() {
            return Err(cursor.error_at(name_at, "expected a label's name or '}'"));
        }
        skip_blanks(cursor, format);
        if cursor.eat(b'=') {
            if name == METRIC_NAME {
                return Err(cursor.error_at(
                    name_at,
                    "expected a label other than __name__: the name stands before the braces",
                ));
            }
            // Two quoted spellings may be one name once their escapes are resolved.
            let resolved = if is_quoted { unescape(name, Escapes::Quoted) } else { Cow::Borrowed(name) };
            let is_first = match resolved {
                Cow::Borrowed(name) => seen.insert(name),
                Cow::Owned(name) => seen.insert_owned(name),
            };
            if !is_first {
                return Err(cursor.error_at(
                    name_at,
                    format!("expected each label once: {} stands here again", name.escape_debug()),
                ));
            }
            skip_blanks(cursor, format);
            if !cursor.eat(b'"') {
                return Err(cursor.error("expected '\"' to open the label's value"));
            }
            cursor.quoted()?;
        } else if !is_quoted {
            return Err(cursor.error("expected '=' behind the label's name"));
        } else if has_name || found_name {
            return Err(cursor.error_at(name_at, "expected a label: the metric has a name already"));
        } else {
            found_name = true;
        }
        skip_blanks(cursor, format);
        if !cursor.eat(b',') && cursor.peek() != Some(b'}') {
            return Err(cursor.error("expected ',' or '}' behind the label's value"));
        }
    }
}

/// The names of the labels so far. Few are compared one by one; a page with more gets a hash set, so that no page can
/// make this slow.
struct Seen<'a> {
    first: [&'a str; Seen::FEW],
    count: usize,
    more: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Seen<'a> {
    const FEW: usize = 8;

    #[inline]
    fn new() -> Self {
        Self { first: [""; Self::FEW], count: 0, more: None }
    }

    /// Adds a name; `false` where it was there.
    #[inline]
    fn insert(&mut self, name: &'a str) -> bool {
        if self.first.iter().take(self.count).any(|earlier| *earlier == name) {
            return false;
        }
        match self.first.get_mut(self.count) {
            // A name among the owned ones would be missed here.
            Some(free) if self.more.is_none() => {
                *free = name;
                self.count += 1;
                true
            }
            _ => self.insert_more(name.into()),
        }
    }

    /// Adds a name that does not stand in the page as it is; `false` where it was there.
    fn insert_owned(&mut self, name: String) -> bool {
        let is_new = !self.first.iter().take(self.count).any(|earlier| *earlier == name);
        is_new && self.insert_more(name.into())
    }

    #[cold]
    fn insert_more(&mut self, name: Cow<'a, str>) -> bool {
        self.more.get_or_insert_default().insert(name)
    }
}

#[inline]
fn skip_blanks(cursor: &mut Cursor<'_>, format: Format) {
    if format == Format::Text {
        cursor.eat_blanks();
    }
}
