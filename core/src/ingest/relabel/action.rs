//! What a rule does.

use std::fmt;
use std::str::FromStr;

/// What a rule does with a label set. The *value* is that of the source labels, joined by the separator.
///
/// ```
/// use p95_core::ingest::relabel::Action;
///
/// assert_eq!("LabelDrop".parse(), Ok(Action::LabelDrop));
/// assert_eq!(Action::KeepEqual.as_str(), "keepequal");
/// assert!(Action::ALL.contains(&Action::default()));
/// let error = "remove".parse::<Action>().unwrap_err();
/// assert!(error.to_string().starts_with("unknown relabelling action \"remove\": there are replace, keep,"));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "&'static str"))]
pub enum Action {
    /// Where the regular expression matches the value, sets the target label to the replacement.
    #[default]
    Replace,
    /// Drops the label set unless the regular expression matches the value.
    Keep,
    /// Drops the label set if the regular expression matches the value.
    Drop,
    /// Drops the label set unless the target label has the value.
    KeepEqual,
    /// Drops the label set if the target label has the value.
    DropEqual,
    /// Sets the target label to a hash of the value, modulo the modulus.
    HashMod,
    /// Copies each label whose name the regular expression matches to the name that the replacement makes of it.
    LabelMap,
    /// Removes each label whose name the regular expression matches.
    LabelDrop,
    /// Removes each label whose name the regular expression does not match.
    LabelKeep,
    /// Sets the target label to the value in lower case.
    Lowercase,
    /// Sets the target label to the value in upper case.
    Uppercase,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Replace,
        Self::Keep,
        Self::Drop,
        Self::KeepEqual,
        Self::DropEqual,
        Self::HashMod,
        Self::LabelMap,
        Self::LabelDrop,
        Self::LabelKeep,
        Self::Lowercase,
        Self::Uppercase,
    ];

    /// The action as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Keep => "keep",
            Self::Drop => "drop",
            Self::KeepEqual => "keepequal",
            Self::DropEqual => "dropequal",
            Self::HashMod => "hashmod",
            Self::LabelMap => "labelmap",
            Self::LabelDrop => "labeldrop",
            Self::LabelKeep => "labelkeep",
            Self::Lowercase => "lowercase",
            Self::Uppercase => "uppercase",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no action.
///
/// [`Action`] has an example.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "unknown relabelling action {0:?}: there are replace, keep, drop, keepequal, dropequal, hashmod, labelmap, \
     labeldrop, labelkeep, lowercase and uppercase"
)]
pub struct UnknownAction(String);

impl FromStr for Action {
    type Err = UnknownAction;

    /// Reads an action in any case, as Prometheus does.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |action: &Self| action.as_str().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(named).ok_or_else(|| UnknownAction(text.to_owned()))
    }
}

impl TryFrom<String> for Action {
    type Error = UnknownAction;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Action> for &'static str {
    fn from(action: Action) -> Self {
        action.as_str()
    }
}
