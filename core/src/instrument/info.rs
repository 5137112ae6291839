//! Infos.

use std::sync::Arc;

use super::descriptor::is_label_name;
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
    /// An info with these labels, whose names are checked when it is registered. In a family, where infos are made later,
    /// a label whose name is not valid or that the family has itself is left out.
    pub fn new(labels: Labels) -> Self {
        Self(Arc::new(labels))
    }
}

impl Metric for Info {
    const TYPE: MetricType = MetricType::Info;

    fn visit(&self, labels: LabelPairs<'_>, _moment: Moment, visitor: &mut dyn Visitor) {
        let is_free = |name: &str| is_label_name(name) && labels.iter().all(|(taken, _)| *taken != name);
        let content: Vec<(&str, &str)> = self.0.iter().filter(|(name, _)| is_free(name)).collect();
        visitor.info(labels, &content);
    }

    fn label_names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.to_owned()).collect()
    }
}
