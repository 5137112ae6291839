//! One series that frames add up to.

use p95_core::model::{Labels, MetricType};
use serde::{Deserialize, Serialize};

use super::gauge::GaugeValues;
use crate::frame::{Delta, SessionId};

/// A series of frames.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Series {
    pub(super) total: Total,
    pub(super) created_ms: i64,
    pub(super) used_ms: i64,
    /// Whether a reader has seen it. The first sees what grows at 0, so that a rate sees the first increments.
    pub(super) is_shown: bool,
}

/// What a series has added up to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum Total {
    Counter(f64),
    Histogram { cumulative: Vec<f64>, sum: f64 },
    Summary { count: f64, sum: f64 },
    Gauge(GaugeValues),
    Info(Vec<Labels>),
}

impl Total {
    /// Where a series of this type begins.
    pub(super) fn zero(metric_type: MetricType, bounds: &[f64]) -> Self {
        match metric_type {
            MetricType::Counter => Self::Counter(0.0),
            MetricType::Histogram => Self::Histogram { cumulative: vec![0.0; bounds.len()], sum: 0.0 },
            MetricType::Summary => Self::Summary { count: 0.0, sum: 0.0 },
            MetricType::Info => Self::Info(Vec::new()),
            _ => Self::Gauge(GaugeValues::default()),
        }
    }

    /// Adds what a page sent. A delta of another type changes nothing: none is planned.
    pub(super) fn add(&mut self, delta: &Delta, session: SessionId, sequence: u64, at_ms: i64) {
        match (self, delta) {
            (Self::Counter(total), Delta::Counter(delta)) => *total += delta,
            (Self::Histogram { cumulative, sum }, Delta::Histogram { cumulative: more, sum: more_sum }) => {
                cumulative.iter_mut().zip(more).for_each(|(count, more)| *count += more);
                *sum += more_sum;
            }
            (Self::Summary { count, sum }, Delta::Summary { count: more, sum: more_sum }) => {
                *count += more;
                *sum += more_sum;
            }
            (Self::Gauge(values), Delta::Gauge(value)) => values.set(session, sequence, at_ms, *value),
            (Self::Info(infos), Delta::Info(now)) => infos.clone_from(now),
            _ => {}
        }
    }

    /// Whether it only grows.
    pub(super) fn grows(&self) -> bool {
        matches!(self, Self::Counter(_) | Self::Histogram { .. } | Self::Summary { .. })
    }

    /// The values of gauges that it holds.
    pub(super) fn gauge_values(&self) -> usize {
        match self {
            Self::Gauge(values) => values.len(),
            _ => 0,
        }
    }

    /// Whether this page has a value in it.
    pub(super) fn has_value_of(&self, session: SessionId) -> bool {
        matches!(self, Self::Gauge(values) if values.has(session))
    }
}
