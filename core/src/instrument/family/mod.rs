//! Families: a metric for each combination of label values.

mod cache;
mod series;
mod shorthand;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub(super) use self::series::{Series, SeriesOptions};
use super::{LabelSet, Metric};

/// Metrics that share a name and differ in the values of `N` labels, whose names were given at registration. Clones share
/// the metrics.
///
/// ```
/// use p95_core::instrument::{Counter, Descriptor, Registry};
///
/// let mut registry = Registry::default();
/// let requests = registry.register_family(
///     Descriptor::new("requests", "Requests answered."),
///     ["method", "status"],
///     Counter::default,
/// )?;
/// requests.inc(["GET", "200"]);
/// let posts = requests.with(["POST", "201"]); // a handle, for a hot path
/// posts.inc_by(3);
/// requests.update(["POST", "201"], |posts| posts.add(0.5));
/// assert_eq!(posts.get(), 3.5);
/// assert!(requests.remove(["GET", "200"]));
/// assert_eq!(requests.len(), 1);
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub struct Family<M, const N: usize>(Arc<Series<M>>);

/// Metrics that share a name and differ in the labels of `L`, a type that derives [`LabelSet`]. Clones share the metrics.
///
/// ```
/// use p95_core::instrument::{Counter, Descriptor, LabelSet, LabelValue, LabelValues, Registry};
///
/// struct Request {
///     status: u16,
/// }
///
/// // This is what `#[derive(Labels)]` writes.
/// impl LabelValues for Request {
///     fn each_value(&self, each: &mut impl FnMut(&str)) {
///         self.status.with_text(each);
///     }
/// }
/// impl LabelSet for Request {
///     fn each_name(each: &mut impl FnMut(&str)) {
///         each("status");
///     }
/// }
///
/// let mut registry = Registry::default();
/// let requests =
///     registry.register_typed::<Request, _>(Descriptor::new("requests", ""), Counter::default)?;
/// requests.inc(&Request { status: 200 });
/// assert_eq!(requests.with(&Request { status: 200 }).get(), 1.0);
/// # Ok::<(), p95_core::instrument::RegisterError>(())
/// ```
pub struct TypedFamily<M, L>(Arc<Series<M>>, PhantomData<fn(&L)>);

impl<M: Metric, const N: usize> Family<M, N> {
    pub(super) fn new(series: Arc<Series<M>>) -> Self {
        Self(series)
    }

    /// The metric of these label values, made where there is none yet. An empty value means that the label is absent.
    ///
    /// To count through a handle that is kept takes no look-up. One whose series was removed counts for nobody.
    pub fn with(&self, values: [&str; N]) -> M {
        self.0.update(&values, M::clone)
    }

    /// Calls `act` with the metric of these label values: the fastest way that needs a look-up.
    #[inline]
    pub fn update<R>(&self, values: [&str; N], act: impl FnOnce(&M) -> R) -> R {
        self.0.update(&values, act)
    }

    /// Removes the series of these label values. Returns whether there was one.
    pub fn remove(&self, values: [&str; N]) -> bool {
        self.0.remove(&values)
    }

    /// Removes all series.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Removes the series that were not used since `idle_ms` before `now_ms`, as far as that is known: use is noticed
    /// whenever this is called, and when the registry is shown. Returns how many they are.
    ///
    /// ```
    /// use p95_core::instrument::{Counter, Descriptor, Registry};
    ///
    /// let mut registry = Registry::default();
    /// let jobs = registry.register_family(Descriptor::new("jobs", ""), ["queue"], Counter::default)?;
    /// jobs.inc(["mail"]);
    /// assert_eq!(jobs.expire(1_000, 60_000), 0);
    /// assert_eq!(jobs.expire(61_000, 60_000), 1);
    /// # Ok::<(), p95_core::instrument::RegisterError>(())
    /// ```
    pub fn expire(&self, now_ms: i64, idle_ms: i64) -> usize {
        self.0.expire(now_ms, idle_ms)
    }

    /// The number of series, without the one for overflow.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no series.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<M: Metric, L: LabelSet> TypedFamily<M, L> {
    pub(super) fn new(series: Arc<Series<M>>) -> Self {
        Self(series, PhantomData)
    }

    /// The metric of these labels, made where there is none yet. See [`Family::with`].
    pub fn with(&self, labels: &L) -> M {
        self.0.update(labels, M::clone)
    }

    /// Calls `act` with the metric of these labels. See [`Family::update`].
    #[inline]
    pub fn update<R>(&self, labels: &L, act: impl FnOnce(&M) -> R) -> R {
        self.0.update(labels, act)
    }

    /// Removes the series of these labels. Returns whether there was one.
    pub fn remove(&self, labels: &L) -> bool {
        self.0.remove(labels)
    }

    /// Removes all series.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Removes the series that are idle. See [`Family::expire`].
    pub fn expire(&self, now_ms: i64, idle_ms: i64) -> usize {
        self.0.expire(now_ms, idle_ms)
    }

    /// The number of series, without the one for overflow.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no series.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<M, const N: usize> Clone for Family<M, N> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M, L> Clone for TypedFamily<M, L> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

impl<M, const N: usize> fmt::Debug for Family<M, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Family").field("labels", &self.0.names()).finish_non_exhaustive()
    }
}

impl<M, L> fmt::Debug for TypedFamily<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedFamily").field("labels", &self.0.names()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
