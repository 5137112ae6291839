//! Infos.

use std::sync::Arc;

use super::Metric;
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::{Labels, MetricType};

/// Facts that stay as they are while the program runs, as labels.
#[derive(Clone, Debug)]
pub struct Info(Arc<Labels>);

impl Info {
    /// An info with these labels.
    pub fn new(labels: Labels) -> Self {
        Self(Arc::new(labels))
    }
}

impl Metric for Info {
    const TYPE: MetricType = MetricType::Info;

    fn visit(&self, labels: LabelPairs<'_>, _now_ms: i64, visitor: &mut dyn Visitor) {
        let content: Vec<(&str, &str)> = self.0.iter().collect();
        visitor.info(labels, &content);
    }
}
