//! What is to be said about an answer besides the answer.

use std::fmt;

use super::ast::Span;
use super::wording;

/// How much an annotation matters.
///
/// [`Annotations`] has an example.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The answer is incomplete or dubious.
    Warning,
    /// Something that is good to know.
    Info,
}

/// One thing to be said, and the part of the query that it is about.
///
/// [`Annotations`] has an example.
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
///
/// ```
/// use p95_core::model::Labels;
/// use p95_core::promql::annotations::Level;
/// use p95_core::promql::eval::{EngineOptions, instant};
/// use p95_core::promql::{ParseOptions, parse};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let up = store.series_for(&Labels::from_pairs([("__name__", "up")]));
/// store.append(up, 0, 1.0);
///
/// let query = parse("quantile(95, up)", &ParseOptions::default())?;
/// let said = instant(&store, &query, 0, &EngineOptions::default())?.annotations;
/// assert_eq!((said.warnings().count(), said.infos().count(), said.is_empty()), (1, 0, false));
/// let warning = said.iter().next().unwrap();
/// assert_eq!((warning.level, warning.span), (Level::Warning, (9, 11)));
/// assert_eq!(
///     warning.to_string(),
///     "PromQL warning: quantile value should be between 0 and 1, got 95"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    list: Vec<Annotation>,
    /// Positions of annotations that add up, the messages that they begin with, and the sums.
    mended: Vec<(usize, String, Mended)>,
}

/// Counts of classic histograms that fell and were raised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mended {
    /// The lowest and the highest upper bound of such a bucket.
    pub(crate) bounds: (f64, f64),
    pub(crate) largest_drop: f64,
    /// The first and the last time.
    pub(crate) times_ms: (i64, i64),
    /// How many histograms.
    pub(crate) samples: usize,
}

impl Mended {
    fn merge(self, other: Self) -> Self {
        Self {
            bounds: (self.bounds.0.min(other.bounds.0), self.bounds.1.max(other.bounds.1)),
            largest_drop: self.largest_drop.max(other.largest_drop),
            times_ms: (self.times_ms.0.min(other.times_ms.0), self.times_ms.1.max(other.times_ms.1)),
            samples: self.samples + other.samples,
        }
    }
}

impl Annotations {
    /// What a server said of its answer to a query, word for word. The places stand in the texts, where it gave any.
    ///
    /// ```
    /// use p95_core::promql::annotations::Annotations;
    ///
    /// let said = Annotations::told(vec!["a store did not answer".to_owned()], Vec::new());
    /// assert_eq!(said.warnings().next().unwrap().message, "a store did not answer");
    /// ```
    pub fn told(warnings: Vec<String>, infos: Vec<String>) -> Self {
        let mut annotations = Self::default();
        let nowhere = Span { start: 0, end: 0 };
        warnings.into_iter().for_each(|message| annotations.add(Level::Warning, nowhere, message));
        infos.into_iter().for_each(|message| annotations.add(Level::Info, nowhere, message));
        annotations
    }

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

    /// A remark that begins with `message` and goes on with the sum of all that was `mended` of the same.
    pub(crate) fn mended(&mut self, span: Span, message: String, mended: Mended) {
        let spans = |at: usize| self.list.get(at).map(|annotation| annotation.span);
        let same = self
            .mended
            .iter()
            .position(|(at, earlier, _)| *earlier == message && spans(*at) == Some((span.start, span.end)));
        let Some((at, message, sum)) = same.and_then(|same| self.mended.get_mut(same)) else {
            self.info(span, message.clone() + &wording::how_mended(&mended));
            self.mended.push((self.list.len().saturating_sub(1), message, mended));
            return;
        };
        *sum = sum.merge(mended);
        if let Some(annotation) = self.list.get_mut(*at) {
            annotation.message = message.clone() + &wording::how_mended(sum);
        }
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
