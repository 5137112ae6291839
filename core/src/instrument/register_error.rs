//! Why a name may be refused.

use std::fmt;

/// Why a family cannot be registered.
///
/// ```
/// use p95_core::instrument::{Counter, Descriptor, RegisterError, Registry};
///
/// let mut registry = Registry::default();
/// let refused = registry.register(Descriptor::new("no name", ""), Counter::default()).unwrap_err();
/// assert_eq!(refused, RegisterError::InvalidName("no name".to_owned()));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The name cannot be written without quotes.
    InvalidName(String),
    /// A label's name cannot be written without quotes, or begins with `__`.
    InvalidLabel(String),
    /// A label has the name of one that the type uses itself, or of another label.
    TakenLabel(String),
    /// Another family has series of this name already.
    Duplicate(String),
    /// The name does not end with the unit.
    UnitNotInName {
        /// The name.
        name: String,
        /// The unit.
        unit: String,
    },
}

/// By hand: whoever uses instrumentation alone builds no macros.
impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName(name) => {
                write!(f, "{name:?} is no metric name: use letters, digits, _ and :, and no digit first")
            }
            Self::InvalidLabel(name) => {
                let rule = "use letters, digits and _, no digit first and no __ at the start";
                write!(f, "{name:?} is no label name: {rule}")
            }
            Self::TakenLabel(name) => write!(f, "the label {name:?} is taken: give it another name"),
            Self::Duplicate(name) => {
                write!(f, "there are series named {name:?} already: give the family another name")
            }
            Self::UnitNotInName { name, unit } => {
                write!(f, "the name {name:?} has to end with its unit: {name}_{unit}")
            }
        }
    }
}

impl std::error::Error for RegisterError {}
