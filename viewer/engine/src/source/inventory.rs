//! What a source has, as far as cards and completion need to know.

use p95_core::overview::Seen;

use crate::metric::Names;

/// What a source has.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Families, with their series' labels: what there are cards for.
    pub seen: Seen,
    /// All names that a query may want, those without a card too.
    pub names: Names,
    /// What is left out: one line each.
    pub notes: Vec<String>,
}
