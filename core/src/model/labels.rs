//! Label sets: the identity of a series.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The label that holds a metric's name.
///
/// ```
/// use p95_core::model::labels::{Labels, METRIC_NAME};
/// assert_eq!(Labels::from_pairs([(METRIC_NAME, "up")]).metric_name(), "up");
/// ```
pub const METRIC_NAME: &str = "__name__";
/// The label that holds a metric's type, where it is kept with the series.
///
/// ```
/// use p95_core::model::labels::{Labels, TYPE};
/// let labels = Labels::from_pairs([(TYPE, "counter"), ("job", "a")]);
/// assert_eq!(labels.without_metadata().to_string(), "{job=\"a\"}");
/// ```
pub const TYPE: &str = "__type__";
/// The label that holds a metric's unit, where it is kept with the series.
///
/// ```
/// use p95_core::model::labels::{Labels, UNIT};
/// let labels = Labels::from_pairs([(UNIT, "seconds"), ("job", "a")]);
/// assert_eq!(labels.without_metadata().to_string(), "{job=\"a\"}");
/// ```
pub const UNIT: &str = "__unit__";
/// The label that holds a classic bucket's upper bound.
///
/// ```
/// use p95_core::model::labels::{BUCKET, Labels};
/// assert_eq!(Labels::from_pairs([(BUCKET, "0.5")]).get(BUCKET), Some("0.5"));
/// ```
pub const BUCKET: &str = "le";
/// The label that holds a summary's quantile.
///
/// ```
/// use p95_core::model::labels::{Labels, QUANTILE};
/// assert_eq!(Labels::from_pairs([(QUANTILE, "0.99")]).get(QUANTILE), Some("0.99"));
/// ```
pub const QUANTILE: &str = "quantile";
/// The label that says which target a series was scraped from.
///
/// ```
/// use p95_core::model::labels::{INSTANCE, JOB, Labels};
/// let target = Labels::from_pairs([(JOB, "shop"), (INSTANCE, "shop:8000")]);
/// assert_eq!(target.to_string(), "{instance=\"shop:8000\", job=\"shop\"}");
/// ```
pub const INSTANCE: &str = "instance";
/// The label that says which group of targets a series belongs to.
///
/// ```
/// use p95_core::model::labels::{INSTANCE, JOB, Labels};
/// let target = Labels::from_pairs([(JOB, "shop"), (INSTANCE, "shop:8000")]);
/// assert_eq!(target.to_string(), "{instance=\"shop:8000\", job=\"shop\"}");
/// ```
pub const JOB: &str = "job";

/// An immutable label set, sorted by name, without duplicates or empty values; its metric's name is the label
/// [`METRIC_NAME`].
///
/// All pairs stand in one allocation, which clones share: a million series cost one allocation each. Two label sets
/// are equal when their pairs are, and equality compares the packed form, which spells each pair out with its lengths.
///
/// ```
/// use p95_core::model::Labels;
///
/// let labels = Labels::from_pairs([("__name__", "hits"), ("page", "/"), ("host", "")]);
/// assert_eq!(labels.to_string(), "hits{page=\"/\"}");
/// assert_eq!((labels.get("page"), labels.len()), (Some("/"), 2));
/// assert_eq!(labels.without_metric_name().to_string(), "{page=\"/\"}");
/// assert!(labels.size_bytes() > labels.without_metric_name().size_bytes());
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Labels {
    /// Per pair: length and text of the name, length and text of the value; lengths as in [`push_packed`].
    packed: Arc<str>,
}

impl Labels {
    /// The label set without labels.
    pub fn empty() -> Self {
        Self { packed: Arc::from("") }
    }

    /// A label set from pairs in any order. The last of several pairs with one name wins; an empty value means no label.
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut pairs: Vec<(N, V)> = pairs.into_iter().collect();
        // Those of one name keep their order.
        pairs.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        let mut packed = String::new();
        for same_name in pairs.chunk_by(|(a, _), (b, _)| a.as_ref() == b.as_ref()) {
            if let Some((name, value)) = same_name.last().filter(|(_, value)| !value.as_ref().is_empty()) {
                push_packed(&mut packed, name.as_ref());
                push_packed(&mut packed, value.as_ref());
            }
        }
        Self { packed: packed.into() }
    }

    /// A label set from pairs that are already sorted by name, without duplicates or empty values.
    ///
    /// `scratch` is overwritten; passing the same one again saves an allocation. Returns `None` where the pairs are not
    /// as promised.
    ///
    /// ```
    /// use p95_core::model::Labels;
    ///
    /// let mut scratch = String::new();
    /// let sorted = [("__name__", "hits"), ("page", "/")];
    /// assert_eq!(Labels::from_sorted(&mut scratch, sorted), Some(Labels::from_pairs(sorted)));
    /// assert_eq!(Labels::from_sorted(&mut scratch, [("b", "1"), ("a", "2")]), None);
    /// ```
    pub fn from_sorted<'a>(
        scratch: &mut String,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<Self> {
        scratch.clear();
        let mut last: Option<&str> = None;
        for (name, value) in pairs {
            if value.is_empty() || last.is_some_and(|last| last >= name) {
                return None;
            }
            last = Some(name);
            push_packed(scratch, name);
            push_packed(scratch, value);
        }
        Some(Self { packed: Arc::from(scratch.as_str()) })
    }

    /// A label set from pairs in the form of [`pack_pair`], sorted by name, without duplicates or empty values.
    ///
    /// `scratch` is overwritten, as in [`Labels::from_sorted`].
    #[cfg(feature = "store")]
    pub(crate) fn from_packed<'a>(scratch: &mut String, pairs: impl IntoIterator<Item = &'a str>) -> Self {
        scratch.clear();
        for pair in pairs {
            scratch.push_str(pair);
        }
        Self { packed: Arc::from(scratch.as_str()) }
    }

    /// The pairs, by ascending name.
    pub fn iter(&self) -> Iter<'_> {
        Iter { rest: &self.packed }
    }

    /// The value of the label `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The metric's name, or `""`.
    pub fn metric_name(&self) -> &str {
        self.get(METRIC_NAME).unwrap_or_default()
    }

    /// The number of labels, the metric's name among them.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is no label at all.
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// The bytes that the pairs take, for accounts of memory.
    pub fn size_bytes(&self) -> usize {
        self.packed.len()
    }

    /// The same labels, to be changed.
    pub fn to_builder(&self) -> LabelsBuilder {
        LabelsBuilder { pairs: self.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect() }
    }

    /// The labels whose names satisfy `keep`.
    pub fn filter(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        let mut packed = String::with_capacity(self.packed.len());
        for (name, value) in self.iter().filter(|(name, _)| keep(name)) {
            push_packed(&mut packed, name);
            push_packed(&mut packed, value);
        }
        Self { packed: packed.into() }
    }

    /// The labels without the metric's name.
    pub fn without_metric_name(&self) -> Self {
        self.filter(|name| name != METRIC_NAME)
    }

    /// The labels without what says what the values mean: the metric's name, type and unit.
    pub fn without_metadata(&self) -> Self {
        self.filter(|name| !is_metadata(name))
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::empty()
    }
}

impl Ord for Labels {
    /// By the first pair that differs, its name before its value; a prefix comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl PartialOrd for Labels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As PromQL writes a series: `name{label="value"}`, with quoted names where they need it.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metric_name = self.metric_name();
        let name_outside = !metric_name.is_empty() && is_legacy_metric_name(metric_name);
        if name_outside {
            f.write_str(metric_name)?;
            if self.len() == 1 {
                return Ok(());
            }
        }
        f.write_str("{")?;
        let mut separator = "";
        if !metric_name.is_empty() && !name_outside {
            write_quoted(f, metric_name)?;
            separator = ", ";
        }
        for (name, value) in self.iter().filter(|(name, _)| *name != METRIC_NAME) {
            f.write_str(separator)?;
            write_label_name(f, name)?;
            f.write_str("=")?;
            write_quoted(f, value)?;
            separator = ", ";
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'a> IntoIterator for &'a Labels {
    type IntoIter = Iter<'a>;
    type Item = (&'a str, &'a str);

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A map of names to values, as Prometheus' HTTP API shows label sets.
#[cfg(feature = "serde")]
impl serde::Serialize for Labels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        // Some formats write the length first.
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Labels {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::collections::BTreeMap::<String, String>::deserialize(deserializer).map(Self::from_pairs)
    }
}

/// The pairs of a [`Labels`], by ascending name.
///
/// ```
/// use p95_core::model::Labels;
/// let labels = Labels::from_pairs([("b", "2"), ("a", "1")]);
/// assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
/// ```
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = split_packed(self.rest)?;
        let (value, rest) = split_packed(rest)?;
        self.rest = rest;
        Some((name, value))
    }
}

/// A label set under construction.
///
/// ```
/// use p95_core::model::LabelsBuilder;
///
/// let mut builder = LabelsBuilder::default();
/// builder.set("job", "a").set("pod", "b").remove("pod");
/// assert_eq!(builder.build().to_string(), "{job=\"a\"}");
/// builder.retain(|name| name != "job");
/// assert!(builder.build().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct LabelsBuilder {
    pairs: Vec<(String, String)>,
}

impl LabelsBuilder {
    /// Sets the label `name`; an empty value removes it.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let found = self.pairs.iter().position(|(n, _)| n == name);
        match (found.and_then(|at| self.pairs.get_mut(at)), value.is_empty()) {
            (Some(pair), false) => value.clone_into(&mut pair.1),
            (Some(_), true) => self.pairs.retain(|(n, _)| n != name),
            (None, false) => self.pairs.push((name.to_owned(), value.to_owned())),
            (None, true) => {}
        }
        self
    }

    /// Removes the label `name`, if it is there.
    pub fn remove(&mut self, name: &str) -> &mut Self {
        self.set(name, "")
    }

    /// The value of the label `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Keeps the labels whose names satisfy `keep`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.pairs.retain(|(name, _)| keep(name));
    }

    /// The finished label set. The builder can go on to be used.
    pub fn build(&mut self) -> Labels {
        self.pairs.sort_unstable();
        let mut packed = String::with_capacity(self.pairs.iter().map(|(n, v)| n.len() + v.len() + 4).sum());
        for (name, value) in &self.pairs {
            push_packed(&mut packed, name);
            push_packed(&mut packed, value);
        }
        Labels { packed: packed.into() }
    }
}

/// A name or value as a map key that can be looked up by `&str`.
impl Borrow<str> for Labels {
    /// The packed form, which is equal exactly where the labels are.
    fn borrow(&self) -> &str {
        &self.packed
    }
}

/// One pair as label sets hold it.
#[cfg(feature = "store")]
pub(crate) fn pack_pair(name: &str, value: &str) -> Box<str> {
    let mut packed = String::with_capacity(name.len() + value.len() + 4);
    push_packed(&mut packed, name);
    push_packed(&mut packed, value);
    packed.into()
}

/// Appends a text behind its length in bytes: base 64, least significant digit first, one ASCII character a digit, where
/// the bit `0x40` says that another digit follows. So the packed form stays valid UTF-8, and reading it needs no check.
fn push_packed(packed: &mut String, text: &str) {
    let mut length = text.len();
    loop {
        let digit = (length & 0x3f) as u8;
        length >>= 6;
        if length == 0 {
            packed.push(char::from(digit));
            break;
        }
        packed.push(char::from(digit | 0x40));
    }
    packed.push_str(text);
}

/// Splits the first text off the packed form.
#[inline]
fn split_packed(packed: &str) -> Option<(&str, &str)> {
    let mut length = 0_usize;
    let mut shift = 0_u32;
    for (at, digit) in packed.bytes().enumerate() {
        length |= usize::from(digit & 0x3f) << shift;
        shift += 6;
        if digit & 0x40 == 0 {
            return packed.get(at + 1..)?.split_at_checked(length);
        }
    }
    None
}

/// Whether the label `name` says what the values mean: the metric's name, type or unit.
///
/// ```
/// use p95_core::model::labels::is_metadata;
/// assert!(is_metadata("__name__") && !is_metadata("job"));
/// ```
pub fn is_metadata(name: &str) -> bool {
    matches!(name, METRIC_NAME | TYPE | UNIT)
}

/// Whether `name` needs no quotes as a metric's name: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
///
/// ```
/// use p95_core::model::labels::is_legacy_metric_name;
/// assert!(is_legacy_metric_name("job:hits:sum") && !is_legacy_metric_name("http.hits"));
/// ```
pub fn is_legacy_metric_name(name: &str) -> bool {
    name.bytes()
        .enumerate()
        .all(|(at, b)| matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':') || (at > 0 && b.is_ascii_digit()))
        && !name.is_empty()
}

/// Whether `name` needs no quotes as a label's name: `[a-zA-Z_][a-zA-Z0-9_]*`.
///
/// ```
/// use p95_core::model::labels::is_legacy_label_name;
/// assert!(is_legacy_label_name("status_code") && !is_legacy_label_name("a:b"));
/// ```
pub fn is_legacy_label_name(name: &str) -> bool {
    is_legacy_metric_name(name) && !name.contains(':')
}

/// Writes a label's name as PromQL does: quoted only where it needs it.
pub(crate) fn write_label_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if is_legacy_label_name(name) { f.write_str(name) } else { write_quoted(f, name) }
}

/// Writes a string literal as Go's `strconv.Quote` does, which is how Prometheus shows label values.
pub(crate) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
            c if c.is_control() || is_invisible(c) => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// Characters that would not show, or would reorder the text around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::from_pairs(pairs.iter().copied())
    }

    #[test]
    fn sorted_and_without_empty_values() {
        let set = labels(&[("b", "2"), ("a", "1"), ("c", ""), ("b", "3")]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "3")]);
        assert_eq!(set.get("c"), None);
        assert!(labels(&[("a", "1"), ("a", "")]).is_empty());
    }

    #[test]
    fn equal_by_value_never_by_concatenation() {
        assert_ne!(labels(&[("l", "ab"), ("m", "c")]), labels(&[("l", "a"), ("m", "bc")]));
        assert_ne!(labels(&[("a", "bc")]), labels(&[("ab", "c")]));
    }

    #[test]
    fn long_and_multibyte_texts_survive_packing() {
        let long = "é".repeat(70_000);
        let set = labels(&[("l", &long), ("m", "\0")]);
        assert_eq!(set.get("l"), Some(long.as_str()));
        assert_eq!(set.get("m"), Some("\0"));
    }

    #[test]
    fn ordered_pair_by_pair() {
        let sets =
            [labels(&[]), labels(&[("a", "1")]), labels(&[("a", "1"), ("b", "1")]), labels(&[("a", "10")])];
        assert!(sets.is_sorted());
    }

    #[test]
    fn from_sorted_refuses_what_is_not_sorted() {
        let mut scratch = String::new();
        assert_eq!(
            Labels::from_sorted(&mut scratch, [("a", "1"), ("b", "2")]),
            Some(labels(&[("b", "2"), ("a", "1")]))
        );
        assert_eq!(Labels::from_sorted(&mut scratch, [("b", "1"), ("a", "2")]), None);
        assert_eq!(Labels::from_sorted(&mut scratch, [("a", "1"), ("a", "2")]), None);
        assert_eq!(Labels::from_sorted(&mut scratch, [("a", "")]), None);
    }

    #[cfg(feature = "store")]
    #[test]
    fn packed_pairs_make_a_label_set() {
        let long = "v".repeat(70);
        let set = labels(&[("a", "1"), ("bé", &long)]);
        let packed = set.iter().map(|(name, value)| pack_pair(name, value)).collect::<Vec<_>>();
        assert_eq!(Labels::from_packed(&mut "old".to_owned(), packed.iter().map(|pair| &**pair)), set);
    }

    #[test]
    fn shown_as_promql_writes_them() {
        #[track_caller]
        fn check(pairs: &[(&str, &str)], expect: &str) {
            assert_eq!(labels(pairs).to_string(), expect);
        }
        check(&[], "{}");
        check(&[("__name__", "up")], "up");
        check(&[("__name__", "up"), ("job", "a\"b\\\n")], r#"up{job="a\"b\\\n"}"#);
        check(&[("__name__", "ça va"), ("le.x", "1")], r#"{"ça va", "le.x"="1"}"#);
        check(&[("l", "\u{1b}[31m\u{202e}")], r#"{l="\x1b[31m\u202e"}"#);
    }
}
