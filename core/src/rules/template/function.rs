//! The functions that templates can call: Go's own, and those that Prometheus adds.

use std::ops::RangeInclusive;

/// How unlike a name may be to still be suggested: Jaro-Winkler similarity, from 0 to 1.
pub(super) const MIN_SIMILARITY: f64 = 0.8;

/// Any number of arguments.
const MANY: usize = usize::MAX;

macro_rules! functions {
    ($($variant:ident $name:literal $arguments:expr;)*) => {
        /// A function that templates can call.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Function {
            $($variant,)*
        }

        impl Function {
            const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How many arguments it takes.
            pub(super) fn arguments(self) -> RangeInclusive<usize> {
                match self {
                    $(Self::$variant => $arguments,)*
                }
            }
        }
    };
}

functions! {
    And "and" 1..=MANY;
    Args "args" 0..=MANY;
    Eq "eq" 2..=MANY;
    ExternalUrl "externalURL" 0..=0;
    First "first" 1..=1;
    Ge "ge" 2..=2;
    GraphLink "graphLink" 1..=1;
    Gt "gt" 2..=2;
    Html "html" 0..=MANY;
    Humanize "humanize" 1..=1;
    Humanize1024 "humanize1024" 1..=1;
    HumanizeDuration "humanizeDuration" 1..=1;
    HumanizePercentage "humanizePercentage" 1..=1;
    HumanizeTimestamp "humanizeTimestamp" 1..=1;
    Index "index" 1..=MANY;
    Label "label" 2..=2;
    Le "le" 2..=2;
    Len "len" 1..=1;
    Lt "lt" 2..=2;
    Match "match" 2..=2;
    Ne "ne" 2..=2;
    Not "not" 1..=1;
    Or "or" 1..=MANY;
    ParseDuration "parseDuration" 1..=1;
    PathPrefix "pathPrefix" 0..=0;
    Print "print" 0..=MANY;
    Printf "printf" 1..=MANY;
    Println "println" 0..=MANY;
    Query "query" 1..=1;
    ReReplaceAll "reReplaceAll" 3..=3;
    SafeHtml "safeHtml" 1..=1;
    SortByLabel "sortByLabel" 2..=2;
    StripDomain "stripDomain" 1..=1;
    StripPort "stripPort" 1..=1;
    StrValue "strvalue" 1..=1;
    TableLink "tableLink" 1..=1;
    Title "title" 1..=1;
    ToLower "toLower" 1..=1;
    ToTime "toTime" 1..=1;
    ToUpper "toUpper" 1..=1;
    UrlQuery "urlquery" 0..=MANY;
    Value "value" 1..=1;
}

impl Function {
    /// The function called `name`.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.name() == name)
    }

    /// What is wrong with a name that no function has.
    pub(super) fn unknown(name: &str) -> String {
        let likeness = |function: &Self| {
            let known = function.name().to_ascii_lowercase();
            strsim::jaro_winkler(&known, &name.to_ascii_lowercase())
        };
        let nearest = Self::ALL.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        match nearest.filter(|function| likeness(function) >= MIN_SIMILARITY) {
            Some(function) => format!("unknown function {name:?}: did you mean {}?", function.name()),
            None => format!("unknown function {name:?}"),
        }
    }

    /// How many arguments it takes, in words.
    pub(super) fn takes(self) -> String {
        let range = self.arguments();
        let count = match (*range.start(), *range.end()) {
            (least, most) if least == most => least.to_string(),
            (least, _) => format!("at least {least}"),
        };
        let plural = if count == "1" || count == "at least 1" { "" } else { "s" };
        format!("{} takes {count} argument{plural}", self.name())
    }
}
