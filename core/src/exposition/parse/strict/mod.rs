//! What the standards forbid and Prometheus lets pass: the checks of the strict mode.
//!
//! A [`Checker`] sees the events of a page as the parser reads them, with their places. The strict parser stops at the
//! first violation; the linter collects all.

mod checker;
mod family;
mod histogram;
mod line;
mod point;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use checker::Checker;
pub use rule::Rule;

/// A rule that a page breaks, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Violation {
    pub(crate) rule: Rule,
    /// The byte of the page.
    pub(crate) at: usize,
    /// What stands there.
    pub(crate) message: String,
}

/// The violations of a page, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    found: Vec<Violation>,
}

impl Violations {
    fn add(&mut self, rule: Rule, at: usize, message: impl Into<String>) {
        self.found.push(Violation { rule, at, message: message.into() });
    }

    /// Those since the last call.
    pub(crate) fn take(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.found)
    }
}
