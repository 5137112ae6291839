//! Which page is shown.

/// Which page is shown.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub enum View {
    /// The grid of cards.
    #[default]
    Overview,
    /// One metric, by its card's id or its family's name.
    Metric(String),
    /// The targets.
    Targets,
}
