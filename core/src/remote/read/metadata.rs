//! The answer to `metadata`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Metadata, MetricType};

/// What the families say of themselves, by name: the data of `/api/v1/metadata`. Where targets disagree on a family, the
/// first one counts. A type that is not known here is [`MetricType::Unknown`].
///
/// ```
/// use p95_core::remote::read::MetadataAnswer;
///
/// let json = r#"{"up": [{"type": "gauge", "help": "Whether it is up.", "unit": ""}]}"#;
/// let families = Vec::from(serde_json::from_str::<MetadataAnswer>(json)?);
/// assert_eq!((&*families[0].name, families[0].metric_type.as_str()), ("up", "gauge"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct MetadataAnswer(BTreeMap<String, Vec<Declared>>);

/// What one target says of a family.
#[derive(Clone, Debug, Deserialize)]
struct Declared {
    #[serde(default, rename = "type")]
    metric_type: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    help: String,
}

impl From<MetadataAnswer> for Vec<Metadata> {
    fn from(answer: MetadataAnswer) -> Self {
        let family = |(name, declared): (String, Vec<Declared>)| {
            let first = declared.into_iter().next()?;
            Some(Metadata {
                name: name.into(),
                metric_type: MetricType::from_name(&first.metric_type).unwrap_or(MetricType::Unknown),
                unit: first.unit.into(),
                help: first.help.into(),
            })
        };
        answer.0.into_iter().filter_map(family).collect()
    }
}
