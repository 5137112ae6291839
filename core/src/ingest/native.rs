//! Native histograms of a page in protobuf.

use super::error::ScrapeError;
use super::page::PageRead;
use super::scraper::Scraper;
use crate::exposition::encode;
use crate::exposition::families::{Families, Family, Value};
use crate::exposition::parse::{Event, Format, Parser};
use crate::model::{MetricType, NativeHistogram};

/// What [`Scraper::read_families`] makes of families.
#[derive(Debug, Default)]
pub(super) struct Natives {
    pub(super) histograms: Vec<NativeHistogram>,
    /// Where their samples begin among the staged ones; the value of such a sample is a place in `histograms`.
    pub(super) first_staged: usize,
}

impl Natives {
    /// The histogram of the staged sample at `position`, whose value this is.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is a place in a list"
    )]
    pub(super) fn of(&self, position: usize, value: f64) -> Option<&NativeHistogram> {
        if self.histograms.is_empty() || position < self.first_staged {
            None
        } else {
            self.histograms.get(value as usize)
        }
    }

    /// Forgets the last page.
    pub(super) fn clear(&mut self) {
        self.histograms.clear();
    }
}

impl Scraper {
    /// Reads families, as a page in protobuf holds them, with their native histograms. What else they hold is read as if
    /// it had been scraped as the OpenMetrics page that [`Scraper::page_of`] makes of them.
    ///
    /// ```
    /// use p95_core::exposition::Escaping;
    /// use p95_core::exposition::protobuf::{ProtobufEncoder, decode};
    /// use p95_core::ingest::{ScrapeOptions, Scraper};
    /// use p95_core::instrument::{Descriptor, Histogram, NativeOptions, Registry};
    /// use p95_core::model::select::{Select, TimeRange};
    /// use p95_core::model::{Labels, Matcher};
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let mut registry = Registry::default();
    /// let latency = Histogram::native(NativeOptions::default());
    /// registry.register(Descriptor::new("latency_seconds", ""), latency)?.observe(0.2);
    /// let mut page = ProtobufEncoder::new(Escaping::AllowUtf8);
    /// registry.visit(0, &mut page);
    ///
    /// let mut store = Store::new(StoreOptions::default());
    /// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default());
    /// scraper.read_families(&decode(&page.finish())?)?.commit(&mut store, 0, Default::default);
    /// let range = TimeRange { start_ms: 0, end_ms: 0 };
    /// let found = store.select(&[Matcher::equal("__name__", "latency_seconds")], range, 100)?;
    /// assert_eq!(found[0].samples.histograms[0].histogram.sum, 0.2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scraper::read`].
    pub fn read_families(&mut self, families: &Families) -> Result<PageRead<'_>, ScrapeError> {
        let page = Self::page_of(families);
        self.read_staged(|scraper| {
            scraper.stage(page.as_bytes(), Format::OpenMetrics)?;
            scraper.stage_histograms(families)
        })
    }

    /// What families say without native histograms, as OpenMetrics. A histogram that is native alone is left out: count
    /// and sum without buckets would pass for a classic one.
    ///
    /// ```
    /// use p95_core::exposition::families;
    /// use p95_core::exposition::parse::Format;
    /// use p95_core::ingest::Scraper;
    ///
    /// let read = families::read(b"# TYPE up gauge\nup 1\n", Format::Text)?;
    /// assert_eq!(Scraper::page_of(&read), "# TYPE up gauge\nup 1.0\n# EOF\n");
    /// # Ok::<(), p95_core::exposition::parse::ParseError>(())
    /// ```
    pub fn page_of(families: &Families) -> String {
        let is_classic = |value: &Value| match value {
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                histogram.native.is_none() || !histogram.buckets.is_empty()
            }
            _ => true,
        };
        let mut classic = families.clone();
        for family in &mut classic.families {
            family.metrics.retain(|metric| is_classic(&metric.value));
        }
        classic.encode(encode::Format::OpenMetrics)
    }

    /// Stages the native histograms of families.
    fn stage_histograms(&mut self, families: &Families) -> Result<(), ScrapeError> {
        self.natives.first_staged = self.staged.len();
        // The series pass through the same text as all others, and so through the same cache, labels and limits.
        let page = self.numbered(families).encode(encode::Format::Text);
        let mut parser = Parser::new(page.as_bytes(), Format::Text)?;
        while let Some(event) = parser.next_event()? {
            let Event::Sample(sample) = event else { continue };
            let at = match self.cache.find(sample.series.raw()) {
                Some(at) => at,
                None => self.meet(Format::Text, &sample)?,
            };
            self.stage_sample(at, &sample)?;
        }
        Ok(())
    }

    /// The families of native histograms, each metric's value the place of its histogram among the natives.
    fn numbered(&mut self, families: &Families) -> Families {
        let mut numbered = Families::default();
        for family in &families.families {
            let mut metadata = family.metadata.clone();
            metadata.metric_type = MetricType::Unknown;
            let metrics = family.metrics.iter().filter_map(|metric| {
                let (Value::Histogram(histogram) | Value::GaugeHistogram(histogram)) = &metric.value else {
                    return None;
                };
                self.natives.histograms.push(histogram.native.as_deref()?.clone());
                let mut metric = metric.clone();
                metric.value = Value::Unknown((self.natives.histograms.len() - 1) as f64);
                Some(metric)
            });
            let metrics = metrics.collect();
            numbered.families.push(Family { metadata, metrics });
        }
        numbered
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::exposition::families::{Histogram, Metric};
    use crate::ingest::ScrapeOptions;
    use crate::model::histogram::Bucket;
    use crate::model::select::{Select, TimeRange};
    use crate::model::{Labels, Matcher, Metadata};
    use crate::store::{Store, StoreOptions};

    fn families(count: f64) -> Families {
        let native = NativeHistogram {
            count,
            sum: 1.5,
            positive: vec![Bucket { index: 1, count }],
            ..NativeHistogram::default()
        };
        let histogram = Histogram {
            count: Some(count),
            sum: Some(1.5),
            native: Some(Box::new(native)),
            ..Histogram::default()
        };
        let labels = Labels::from_pairs([("route", "/a\"b")]);
        let metric = Metric { labels, timestamp_ms: None, value: Value::Histogram(histogram) };
        let name = "latency_seconds".into();
        let metadata =
            Metadata { name, metric_type: MetricType::Histogram, unit: "".into(), help: "Time.".into() };
        Families { families: vec![Family { metadata, metrics: vec![metric] }], duplicates: 0 }
    }

    #[test]
    fn native_histograms_are_stored_and_end() {
        let mut store = Store::new(StoreOptions::default());
        let mut scraper = Scraper::new(Labels::from_pairs([("job", "p95")]), ScrapeOptions::default());
        for (at_ms, count) in [(1_000, 2.0), (2_000, 5.0)] {
            let read = scraper.read_families(&families(count)).unwrap();
            let report = read.commit(&mut store, at_ms, || Duration::ZERO);
            assert_eq!((report.samples, report.duplicates), (1, 0));
        }
        let read = scraper.read_families(&Families::default()).unwrap();
        let report = read.commit(&mut store, 3_000, || Duration::ZERO);
        assert_eq!(report.series_ended, 1);
        let range = TimeRange { start_ms: 0, end_ms: 5_000 };
        let named = [Matcher::equal("__name__", "latency_seconds")];
        let series = store.select(&named, range, 1000).unwrap();
        assert_eq!(series.len(), 1);
        assert_eq!(series[0].labels.get("route"), Some("/a\"b"));
        let counts: Vec<f64> =
            series[0].samples.histograms.iter().map(|sample| sample.histogram.count).collect();
        assert_eq!(counts.get(..2), Some(&[2.0, 5.0][..]));
        assert_eq!(store.metadata_of("latency_seconds").unwrap().metric_type, MetricType::Histogram);
        assert_eq!(store.label_values("__name__", &[Matcher::equal("route", "/a\"b")]).len(), 1);
    }
}
