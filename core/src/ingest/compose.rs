//! From a series in a page to its labels in the store.

use std::borrow::Cow;

use super::error::{ScrapeError, shortened};
use super::float_label::canonical;
use super::options::{ScrapeLimits, ScrapeOptions};
use super::relabel::RelabelRules;
use crate::exposition::parse::RawSeries;
use crate::model::labels::{BUCKET, QUANTILE};
use crate::model::{Labels, MetricType};
use crate::store::{SeriesId, Store};

/// Puts a page's labels and the target's together.
#[derive(Debug)]
pub(super) struct Composer {
    target: Labels,
    options: ScrapeOptions,
    rules: RelabelRules,
}

/// Name and value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

impl Composer {
    /// A composer for a target with these labels.
    pub(super) fn new(target: Labels, options: ScrapeOptions) -> Self {
        Self { target, options, rules: RelabelRules::default() }
    }

    /// The target's labels.
    pub(super) fn target(&self) -> &Labels {
        &self.target
    }

    /// Has the labels rewritten.
    pub(super) fn set_rules(&mut self, rules: RelabelRules) {
        self.rules = rules;
    }

    /// Whether a series in a page, whose family has this type, is kept.
    ///
    /// # Errors
    /// Where its labels exceed a limit, or relabelling takes its name.
    pub(super) fn check(&self, series: RawSeries<'_>, metric_type: MetricType) -> Result<bool, ScrapeError> {
        let has_limits = self.options.limits != ScrapeLimits::default();
        if !has_limits && self.rules.is_empty() {
            return Ok(true);
        }
        let Some(labels) = self.relabelled(&self.pairs(series, metric_type)) else { return Ok(false) };
        if labels.metric_name().is_empty() {
            return Err(ScrapeError::NoName { series: shortened(series.raw()) });
        }
        self.check_limits(&labels)?;
        Ok(true)
    }

    /// The series in the store of a series in a page, whose family has this type; `None` where relabelling drops it.
    pub(super) fn series_for(
        &self,
        store: &mut Store,
        series: RawSeries<'_>,
        metric_type: MetricType,
    ) -> Option<SeriesId> {
        let pairs = self.pairs(series, metric_type);
        if self.rules.is_empty() {
            let sorted = pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
            return Some(store.series_for_sorted(sorted));
        }
        Some(store.series_for(&self.relabelled(&pairs)?))
    }

    /// The labels of a series before relabelling, sorted.
    fn pairs<'a>(&'a self, series: RawSeries<'a>, metric_type: MetricType) -> Vec<Pair<'a>> {
        let mut pairs = Vec::with_capacity(16);
        pairs.extend(series.labels().filter(|(_, value)| !value.is_empty()));
        normalise_bounds(&mut pairs, metric_type);
        if !pairs.is_sorted() {
            pairs.sort_unstable();
        }
        add_target_labels(&mut pairs, &self.target, self.options.honor_labels);
        pairs
    }

    /// What the rules leave of labels; `None` where that is nothing.
    fn relabelled(&self, pairs: &[Pair<'_>]) -> Option<Labels> {
        let mut labels = Labels::from_pairs(pairs.iter().map(|(name, value)| (name, value))).to_builder();
        let is_kept = self.rules.apply(&mut labels);
        Some(labels.build()).filter(|labels| is_kept && !labels.is_empty())
    }

    fn check_limits(&self, labels: &Labels) -> Result<(), ScrapeError> {
        let limits = &self.options.limits;
        if let Some(limit) = limits.label_limit.filter(|limit| labels.len() > *limit) {
            return Err(ScrapeError::Labels {
                limit,
                count: labels.len(),
                series: shortened(&labels.to_string()),
            });
        }
        let (name_limit, value_limit) = (limits.label_name_length_limit, limits.label_value_length_limit);
        if name_limit.is_none() && value_limit.is_none() {
            return Ok(());
        }
        for (name, value) in labels {
            if let Some(limit) = name_limit.filter(|limit| name.len() > *limit) {
                return Err(ScrapeError::LabelName {
                    limit,
                    length_bytes: name.len(),
                    name: shortened(name),
                    series: shortened(labels.metric_name()),
                });
            }
            if let Some(limit) = value_limit.filter(|limit| value.len() > *limit) {
                return Err(ScrapeError::LabelValue {
                    limit,
                    length_bytes: value.len(),
                    name: shortened(name),
                    series: shortened(labels.metric_name()),
                });
            }
        }
        Ok(())
    }
}

/// Writes `le` of a histogram and `quantile` of a summary in their canonical form, as Prometheus 3 does.
fn normalise_bounds(pairs: &mut [Pair<'_>], metric_type: MetricType) {
    let bound = match metric_type {
        MetricType::Histogram | MetricType::GaugeHistogram => BUCKET,
        MetricType::Summary => QUANTILE,
        _ => return,
    };
    if let Some((_, value)) = pairs.iter_mut().find(|(name, _)| name == bound)
        && let Some(canonical) = canonical(value)
        && canonical != *value
    {
        *value = Cow::Owned(canonical);
    }
}

/// Adds the target's labels to the sorted ones of a page. Where the page has one of them, either that one holds or it
/// becomes `exported_…`.
fn add_target_labels<'a>(pairs: &mut Vec<Pair<'a>>, target: &'a Labels, honor_labels: bool) {
    for (name, value) in target {
        match place_of(pairs, name) {
            Err(at) => pairs.insert(at, (Cow::Borrowed(name), Cow::Borrowed(value))),
            Ok(_) if honor_labels => {}
            Ok(at) => {
                let Some((_, taken)) = pairs.get_mut(at) else { continue };
                let own = std::mem::replace(taken, Cow::Borrowed(value));
                let mut exported = format!("exported_{name}");
                while place_of(pairs, &exported).is_ok() || target.get(&exported).is_some() {
                    exported.insert_str(0, "exported_");
                }
                let (Ok(at) | Err(at)) = place_of(pairs, &exported);
                pairs.insert(at, (Cow::Owned(exported), own));
            }
        }
    }
}

/// Where a label stands among sorted ones, or would stand.
fn place_of(pairs: &[Pair<'_>], name: &str) -> Result<usize, usize> {
    pairs.binary_search_by(|(other, _)| other.as_ref().cmp(name))
}
