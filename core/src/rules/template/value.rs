//! What templates work with.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::data::TemplateSample;
use crate::model::Labels;
use crate::model::histogram::General;

/// What an expression of a template is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// A time, in milliseconds since the Unix epoch.
    Time(i64),
    Labels(Labels),
    Sample(TemplateSample),
    Samples(Vec<TemplateSample>),
    /// What `args` makes: arguments by `arg0`, `arg1`, ….
    Args(BTreeMap<String, Self>),
    /// The dot of an alert, whose fields are `Labels`, `ExternalLabels`, `ExternalURL` and `Value`.
    Alert,
}

impl Value {
    /// Whether it counts as true: what is not empty and not zero.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Labels(labels) => !labels.is_empty(),
            Self::Samples(samples) => !samples.is_empty(),
            Self::Args(arguments) => !arguments.is_empty(),
            Self::Time(_) | Self::Sample(_) | Self::Alert => true,
        }
    }

    /// What it is called in messages, and by `printf`, which uses Go's words.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "nil",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::Time(_) => "time",
            Self::Labels(_) => "labels",
            Self::Sample(_) => "sample",
            Self::Samples(_) => "list of samples",
            Self::Args(_) => "args",
            Self::Alert => "alert",
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// As Go's `%v` writes it.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("<no value>"),
            Self::Bool(value) => Display::fmt(value, f),
            Self::Int(value) => Display::fmt(value, f),
            Self::Float(value) => Display::fmt(&General(*value), f),
            Self::Text(text) => f.write_str(text),
            Self::Time(at_ms) => super::humanize::write_time(f, *at_ms),
            Self::Labels(labels) => write_map(f, labels.iter()),
            Self::Sample(sample) => {
                f.write_str("{")?;
                write_map(f, sample.labels.iter())?;
                write!(f, " {}}}", General(sample.value))
            }
            Self::Samples(samples) => {
                f.write_str("[")?;
                for (at, sample) in samples.iter().enumerate() {
                    let separator = if at > 0 { " " } else { "" };
                    write!(f, "{separator}{}", Self::Sample(sample.clone()))?;
                }
                f.write_str("]")
            }
            Self::Args(arguments) => {
                write_map(f, arguments.iter().map(|(name, value)| (name.as_str(), value)))
            }
            Self::Alert => f.write_str("<the alert>"),
        }
    }
}

/// `map[a:1 b:2]`
fn write_map<T: Display>(
    f: &mut Formatter<'_>,
    entries: impl Iterator<Item = (impl Display, T)>,
) -> fmt::Result {
    f.write_str("map[")?;
    for (at, (name, value)) in entries.enumerate() {
        let separator = if at > 0 { " " } else { "" };
        write!(f, "{separator}{name}:{value}")?;
    }
    f.write_str("]")
}
