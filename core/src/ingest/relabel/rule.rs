//! One rule, ready to be applied.

use md5::{Digest as _, Md5};
use regex::Regex;

use super::error::Problem;
use super::template::Template;
use super::{Action, RelabelConfig};
use crate::model::LabelsBuilder;
use crate::model::matcher::compile_anchored;

/// One rule, ready to be applied.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    source_labels: Vec<String>,
    separator: String,
    step: Step,
}

/// What a rule does, with what it needs for that.
#[derive(Clone, Debug)]
enum Step {
    /// A replacement in which nothing depends on the match, which there always is.
    Set {
        target: String,
        value: String,
    },
    Replace {
        regex: Regex,
        target: Template,
        replacement: Template,
    },
    Keep(Regex),
    Drop(Regex),
    KeepEqual {
        target: String,
    },
    DropEqual {
        target: String,
    },
    HashMod {
        target: String,
        modulus: u64,
    },
    LabelMap {
        regex: Regex,
        replacement: Template,
    },
    LabelDrop(Regex),
    LabelKeep(Regex),
    Lowercase {
        target: String,
    },
    Uppercase {
        target: String,
    },
}

impl Rule {
    /// The rule that a configuration describes.
    ///
    /// # Errors
    /// Where Prometheus refuses it.
    pub(super) fn new(config: &RelabelConfig) -> Result<Self, Problem> {
        let action = config.action;
        if let Some(field) = config.idle_field() {
            return Err(Problem::IdleField { action, field });
        }
        Ok(Self {
            source_labels: config.source_labels.clone(),
            separator: config.separator.clone(),
            step: Step::new(config)?,
        })
    }

    /// Applies the rule; `false` where the label set is dropped.
    pub(super) fn apply(&self, labels: &mut LabelsBuilder) -> bool {
        match &self.step {
            Step::Set { target, value } => {
                labels.set(target, value);
            }
            Step::Replace { regex, target, replacement } => {
                let value = self.value(labels);
                if let Some(captures) = regex.captures(&value) {
                    let target = target.expand(&captures);
                    if !target.is_empty() {
                        labels.set(&target, &replacement.expand(&captures));
                    }
                }
            }
            Step::Keep(regex) => return regex.is_match(&self.value(labels)),
            Step::Drop(regex) => return !regex.is_match(&self.value(labels)),
            Step::KeepEqual { target } => return self.has_value(labels, target),
            Step::DropEqual { target } => return !self.has_value(labels, target),
            Step::HashMod { target, modulus } => {
                let remainder = hash(&self.value(labels)).checked_rem(*modulus).unwrap_or_default();
                labels.set(target, &remainder.to_string());
            }
            Step::LabelMap { regex, replacement } => {
                for (name, value) in &labels.build() {
                    if let Some(captures) = regex.captures(name) {
                        let target = replacement.expand(&captures);
                        if !target.is_empty() {
                            labels.set(&target, value);
                        }
                    }
                }
            }
            Step::LabelDrop(regex) => labels.retain(|name| !regex.is_match(name)),
            Step::LabelKeep(regex) => labels.retain(|name| regex.is_match(name)),
            Step::Lowercase { target } => {
                let value = self.value(labels).to_lowercase();
                labels.set(target, &value);
            }
            Step::Uppercase { target } => {
                let value = self.value(labels).to_uppercase();
                labels.set(target, &value);
            }
        }
        true
    }

    /// The values of the source labels, joined.
    fn value(&self, labels: &LabelsBuilder) -> String {
        let values = self.source_labels.iter().map(|name| labels.get(name).unwrap_or_default());
        values.collect::<Vec<_>>().join(&self.separator)
    }

    fn has_value(&self, labels: &LabelsBuilder, target: &str) -> bool {
        labels.get(target).unwrap_or_default() == self.value(labels)
    }
}

impl Step {
    fn new(config: &RelabelConfig) -> Result<Self, Problem> {
        let action = config.action;
        let regex = || compile_anchored(&config.regex);
        let target = || {
            let target = config.target_label.clone();
            if target.is_empty() { Err(Problem::NoTarget(action)) } else { Ok(target) }
        };
        let template_of = |name: &str| {
            Template::of_name(name).ok_or_else(|| Problem::Template { action, name: name.to_owned() })
        };
        Ok(match action {
            Action::Replace => {
                let (target, replacement) = (template_of(&target()?)?, Template::new(&config.replacement));
                match (target.constant(), replacement.constant()) {
                    (Some(target), Some(value)) if config.regex == RelabelConfig::ANYTHING => {
                        Self::Set { target: target.to_owned(), value: value.to_owned() }
                    }
                    _ => Self::Replace { regex: regex()?, target, replacement },
                }
            }
            Action::Keep => Self::Keep(regex()?),
            Action::Drop => Self::Drop(regex()?),
            Action::KeepEqual => Self::KeepEqual { target: target()? },
            Action::DropEqual => Self::DropEqual { target: target()? },
            Action::HashMod if config.modulus == 0 => return Err(Problem::NoModulus(action)),
            Action::HashMod => Self::HashMod { target: target()?, modulus: config.modulus },
            Action::LabelMap => {
                Self::LabelMap { regex: regex()?, replacement: template_of(&config.replacement)? }
            }
            Action::LabelDrop => Self::LabelDrop(regex()?),
            Action::LabelKeep => Self::LabelKeep(regex()?),
            Action::Lowercase => Self::Lowercase { target: target()? },
            Action::Uppercase => Self::Uppercase { target: target()? },
        })
    }
}

/// The hash of Prometheus' `hashmod`: the last eight bytes of the value's MD5, the first of them the most significant.
fn hash(value: &str) -> u64 {
    let digest: [u8; 16] = Md5::digest(value.as_bytes()).into();
    let [.., a, b, c, d, e, f, g, h] = digest;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
