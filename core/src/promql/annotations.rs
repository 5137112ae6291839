//! What is to be said about an answer besides the answer.

use std::fmt;

use super::ast::Span;

/// How much an annotation matters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The answer is incomplete or dubious.
    Warning,
    /// Something that is good to know.
    Info,
}

/// One thing to be said, and the part of the query that it is about.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Annotation {
    /// How much it matters.
    pub level: Level,
    /// What is said.
    pub message: String,
    /// The first byte of the part of the query, and one past its last.
    pub span: (usize, usize),
}

/// All that is to be said, each thing once, in the order in which it came up.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Annotations {
    list: Vec<Annotation>,
}

impl Annotations {
    /// Everything, in the order in which it came up.
    pub fn iter(&self) -> impl Iterator<Item = &Annotation> {
        self.list.iter()
    }

    /// Whether there is nothing to be said.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Annotation> {
        self.list.iter().filter(|annotation| annotation.level == Level::Warning)
    }

    /// The remarks.
    pub fn infos(&self) -> impl Iterator<Item = &Annotation> {
        self.list.iter().filter(|annotation| annotation.level == Level::Info)
    }

    pub(crate) fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.add(Level::Warning, span, message.into());
    }

    pub(crate) fn info(&mut self, span: Span, message: impl Into<String>) {
        self.add(Level::Info, span, message.into());
    }

    fn add(&mut self, level: Level, span: Span, message: String) {
        let annotation = Annotation { level, message, span: (span.start, span.end) };
        if !self.list.contains(&annotation) {
            self.list.push(annotation);
        }
    }
}

/// As Prometheus words it: `PromQL warning: …`, without the place.
impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Warning => "warning",
            Level::Info => "info",
        };
        write!(f, "PromQL {level}: {}", self.message)
    }
}
