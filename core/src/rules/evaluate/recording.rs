//! Recording rules: what an expression finds, under another name.

use std::collections::{BTreeMap, HashSet};

use super::error::RuleError;
use super::store::RuleSample;
use crate::model::labels::METRIC_NAME;

/// The elements as samples of the metric `name`, with the rule's labels.
pub(super) fn samples(
    name: &str,
    labels: &BTreeMap<String, String>,
    limit: usize,
    found: Vec<RuleSample>,
) -> Result<Vec<RuleSample>, RuleError> {
    let mut seen = HashSet::with_capacity(found.len());
    let mut samples = Vec::with_capacity(found.len());
    for RuleSample { labels: found, value } in found {
        let mut builder = found.to_builder();
        builder.set(METRIC_NAME, name);
        for (name, value) in labels {
            builder.set(name, value);
        }
        let labels = builder.build();
        if !seen.insert(labels.clone()) {
            return Err(RuleError::SameLabels { what: "rule", labels });
        }
        samples.push(RuleSample { labels, value });
    }
    if limit > 0 && samples.len() > limit {
        return Err(RuleError::Limit { limit, count: samples.len(), what: "series" });
    }
    Ok(samples)
}
