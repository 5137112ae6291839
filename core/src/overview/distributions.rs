//! Histograms and summaries: quantiles, rates of observations, means.

use super::breakdown::by_labels;
use super::card::{Card, CardQuery, Chart, Panel};
use super::family::{Family, Metric};
use super::query::{aggregate, named, rate, selector, sum};
use super::{BaseUnit, Unit, Window};
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE};

/// The quantiles that a histogram's card shows.
const QUANTILES: [(&str, &str); 3] = [("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99")];
/// What a quantile or a mean that is NaN says.
pub(super) const NOTHING_OBSERVED: &str = "no observations";
/// A summary of more series than this shows the highest of each quantile.
const MAX_SUMMARY_SERIES: usize = 20;

/// The quantiles of a histogram, classic or native; when opened also p95 by label, a heatmap, the rate of observations
/// and their mean. Before the second scrape everything is since the start.
pub(super) fn histogram_card(family: &Family<'_>, window: Window) -> Option<Card> {
    let shape = Shape::of(family, window)?;
    let by = by_labels(shape.metric, &[]);
    let unit = Unit::of(family.unit());
    let quantiles = QUANTILES.map(|(legend, quantile)| named(legend, &[], shape.quantile(quantile, &[])));
    let cells = Unit { per_second: shape.range.is_some(), ..unit.clone() };
    let mut details = vec![
        panel("heatmap", Chart::Heatmap, cells, vec![named("", &[], shape.distribution(&[]))]),
        panel(
            if shape.range.is_some() { "observations" } else { "observations so far" },
            Chart::Lines,
            shape.observations_unit(),
            shape.count(family, &by).map(|expr| lines(&by, expr)).into_iter().collect(),
        ),
        panel(
            "mean",
            Chart::Lines,
            unit.clone(),
            shape.mean(family, &by).map(|expr| lines(&by, expr)).into_iter().collect(),
        ),
    ];
    if !by.is_empty() {
        let by_label = vec![named("p95", &by, shape.quantile("0.95", &by))];
        details.insert(0, panel(&format!("p95 by {}", by.join(", ")), Chart::Lines, unit.clone(), by_label));
    }
    details.retain(|panel| !panel.queries.is_empty());
    let face = panel("p50, p95, p99", Chart::Lines, unit, quantiles.into());
    let since_start = shape.range.is_none() && family.metric_type == MetricType::Histogram;
    Some(card(family, face, details, since_start.then(|| "since start".to_owned()), by))
}

/// The query for a quantile of a family of histograms, broken down by labels.
pub(super) fn quantile_query(
    family: &Family<'_>,
    window: Window,
    quantile: &str,
    by: &[String],
) -> Option<String> {
    Some(Shape::of(family, window)?.quantile(quantile, by))
}

/// The metric whose labels a histogram can be broken down by.
pub(super) fn histogram_metric<'a>(family: &Family<'a>) -> Option<Metric<'a>> {
    family.value.or(family.bucket)
}

/// The quantiles of a summary, where it has some; the mean; when opened, the rate of observations.
pub(super) fn summary_card(family: &Family<'_>, window: Window) -> Option<Card> {
    let range = window.range();
    let quantiles = family.value.map(|metric| quantiles_panel(family, metric));
    let counted = family.count.or(family.sum).or(family.value)?;
    let by = by_labels(counted, &[]);
    let rated = |metric: Metric<'_>| {
        let series = selector(metric.name, &[]);
        sum(
            by.iter().map(String::as_str),
            &range.as_ref().map_or(series.clone(), |range| rate(&series, range)),
        )
    };
    let mean = family.sum.zip(family.count).map(|(total, count)| {
        let expr = format!("{} / {}", rated(total), rated(count));
        panel("mean", Chart::Lines, Unit::of(family.unit()), vec![lines(&by, expr)])
    });
    let observations = family.count.filter(|_| range.is_some()).map(|count| {
        panel("observations", Chart::Lines, Unit::rate(BaseUnit::None), vec![lines(&by, rated(count))])
    });
    // Quantiles cover a window of the target's own choice; only what is left without one is since the start.
    let since_start = range.is_none() && quantiles.is_none() && mean.is_some();
    let highest = family.value.filter(|metric| metric.seen.series > MAX_SUMMARY_SERIES);
    let note = if since_start {
        Some("since start".to_owned())
    } else {
        highest.map(|metric| format!("the highest of {} series", metric.seen.series))
    };
    let mut panels = [quantiles, mean, observations].into_iter().flatten();
    let face = panels.next()?;
    Some(card(family, face, panels.collect(), note, by.clone()))
}

/// A summary's quantiles as its target computed them.
fn quantiles_panel(family: &Family<'_>, metric: Metric<'_>) -> Panel {
    let by = by_labels(metric, &[]);
    let labels: Vec<String> = [QUANTILE.to_owned()].into_iter().chain(by).collect();
    let series = selector(metric.name, &[]);
    let query = if metric.seen.series > MAX_SUMMARY_SERIES {
        named("", &[QUANTILE.to_owned()], aggregate("max", [QUANTILE], &series))
    } else {
        named("", &labels, series)
    };
    panel("quantiles", Chart::Lines, Unit::of(family.unit()), vec![query])
}

/// How the queries of a histogram are written: classic or native, in a window or since the start.
struct Shape<'a> {
    /// The classic buckets, or the native histogram.
    metric: Metric<'a>,
    is_native: bool,
    /// The window; none means all that was ever counted.
    range: Option<String>,
}

impl<'a> Shape<'a> {
    fn of(family: &Family<'a>, window: Window) -> Option<Self> {
        let metric = histogram_metric(family)?;
        // A gauge histogram counts what is there now, so nothing is to be rated.
        let range = if family.metric_type == MetricType::GaugeHistogram { None } else { window.range() };
        Some(Self { metric, is_native: family.value.is_some(), range })
    }

    /// The sum over a metric's series, of their rates where there is a window.
    fn sum(&self, metric: &str, by: &[&str]) -> String {
        let series = selector(metric, &[]);
        let inner = self.range.as_ref().map_or(series.clone(), |range| rate(&series, range));
        sum(by.iter().copied(), &inner)
    }

    /// The buckets, cumulative, or the native histogram.
    fn distribution(&self, by: &[String]) -> String {
        let bucket = (!self.is_native).then_some(BUCKET);
        let by: Vec<&str> = bucket.into_iter().chain(by.iter().map(String::as_str)).collect();
        self.sum(self.metric.name, &by)
    }

    fn quantile(&self, quantile: &str, by: &[String]) -> String {
        format!("histogram_quantile({quantile}, {})", self.distribution(by))
    }

    fn count(&self, family: &Family<'_>, by: &[String]) -> Option<String> {
        if self.is_native {
            return Some(format!("histogram_count({})", self.distribution(by)));
        }
        family.count.map(|count| self.sum(count.name, &by.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    fn mean(&self, family: &Family<'_>, by: &[String]) -> Option<String> {
        if self.is_native {
            let distribution = self.distribution(by);
            return Some(format!("histogram_sum({distribution}) / histogram_count({distribution})"));
        }
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let (total, count) = family.sum.zip(family.count)?;
        Some(format!("{} / {}", self.sum(total.name, &by), self.sum(count.name, &by)))
    }

    fn observations_unit(&self) -> Unit {
        Unit { base: BaseUnit::None, per_second: self.range.is_some() }
    }
}

/// A query with a line for each combination of labels.
fn lines(by: &[String], expr: String) -> CardQuery {
    named(if by.is_empty() { "all" } else { "" }, by, expr)
}

/// A panel of a distribution: a quantile or a mean of nothing is NaN.
fn panel(title: &str, chart: Chart, unit: Unit, queries: Vec<CardQuery>) -> Panel {
    let axis = unit.base.axis().filter(|_| !unit.per_second);
    Panel { axis, nan: Some(NOTHING_OBSERVED.to_owned()), ..Panel::new(title, chart, unit, queries) }
}

fn card(
    family: &Family<'_>,
    face: Panel,
    details: Vec<Panel>,
    note: Option<String>,
    by: Vec<String>,
) -> Card {
    Card {
        id: family.name.to_owned(),
        title: family.name.to_owned(),
        family: family.name.to_owned(),
        metric_type: family.metric_type,
        help: family.help().to_owned(),
        face,
        details,
        note,
        error_like: false,
        by,
        series: family.series(),
    }
}
