//! Which syntax is allowed, and how much of it.

/// Which syntax is allowed, and how much of it. By default the experimental syntax is off, as in Prometheus.
///
/// ```
/// use p95_core::promql::{ParseOptions, parse};
///
/// assert!(parse("limitk(2, up)", &ParseOptions::default()).is_err());
/// assert!(parse("limitk(2, up)", &ParseOptions::experimental()).is_ok());
/// assert!(parse("((up))", &ParseOptions { max_query_bytes: 5, ..ParseOptions::default() }).is_err());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ParseOptions {
    /// Functions and aggregations that Prometheus marks experimental, as `promql-experimental-functions` allows them.
    pub experimental_functions: bool,
    /// Arithmetic on durations, as `promql-duration-expr` allows it: `[step() * 2]`.
    pub duration_expressions: bool,
    /// `anchored` and `smoothed`, as `promql-extended-range-selectors` allows them.
    pub extended_ranges: bool,
    /// `fill`, `fill_left` and `fill_right`, as `promql-binop-fill-modifiers` allows them.
    pub fill_modifiers: bool,
    /// The most bytes a query may have.
    pub max_query_bytes: usize,
    /// The most levels an expression may be nested, operators that follow each other counted.
    pub max_depth: usize,
    /// The most regular expressions a query may have; each may compile to 1 MiB.
    pub max_regexes: usize,
}

impl ParseOptions {
    /// All syntax, experimental or not, under the default limits.
    pub fn experimental() -> Self {
        Self {
            experimental_functions: true,
            duration_expressions: true,
            extended_ranges: true,
            fill_modifiers: true,
            ..Self::default()
        }
    }
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self {
            experimental_functions: false,
            duration_expressions: false,
            extended_ranges: false,
            fill_modifiers: false,
            max_query_bytes: 256 * 1024,
            max_depth: 500,
            max_regexes: 100,
        }
    }
}
