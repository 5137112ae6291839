//! A store as OpenMetrics text with timestamps, as `promtool tsdb create-blocks-from openmetrics` takes it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use crate::exposition::encode::HistoryLines;
use crate::model::labels::{BUCKET, METRIC_NAME, QUANTILE};
use crate::model::select::{Select as _, SelectedSeries, TimeRange};
use crate::model::{FloatSample, Labels, Matcher, Metadata, MetricType, is_stale};
use crate::store::Store;

/// How much text is handed on at once, in bytes.
const PIECE_BYTES: usize = 1 << 20;

/// What was written, and what has no form in OpenMetrics.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Exported {
    /// Series.
    pub series: u64,
    /// Samples.
    pub samples: u64,
    /// Markers that say where a series ended: a reader sees it end five minutes after its last sample instead.
    pub stale_markers: u64,
    /// Samples that are native histograms.
    pub native_histograms: u64,
}

/// Writes everything that a store holds: families by name, the samples of each metric in order of time.
///
/// # Errors
/// Where `out` does not take it.
pub fn write_openmetrics(store: &Store, out: &mut impl Write) -> io::Result<Exported> {
    let mut exported = Exported::default();
    let mut lines = HistoryLines::default();
    for family in families(store) {
        lines.family(&family.metadata);
        let metrics = metrics_of(store, &family);
        for series in metrics.into_values() {
            write_metric(&series, &mut lines, out, &mut exported)?;
        }
    }
    lines.end();
    out.write_all(lines.take().as_bytes())?;
    Ok(exported)
}

/// A family of OpenMetrics, and the metric names that belong to it.
struct Family {
    metadata: Metadata,
    names: Vec<String>,
}

/// The families of all metric names, by name.
fn families(store: &Store) -> Vec<Family> {
    let mut families: BTreeMap<Arc<str>, Family> = BTreeMap::new();
    for name in store.label_values(METRIC_NAME, &[]) {
        let unknown = || Metadata {
            name: name.as_str().into(),
            metric_type: MetricType::Unknown,
            unit: "".into(),
            help: "".into(),
        };
        let metadata = metadata_of(store, &name).unwrap_or_else(unknown);
        // In the text format two families may have names that OpenMetrics takes for one.
        let is_free = families.get(&metadata.name).is_none_or(|family| family.metadata == metadata);
        let metadata = if is_free { metadata } else { unknown() };
        let family = families
            .entry(Arc::clone(&metadata.name))
            .or_insert_with(|| Family { metadata, names: Vec::new() });
        family.names.push(name);
    }
    families.into_values().collect()
}

/// What OpenMetrics says of the family of a metric name; `None` where nothing is known that it could say.
fn metadata_of(store: &Store, name: &str) -> Option<Metadata> {
    if let Some(known) = store.metadata_of(name) {
        let (stem, fits) = match known.metric_type {
            // The text format calls a counter's family by the name of its samples.
            MetricType::Counter => (name.strip_suffix("_total"), true),
            MetricType::Summary | MetricType::Gauge | MetricType::StateSet => (Some(name), true),
            _ => (Some(name), false),
        };
        let metric_type = if fits && stem.is_some() { known.metric_type } else { MetricType::Unknown };
        return Some(renamed(known, stem.unwrap_or(name), metric_type));
    }
    let suffixes = [
        ("_total", &[MetricType::Counter][..]),
        ("_info", &[MetricType::Info]),
        ("_bucket", &[MetricType::Histogram, MetricType::GaugeHistogram]),
        ("_count", &[MetricType::Histogram, MetricType::Summary]),
        ("_sum", &[MetricType::Histogram, MetricType::Summary]),
        ("_gcount", &[MetricType::GaugeHistogram]),
        ("_gsum", &[MetricType::GaugeHistogram]),
        ("_created", &[MetricType::Counter, MetricType::Histogram, MetricType::Summary]),
    ];
    suffixes.iter().find_map(|(suffix, types)| {
        let stem = name.strip_suffix(suffix)?;
        let known = store.metadata_of(stem)?;
        types.contains(&known.metric_type).then(|| renamed(known, stem, known.metric_type))
    })
}

/// The metadata under the name and type that OpenMetrics has for it.
fn renamed(known: &Metadata, name: &str, metric_type: MetricType) -> Metadata {
    // A unit has to be the end of the name.
    let has_unit = name.strip_suffix(&*known.unit).is_some_and(|stem| stem.ends_with('_'));
    let unit = if has_unit { Arc::clone(&known.unit) } else { "".into() };
    Metadata { name: name.into(), metric_type, unit, help: Arc::clone(&known.help) }
}

/// The series of a family by metric: those that differ in name, bucket or quantile alone are one.
fn metrics_of(store: &Store, family: &Family) -> BTreeMap<Labels, Vec<SelectedSeries>> {
    let always = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };
    let is_histogram =
        matches!(family.metadata.metric_type, MetricType::Histogram | MetricType::GaugeHistogram);
    let is_summary = family.metadata.metric_type == MetricType::Summary;
    let mut metrics: BTreeMap<Labels, Vec<SelectedSeries>> = BTreeMap::new();
    for name in &family.names {
        let found =
            store.select(&[Matcher::equal(METRIC_NAME, name)], always, usize::MAX).unwrap_or_default();
        for series in found {
            let metric = series.labels.filter(|name| {
                name != METRIC_NAME && !(is_histogram && name == BUCKET) && !(is_summary && name == QUANTILE)
            });
            metrics.entry(metric).or_default().push(series);
        }
    }
    for series in metrics.values_mut() {
        series.sort_by(|a, b| bound(a).total_cmp(&bound(b)));
    }
    metrics
}

/// What the series of a metric are ordered by: buckets and quantiles from the lowest, then the others as they come.
fn bound(series: &SelectedSeries) -> f64 {
    let text = series.labels.get(BUCKET).or_else(|| series.labels.get(QUANTILE));
    match text.map(str::parse::<f64>) {
        Some(Ok(bound)) => bound,
        Some(Err(_)) | None => f64::NAN,
    }
}

/// Writes the samples of a metric, time by time.
fn write_metric(
    series: &[SelectedSeries],
    lines: &mut HistoryLines,
    out: &mut impl Write,
    exported: &mut Exported,
) -> io::Result<()> {
    let mut cursors: Vec<(String, std::iter::Peekable<std::slice::Iter<'_, FloatSample>>)> = Vec::new();
    for one in series {
        exported.native_histograms += one.samples.histograms.len() as u64;
        exported.series += u64::from(!one.samples.floats.is_empty());
        cursors.push((lines.series(&one.labels), one.samples.floats.iter().peekable()));
    }
    while let Some(next_ms) =
        cursors.iter_mut().filter_map(|(_, floats)| floats.peek().map(|sample| sample.timestamp_ms)).min()
    {
        for (prefix, floats) in &mut cursors {
            let Some(sample) = floats.next_if(|sample| sample.timestamp_ms == next_ms) else { continue };
            if is_stale(sample.value) {
                exported.stale_markers += 1;
                continue;
            }
            lines.sample(prefix, sample.timestamp_ms, sample.value);
            exported.samples += 1;
        }
        if lines.len_bytes() >= PIECE_BYTES {
            out.write_all(lines.take().as_bytes())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exposition::parse::{Format, Parser};
    use crate::ingest::{History, ScrapeOptions, Scraper};
    use crate::store::StoreOptions;

    /// A store with these pages, one second apart.
    fn store_of(pages: &[&str], format: Format) -> Store {
        let mut store = Store::new(StoreOptions::default());
        let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default());
        for (at_secs, page) in (1..).zip(pages) {
            scraper
                .ingest(&mut store, page.as_bytes(), format, at_secs * 1_000, || Duration::from_millis(500))
                .unwrap();
        }
        store
    }

    fn text_of(store: &Store) -> (String, Exported) {
        let mut out = Vec::new();
        let exported = write_openmetrics(store, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), exported)
    }

    /// Expects these lines in what is exported, besides `up` and its siblings, and the strict parser to take it.
    #[track_caller]
    fn check(pages: &[&str], format: Format, expect: &[&str]) {
        let (text, _) = text_of(&store_of(pages, format));
        let is_own =
            |line: &&str| !line.contains("scrape_") && !line.contains(" up ") && !line.starts_with("up ");
        assert_eq!(Vec::from_iter(text.lines().filter(is_own)), [expect, &["# EOF"]].concat());
        let mut parser = Parser::strict(text.as_bytes(), Format::OpenMetrics).unwrap();
        while parser.next_event().unwrap_or_else(|error| panic!("{error}\n{text}")).is_some() {}
    }

    #[test]
    fn families_are_those_of_openmetrics() {
        check(
            &["# TYPE a_total counter\n# HELP a_total All.\na_total 1\n", "a_total 2.5\n"],
            Format::Text,
            &["# TYPE a counter", "# HELP a All.", "a_total 1.0 1.000", "a_total 2.5 2.000"],
        );
        check(
            &["# TYPE a counter\na 1\n# TYPE b gauge\nb{x=\"\\\"\"} NaN\n"],
            Format::Text,
            &["# TYPE a unknown", "a 1.0 1.000", "# TYPE b gauge", "b{x=\"\\\"\"} NaN 1.000"],
        );
        check(
            &["# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n"],
            Format::OpenMetrics,
            &["# TYPE a_seconds gauge", "# UNIT a_seconds seconds", "a_seconds 1.0 1.000"],
        );
    }

    #[test]
    fn the_samples_of_a_histogram_stay_together() {
        let page = |count: u32| {
            format!(
                "# TYPE h histogram\nh_bucket{{le=\"+Inf\"}} {count}\nh_bucket{{le=\"10\"}} 1\nh_bucket{{le=\"9.0\"}} 0\n\
                 h_sum 5\nh_count {count}\n"
            )
        };
        check(
            &[&page(2), &page(3)],
            Format::Text,
            &[
                "# TYPE h histogram",
                "h_bucket{le=\"9.0\"} 0.0 1.000",
                "h_bucket{le=\"10.0\"} 1.0 1.000",
                "h_bucket{le=\"+Inf\"} 2.0 1.000",
                "h_count 2.0 1.000",
                "h_sum 5.0 1.000",
                "h_bucket{le=\"9.0\"} 0.0 2.000",
                "h_bucket{le=\"10.0\"} 1.0 2.000",
                "h_bucket{le=\"+Inf\"} 3.0 2.000",
                "h_count 3.0 2.000",
                "h_sum 5.0 2.000",
            ],
        );
    }

    #[test]
    fn what_is_exported_is_read_again() {
        let pages = ["a{b=\"c\"} 1\n# TYPE d gauge\nd -0.1\n", "a{b=\"c\"} 1e300\nd +Inf\n", "d 3\n"];
        let (text, exported) = text_of(&store_of(&pages, Format::Text));
        assert_eq!((exported.series, exported.samples, exported.stale_markers), (7, 20, 1));
        let mut store = Store::new(StoreOptions::default());
        let mut history = History::new(text.as_bytes()).unwrap();
        while history.read(&mut store, 3).unwrap() {}
        assert_eq!(history.report().samples, 20);
        assert_eq!(text_of(&store).0, text);
    }
}
