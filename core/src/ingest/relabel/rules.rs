//! Rules, one after the other.

use super::RelabelConfig;
use super::error::RelabelError;
use super::rule::Rule;
use crate::model::LabelsBuilder;

/// Rules that are applied one after the other, each to what the one before has left.
///
/// ```
/// use p95_core::ingest::relabel::{Action, RelabelConfig, RelabelRules};
/// use p95_core::model::Labels;
///
/// let of_shop = RelabelConfig {
///     source_labels: vec!["job".to_owned()],
///     regex: "shop".to_owned(),
///     action: Action::Keep,
///     ..RelabelConfig::default()
/// };
/// let rules = RelabelRules::new(&[of_shop])?;
/// let keeps = |job: &str| rules.apply(&mut Labels::from_pairs([("job", job)]).to_builder());
/// assert!(keeps("shop") && !keeps("shop-canary"));
/// assert!(RelabelRules::default().is_empty());
/// # Ok::<(), p95_core::ingest::relabel::RelabelError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RelabelRules {
    rules: Vec<Rule>,
}

impl RelabelRules {
    /// The rules that the configurations describe.
    ///
    /// # Errors
    /// Where Prometheus refuses one of them: the error says which one, and why.
    pub fn new(configs: &[RelabelConfig]) -> Result<Self, RelabelError> {
        let numbered = configs.iter().enumerate();
        let rules = numbered
            .map(|(index, config)| Rule::new(config).map_err(|problem| RelabelError::at(index, problem)))
            .collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Rewrites a label set; `false` where a rule drops it, and then what is left of it means nothing.
    pub fn apply(&self, labels: &mut LabelsBuilder) -> bool {
        self.rules.iter().all(|rule| rule.apply(labels))
    }
}
