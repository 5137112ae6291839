//! Pages that the crate prometheus-parse has read, so that code written against it can move.

use std::sync::Arc;

use hashbrown::HashMap;
use prometheus_parse::{Sample, Scrape, Value as ScrapeValue};

use super::{Bucket, Counter, Families, Family, Histogram, Metric, Quantile, Summary, Value};
use crate::model::{Labels, Metadata, MetricType};

/// Takes over what prometheus-parse has read. What it has lost stays lost:
///
/// | in the page | in a `Scrape` | read by this crate |
/// |---|---|---|
/// | a line that breaks the format | passed over in silence | an error with line and column |
/// | `,`, `=` or `}` in a label's value | the label is lost or cut, or the whole line | kept |
/// | escapes in label values and help texts | stay as they are | resolved |
/// | blanks around labels | become a part of names and values | passed over |
/// | no timestamp | the time of parsing | no timestamp |
/// | the type of a family without metrics, info, state set, unit, exemplars, `_created` | lost | kept |
/// | `_sum` and `_count` of a histogram or summary | untyped samples; put back here by name and labels | parts of it |
/// | samples of one family | histograms and summaries at the end, in no certain order | in the page's order |
/// | a series that stands twice | both | the first; the other is counted |
impl From<Scrape> for Families {
    fn from(scrape: Scrape) -> Self {
        let mut taken = Taken { docs: scrape.docs, ..Taken::default() };
        let (parts, wholes): (Vec<Sample>, Vec<Sample>) =
            scrape.samples.into_iter().partition(|sample| matches!(sample.value, ScrapeValue::Untyped(_)));
        for sample in wholes {
            taken.whole(sample);
        }
        for sample in parts {
            if !taken.part(&sample) {
                taken.whole(sample);
            }
        }
        Self { families: taken.families, duplicates: 0 }
    }
}

/// Families under construction.
#[derive(Default)]
struct Taken {
    docs: std::collections::HashMap<String, String>,
    families: Vec<Family>,
    by_name: HashMap<Arc<str>, usize>,
    /// Family and metric of each histogram and summary.
    distributions: HashMap<(Arc<str>, Labels), (usize, usize)>,
}

impl Taken {
    /// A sample that is a metric by itself.
    fn whole(&mut self, sample: Sample) {
        let labels = labels(&sample);
        let (metric_type, value) = match sample.value {
            ScrapeValue::Counter(total) => {
                (MetricType::Counter, Value::Counter(Counter { total: Some(total), ..Counter::default() }))
            }
            ScrapeValue::Gauge(number) => (MetricType::Gauge, Value::Gauge(number)),
            ScrapeValue::Untyped(number) => (MetricType::Unknown, Value::Unknown(number)),
            ScrapeValue::Histogram(counts) => {
                let buckets = counts.into_iter().map(|bucket| Bucket {
                    upper_bound: bucket.less_than,
                    cumulative_count: bucket.count,
                    exemplar: None,
                });
                let histogram = Histogram { buckets: buckets.collect(), ..Histogram::default() };
                (MetricType::Histogram, Value::Histogram(histogram))
            }
            ScrapeValue::Summary(counts) => {
                let quantiles = counts
                    .into_iter()
                    .map(|quantile| Quantile { quantile: quantile.quantile, value: quantile.count });
                let summary = Summary { quantiles: quantiles.collect(), ..Summary::default() };
                (MetricType::Summary, Value::Summary(summary))
            }
        };
        let at = self.family(&sample.metric, metric_type);
        let Some(family) = self.families.get_mut(at) else { return };
        if matches!(value, Value::Histogram(_) | Value::Summary(_)) {
            let key = (Arc::clone(&family.metadata.name), labels.clone());
            self.distributions.insert(key, (at, family.metrics.len()));
        }
        let timestamp_ms = Some(sample.timestamp.timestamp_millis());
        family.metrics.push(Metric { labels, timestamp_ms, value });
    }

    /// Puts a sum or count back into its histogram or summary; `false` where there is none.
    fn part(&mut self, sample: &Sample) -> bool {
        let ScrapeValue::Untyped(number) = sample.value else { return false };
        let name = &sample.metric;
        let (stem, is_sum) = match (name.strip_suffix("_sum"), name.strip_suffix("_count")) {
            (Some(stem), _) => (stem, true),
            (_, Some(stem)) => (stem, false),
            _ => return false,
        };
        let place = self.distributions.get(&(Arc::from(stem), labels(sample))).copied();
        let metric =
            place.and_then(|(family, metric)| self.families.get_mut(family)?.metrics.get_mut(metric));
        match metric.map(|metric| &mut metric.value) {
            Some(
                Value::Histogram(Histogram { sum, count, .. }) | Value::Summary(Summary { sum, count, .. }),
            ) => {
                *(if is_sum { sum } else { count }) = Some(number);
                true
            }
            _ => false,
        }
    }

    /// Where the family of this name stands; it is added where there is none.
    fn family(&mut self, name: &str, metric_type: MetricType) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        let name: Arc<str> = name.into();
        let help = self.docs.get(&*name).map(String::as_str).unwrap_or_default().into();
        self.by_name.insert(Arc::clone(&name), self.families.len());
        let metadata = Metadata { name, metric_type, unit: "".into(), help };
        self.families.push(Family { metadata, metrics: Vec::new() });
        self.families.len() - 1
    }
}

fn labels(sample: &Sample) -> Labels {
    Labels::from_pairs(sample.labels.iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::families;
    use crate::exposition::parse::Format;

    /// What both read of a page, families by name and metrics by labels.
    fn both(page: &str) -> [Families; 2] {
        let scrape = Scrape::parse(page.lines().map(|line| Ok(line.to_owned()))).unwrap();
        let mut read = [families::read(page.as_bytes(), Format::Text).unwrap(), Families::from(scrape)];
        for families in &mut read {
            families.families.retain(|family| !family.metrics.is_empty());
            families.families.sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
            for family in &mut families.families {
                family.metrics.sort_by(|a, b| a.labels.cmp(&b.labels));
            }
        }
        read
    }

    #[test]
    fn where_prometheus_parse_is_right_both_read_the_same() {
        let [ours, theirs] = both(concat!(
            "# HELP hits_total Hits.\n# TYPE hits_total counter\nhits_total{page=\"/\"} 3 1000\nhits_total 4 1000\n",
            "# TYPE load gauge\nload -0.5 1000\n# HELP up Whether it is up.\nup{job=\"a\",instance=\"b:1\"} 1 1000\n",
            "# HELP wait Time.\n# TYPE wait histogram\nwait_bucket{le=\"0.1\"} 1 1000\nwait_bucket{le=\"+Inf\"} 2 1000\n",
            "wait_sum 3.5 1000\nwait_count 2 1000\nwait_bucket{le=\"+Inf\",route=\"x\"} 5 1000\n",
            "wait_count{route=\"x\"} 5 1000\n# TYPE size summary\nsize{quantile=\"0.5\"} 7 1000\nsize_sum 9 1000\n",
            "size_count 2 1000\njobs_count 8 1000\n",
        ));
        assert_eq!(ours, theirs);
    }

    #[test]
    fn where_it_is_not_the_table_says_so() {
        #[track_caller]
        fn check(page: &str, expect_theirs: &str) {
            let [ours, theirs] = both(page);
            assert_ne!(ours, theirs);
            let values = theirs
                .families
                .iter()
                .flat_map(|family| &family.metrics)
                .map(|metric| metric.labels.to_string());
            assert_eq!(values.collect::<Vec<_>>().join(" "), expect_theirs, "{page}");
        }
        check("a{b=\"c,d\"} 1 1\n", r#"{b="c"}"#);
        check("a{b=\"c=d\"} 1 1\n", "{}");
        check("a{b=\"c}d\"} 1 1\n", "");
        check("a{b=\"c\\\\d\"} 1 1\n", r#"{b="c\\\\d"}"#);
        check("a{ b=\"c\"} 1 1\n", r#"{" b"="c"}"#);
        check("a{b=\"c\"} 1\n", r#"{b="c"}"#);
        check("a{b=\"c\"} 1 1\na{b=\"c\"} 2 1\n", r#"{b="c"} {b="c"}"#);
    }
}
