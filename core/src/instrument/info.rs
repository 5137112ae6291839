//! Infos.

use std::sync::Arc;

use super::{Metric, Moment};
use crate::exposition::encode::{LabelPairs, Visitor};
use crate::model::{Labels, MetricType};

/// Facts that stay as they are while the program runs, as labels.
///
/// ```
/// use p95_core::exposition::encode::Format;
/// use p95_core::instrument::{Descriptor, Info, Registry};
/// use p95_core::model::Labels;
///
/// let mut registry = Registry::default();
/// let build = Info::new(Labels::from_pairs([("version", "1.4.2")]));
/// registry.register(Descriptor::new("shop_build", ""), build)?;
/// assert!(registry.encode(Format::Text, 0).ends_with("shop_build_info{version=\"1.4.2\"} 1\n"));
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Info(Arc<Labels>);

impl Info {
    /// An info with these labels. Those without a valid name are left out, and so are those that the family has itself.
    pub fn new(labels: Labels) -> Self {
        Self(Arc::new(labels.filter(super::descriptor::is_label_name)))
    }
}

impl Metric for Info {
    const TYPE: MetricType = MetricType::Info;

    fn visit(&self, labels: LabelPairs<'_>, _moment: Moment, visitor: &mut dyn Visitor) {
        let is_own = |name: &str| labels.iter().any(|(taken, _)| *taken == name);
        let content: Vec<(&str, &str)> = self.0.iter().filter(|(name, _)| !is_own(name)).collect();
        visitor.info(labels, &content);
    }
}
