//! The samples of a page, as they are sent.

use hashbrown::HashSet;
use p95_core::exposition::parse::{Event, Format, ParseError, Parser};
use p95_core::model::{FloatSample, Labels, STALE_NAN};
use p95_core::remote::write::WrittenSeries;

/// The samples of a page in the text format, with `extra` labels where they have none of that name. `shown` are the series
/// of the page before, and become those of this one: what is no longer there gets a stale marker.
pub(super) fn samples(
    page: &[u8],
    extra: &[(String, String)],
    at_ms: i64,
    shown: &mut HashSet<Labels>,
) -> Result<Vec<WrittenSeries>, ParseError> {
    let mut parser = Parser::new(page, Format::Text)?;
    let mut samples = Vec::new();
    let mut now_shown = HashSet::new();
    while let Some(event) = parser.next_event()? {
        let Event::Sample(sample) = event else { continue };
        let own = sample.series.labels().map(|(name, value)| (name.into_owned(), value.into_owned()));
        // The last of a name wins; an empty value is no label.
        let own = own.filter(|(_, value)| !value.is_empty());
        let labels = Labels::from_pairs(extra.iter().cloned().chain(own));
        now_shown.insert(labels.clone());
        samples.push(written(labels, sample.value, at_ms));
    }
    let gone = shown.iter().filter(|labels| !now_shown.contains(*labels));
    samples.extend(gone.map(|labels| written(labels.clone(), STALE_NAN, at_ms)));
    *shown = now_shown;
    Ok(samples)
}

fn written(labels: Labels, value: f64, timestamp_ms: i64) -> WrittenSeries {
    WrittenSeries { labels, samples: vec![FloatSample { timestamp_ms, value }], ..WrittenSeries::default() }
}
