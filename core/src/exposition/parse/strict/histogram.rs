//! The samples of one histogram at one time, held against each other.

use super::line::SampleLine;
use super::{Rule, Violations};
use crate::exposition::parse::{Format, Sample};
use crate::model::MetricType;

/// What has been read of a histogram.
#[derive(Debug)]
pub(super) struct HistogramChecks {
    /// Where its first sample stands.
    at: usize,
    /// Bound and count of the last bucket.
    last: Option<(f64, f64)>,
    has_negative_bound: bool,
    /// The count and where it stands.
    count: Option<(f64, usize)>,
    sum: Option<(f64, usize)>,
}

impl HistogramChecks {
    pub(super) fn new(at: usize) -> Self {
        Self { at, last: None, has_negative_bound: false, count: None, sum: None }
    }

    /// Takes a bucket.
    pub(super) fn bucket(
        &mut self,
        upper_bound: f64,
        sample: &Sample<'_>,
        parts: &SampleLine<'_>,
        violations: &mut Violations,
    ) {
        self.has_negative_bound |= upper_bound < 0.0;
        if let Some((below, below_count)) = self.last {
            if upper_bound <= below {
                violations.add(
                    Rule::BucketOrder,
                    parts.series_at,
                    format!("{upper_bound} stands behind {below}"),
                );
            } else if sample.value < below_count {
                let message = format!("found {}, and {below_count} in the bucket below", sample.value);
                violations.add(Rule::BucketCumulative, parts.value_at, message);
            }
        }
        self.last = Some((upper_bound, sample.value));
    }

    /// Takes any other sample.
    pub(super) fn number(&mut self, suffix: &str, value: f64, parts: &SampleLine<'_>) {
        match suffix {
            "_count" | "_gcount" => self.count = Some((value, parts.value_at)),
            "_sum" | "_gsum" => self.sum = Some((value, parts.value_at)),
            _ => {}
        }
    }

    /// The histogram has ended.
    pub(super) fn finish(self, metric_type: MetricType, format: Format, violations: &mut Violations) {
        let infinite =
            self.last.filter(|(upper_bound, _)| *upper_bound == f64::INFINITY).map(|(_, count)| count);
        if infinite.is_none() {
            violations.add(Rule::BucketInfinity, self.at, "this histogram has none, or it is not the last");
        }
        if let Some(((count, at), infinite)) =
            self.count.zip(infinite).filter(|((count, _), infinite)| count != infinite)
        {
            violations.add(Rule::CountDiffers, at, format!("found {count}, and {infinite} in the bucket"));
        }
        if format == Format::Text {
            return;
        }
        match (self.sum, self.count) {
            (Some((_, at)), None) | (None, Some((_, at))) => {
                let missing = if self.sum.is_some() { "the count" } else { "the sum" };
                violations.add(Rule::SumAndCount, at, format!("{missing} is missing"));
            }
            _ => {}
        }
        if let Some((sum, at)) = self.sum {
            let is_gauge = metric_type == MetricType::GaugeHistogram;
            if (!is_gauge && self.has_negative_bound) || (is_gauge && !self.has_negative_bound && sum < 0.0) {
                violations.add(Rule::NegativeSum, at, format!("found the sum {sum}"));
            }
        }
    }
}
