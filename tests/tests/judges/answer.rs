//! What a query answers, from p95 and from Prometheus in the same form.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use p95_core::model::Labels;
use serde_json::Value;

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Milliseconds since the Unix epoch.
    pub timestamp_ms: i64,
    /// The value.
    pub value: f64,
}

/// The series of a query's result: one point each at an instant, one a step over a range.
///
/// Label sets are normalised: Prometheus 2.42 keeps the numbers in `le` and `quantile` as the page spells them.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The points of each series, in order of time.
    pub series: BTreeMap<Labels, Vec<Point>>,
}

impl Answer {
    /// Reads the `data` object of Prometheus' query API.
    pub fn from_data(data: &Value) -> anyhow::Result<Self> {
        let result = &data["result"];
        let rows = match data["resultType"].as_str() {
            Some("scalar") => return Self::from_rows([(Labels::empty(), vec![point(result)?])]),
            Some("vector" | "matrix") => result.as_array().context("`result` is no list")?,
            other => bail!("the result type is {other:?}"),
        };
        let row = |row: &Value| {
            let labels: Labels = serde_json::from_value(row["metric"].clone())?;
            let points = match row["values"].as_array() {
                Some(values) => values.iter().map(point).collect::<Result<_, _>>()?,
                None => vec![point(&row["value"])?],
            };
            Ok((normalised(&labels), points))
        };
        Self::from_rows(rows.iter().map(row).collect::<anyhow::Result<Vec<_>>>()?)
    }

    /// Reads what Prometheus' query API answers: the `data` object inside an envelope.
    pub fn from_envelope(body: &str) -> anyhow::Result<Self> {
        let envelope: Value = serde_json::from_str(body).with_context(|| format!("no JSON: {body}"))?;
        let data = envelope.get("data").filter(|_| envelope.get("error").is_none());
        Self::from_data(data.with_context(|| format!("no answer: {body}"))?)
    }

    /// The answers that series with different values of the label `name` come from; the label is taken off.
    pub fn split_by(self, name: &str) -> BTreeMap<String, Self> {
        let mut parts: BTreeMap<String, Self> = BTreeMap::new();
        for (labels, points) in self.series {
            let part = parts.entry(labels.get(name).unwrap_or_default().to_owned()).or_default();
            part.series.insert(labels.filter(|label| label != name), points);
        }
        parts
    }

    /// The points of the only series whose labels hold all of `pairs`.
    pub fn points(&self, pairs: &[(&str, &str)]) -> anyhow::Result<&[Point]> {
        let holds = |labels: &Labels| pairs.iter().all(|(name, value)| labels.get(name) == Some(value));
        let mut found = self.series.iter().filter(|(labels, _)| holds(labels));
        let (_, points) =
            found.next().with_context(|| format!("no series with {pairs:?} in {:?}", self.series.keys()))?;
        ensure!(found.next().is_none(), "several series with {pairs:?}");
        Ok(points)
    }

    /// The last value of the only series whose labels hold all of `pairs`.
    pub fn value(&self, pairs: &[(&str, &str)]) -> anyhow::Result<f64> {
        Ok(self.points(pairs)?.last().context("a series without points")?.value)
    }

    /// The first and the last time at which there is a point, in milliseconds.
    pub fn span_ms(&self) -> Option<(i64, i64)> {
        let mut times = self.series.values().flatten().map(|point| point.timestamp_ms);
        let first = times.next()?;
        Some(times.fold((first, first), |(start, end), time| (start.min(time), end.max(time))))
    }

    /// The same answer with each value multiplied.
    pub fn scaled(&self, factor: f64) -> Self {
        let mut scaled = self.clone();
        scaled.series.values_mut().flatten().for_each(|point| point.value *= factor);
        scaled
    }

    /// Whether multiplying the values would change one.
    pub fn has_other_values_than_zero(&self) -> bool {
        self.series.values().flatten().any(|point| point.value != 0.0 && point.value.is_finite())
    }

    fn from_rows(rows: impl IntoIterator<Item = (Labels, Vec<Point>)>) -> anyhow::Result<Self> {
        let mut series = BTreeMap::new();
        for (labels, points) in rows {
            ensure!(series.insert(labels.clone(), points).is_none(), "{labels} comes twice");
        }
        Ok(Self { series })
    }
}

/// Reads `[1435781451.781, "1"]`.
fn point(pair: &Value) -> anyhow::Result<Point> {
    let time_secs = pair[0].as_f64().with_context(|| format!("no time in {pair}"))?;
    let value = pair[1].as_str().with_context(|| format!("no value in {pair}"))?;
    Ok(Point { timestamp_ms: (time_secs * 1000.0).round() as i64, value: value.parse()? })
}

/// The labels with the numbers in `le` and `quantile` spelt as OpenMetrics wants: `1.0`, not `1`.
fn normalised(labels: &Labels) -> Labels {
    let mut builder = labels.to_builder();
    for name in ["le", "quantile"] {
        if let Some(number) =
            labels.get(name).and_then(|value| value.parse::<f64>().ok()).filter(|n| n.is_finite())
        {
            builder.set(name, &format!("{number:?}"));
        }
    }
    builder.build()
}

#[test]
fn reads_both_shapes_and_normalises() -> anyhow::Result<()> {
    let vector = serde_json::json!({"resultType": "vector", "result": [
        {"metric": {"__name__": "a", "le": "1"}, "value": [1.5, "NaN"]},
        {"metric": {"__name__": "a", "le": "+Inf"}, "value": [1.5, "+Inf"]},
    ]});
    let answer = Answer::from_data(&vector)?;
    assert!(answer.value(&[("le", "1.0")])?.is_nan());
    assert_eq!(answer.points(&[("le", "+Inf")])?, [Point { timestamp_ms: 1500, value: f64::INFINITY }]);

    let matrix = serde_json::json!({"resultType": "matrix", "result": [
        {"metric": {"case": "x", "a": "b"}, "values": [[1, "1"], [2, "2"]]},
    ]});
    let parts = Answer::from_data(&matrix)?.split_by("case");
    assert_eq!(parts["x"].value(&[("a", "b")])?, 2.0);
    assert_eq!(parts["x"].span_ms(), Some((1000, 2000)));
    Ok(())
}
