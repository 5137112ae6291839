//! The instruments of core, told apart by number.

use p95_core::instrument::{Counter, Gauge, Histogram};
use p95_core::model::MetricType;

use crate::reading::Reading;

/// What counts for a series.
#[derive(Debug)]
pub(crate) enum Instrument {
    Counter(Counter),
    /// Infos and state sets have one too.
    Gauge(Gauge),
    /// A summary is one without bounds: quantiles of one page cannot be added to those of another.
    Histogram(Histogram),
}

impl Instrument {
    pub(crate) fn new(metric_type: MetricType, bounds: &[f64]) -> Self {
        match metric_type {
            MetricType::Counter => Self::Counter(Counter::default()),
            MetricType::Histogram | MetricType::Summary => {
                Self::Histogram(Histogram::new(bounds.iter().copied()))
            }
            _ => Self::Gauge(Gauge::default()),
        }
    }

    #[inline]
    pub(crate) fn add(&self, amount: f64) {
        match self {
            Self::Counter(counter) => counter.add(amount),
            Self::Gauge(gauge) => gauge.add(amount),
            Self::Histogram(histogram) => histogram.observe(amount),
        }
    }

    pub(crate) fn set(&self, value: f64) {
        if let Self::Gauge(gauge) = self {
            gauge.set(value);
        }
    }

    pub(crate) fn read(&self) -> Reading {
        match self {
            Self::Counter(counter) => Reading { value: counter.get(), counts: Vec::new() },
            Self::Gauge(gauge) => Reading { value: gauge.get(), counts: Vec::new() },
            Self::Histogram(histogram) => Reading {
                value: histogram.sum(),
                counts: histogram.counts().into_iter().map(|count| count as f64).collect(),
            },
        }
    }
}
