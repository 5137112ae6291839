//! From events to families.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;

use super::part::{Part, Piece, SUFFIXES, add, bound, empty_value};
use super::{Exemplar, Families, Family, Metric, settle};
use crate::exposition::parse::{Event, Format, ParseError, Parser, RawSeries, Sample};
use crate::model::labels::METRIC_NAME;
use crate::model::{Labels, Metadata, MetricType};

/// Reads a whole page into families.
///
/// A sample that its family's type has no place for (a bucket without a readable `le`, say) is kept as a metric of
/// unknown type under its own name. A `# TYPE` behind the first sample of its family comes too late and is passed over.
/// It takes at most 200 bytes of memory for each byte of the page.
///
/// ```
/// use p95_core::exposition::families::{self, Value};
/// use p95_core::exposition::parse::Format;
///
/// let read = families::read(b"# TYPE load gauge\nload 0.7\n", Format::Text)?;
/// assert_eq!(read.families[0].metrics[0].value, Value::Gauge(0.7));
/// assert_eq!(families::read(b"load 0,7\n", Format::Text).unwrap_err().line, 1);
/// # Ok::<(), p95_core::exposition::parse::ParseError>(())
/// ```
///
/// # Errors
/// Where the page breaks its format.
pub fn read(page: &[u8], format: Format) -> Result<Families, ParseError> {
    let mut parser = Parser::new(page, format)?;
    let mut reader = Reader { adds_type_suffixes: format == Format::OpenMetrics, ..Reader::default() };
    while let Some(event) = parser.next_event()? {
        match event {
            Event::Type { name, metric_type } => reader.declare(&name, |family| {
                if family.metrics.is_empty() {
                    family.metadata.metric_type = metric_type;
                }
            }),
            Event::Help { name, help } => {
                reader.declare(&name, |family| family.metadata.help = help.as_ref().into());
            }
            Event::Unit { name, unit } => reader.declare(&name, |family| family.metadata.unit = unit.into()),
            Event::Sample(sample) => reader.sample(&sample),
        }
    }
    Ok(reader.finish())
}

/// Families under construction.
#[derive(Default)]
struct Reader {
    /// Whether samples of a counter `a` are called `a_total`, those of an info `a_info`. In text format 0.0.4 these are other
    /// families, whose types nobody has told.
    adds_type_suffixes: bool,
    open: Vec<Open>,
    /// Where in `open` a family stands.
    by_name: HashMap<Arc<str>, usize>,
    /// The same for samples that fit no family.
    strays: HashMap<Arc<str>, usize>,
    duplicates: u64,
    scratch: String,
}

/// A family under construction, with its metrics by labels and time.
struct Open {
    family: Family,
    by_labels: HashMap<(Labels, Option<i64>), usize>,
}

type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl Reader {
    /// Lets metadata change its family.
    fn declare(&mut self, name: &str, change: impl FnOnce(&mut Family)) {
        let at = place(&mut self.open, &mut self.by_name, name);
        if let Some(open) = self.open.get_mut(at) {
            change(&mut open.family);
        }
    }

    fn sample(&mut self, sample: &Sample<'_>) {
        let mut pairs: Pairs<'_> = sample.series.labels().collect();
        let name_at = pairs.iter().position(|(name, _)| name == METRIC_NAME);
        let name = name_at.map(|at| pairs.swap_remove(at).1).unwrap_or_default();
        let (at, part) = self.place(&name, &pairs);
        let Some(open) = self.open.get_mut(at) else { return };
        let own_label = part.own_label(&open.family.metadata.name);
        let own_at = pairs.iter().position(|(name, _)| own_label == Some(name.as_ref()));
        let own = own_at.map(|at| pairs.swap_remove(at).1.into_owned()).unwrap_or_default();
        let labels = labels(&mut self.scratch, &mut pairs);
        let metrics = &mut open.family.metrics;
        let mut is_new = false;
        let metric_at = *open.by_labels.entry((labels.clone(), sample.timestamp_ms)).or_insert_with(|| {
            is_new = true;
            let value = empty_value(open.family.metadata.metric_type);
            metrics.push(Metric { labels, timestamp_ms: sample.timestamp_ms, value });
            metrics.len() - 1
        });
        let exemplar = sample.exemplar.as_ref().map(|exemplar| Exemplar {
            labels: exemplar_labels(&mut self.scratch, &exemplar.labels),
            value: exemplar.value,
            timestamp_ms: exemplar.timestamp_ms,
        });
        if let Some(metric) = metrics.get_mut(metric_at) {
            let piece = Piece { part, own, number: sample.value, exemplar };
            self.duplicates += u64::from(!add(&mut metric.value, is_new, piece));
        }
    }

    /// The family of a sample, and which part of it the sample is.
    fn place(&mut self, name: &str, pairs: &Pairs<'_>) -> (usize, Part) {
        // The whole name first: a family `jobs_count` wins over the count of a summary `jobs`.
        for suffix in SUFFIXES {
            if !self.adds_type_suffixes && matches!(suffix, "_total" | "_info") {
                continue;
            }
            let Some(at) = name.strip_suffix(suffix).and_then(|family| self.by_name.get(family)) else {
                continue;
            };
            let Some(metadata) = self.open.get(*at).map(|open| &open.family.metadata) else { continue };
            let part = Part::of(metadata.metric_type, suffix);
            if let Some(part) = part.filter(|part| has_own_label(*part, &metadata.name, pairs)) {
                return (*at, part);
            }
        }
        let places = if self.by_name.contains_key(name) { &mut self.strays } else { &mut self.by_name };
        (place(&mut self.open, places, name), Part::Number)
    }

    fn finish(self) -> Families {
        let mut duplicates = self.duplicates;
        let mut families: Vec<Family> = self.open.into_iter().map(|open| open.family).collect();
        for metric in families.iter_mut().flat_map(|family| &mut family.metrics) {
            duplicates += settle(&mut metric.value) as u64;
        }
        Families { families, duplicates }
    }
}

/// Where the family of this name stands; one of unknown type is added where there is none.
fn place(open: &mut Vec<Open>, places: &mut HashMap<Arc<str>, usize>, name: &str) -> usize {
    if let Some(at) = places.get(name) {
        return *at;
    }
    let name: Arc<str> = name.into();
    let metric_type = MetricType::Unknown;
    let metadata = Metadata { name: name.clone(), metric_type, unit: "".into(), help: "".into() };
    open.push(Open { family: Family { metadata, metrics: Vec::new() }, by_labels: HashMap::new() });
    places.insert(name, open.len() - 1);
    open.len() - 1
}

/// Whether the label that tells this part apart is there and readable.
fn has_own_label(part: Part, family_name: &str, pairs: &Pairs<'_>) -> bool {
    let Some(own_label) = part.own_label(family_name) else { return true };
    let own = pairs.iter().find(|(name, _)| name == own_label).map(|(_, value)| value);
    own.is_some_and(|own| part == Part::State || bound(own).is_some())
}

/// Packs labels; those with an empty value are none.
fn labels(scratch: &mut String, pairs: &mut Pairs<'_>) -> Labels {
    pairs.retain(|(_, value)| !value.is_empty());
    pairs.sort_unstable();
    let sorted = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    // Names differ as the parser has checked, but two may be one once their escapes are resolved.
    Labels::from_sorted(scratch, sorted.clone()).unwrap_or_else(|| Labels::from_pairs(sorted))
}

fn exemplar_labels(scratch: &mut String, raw: &RawSeries<'_>) -> Labels {
    labels(scratch, &mut raw.labels().collect())
}
