//! Steps of range queries that are kept from one refresh to the next.
//!
//! What an expression is worth at a step hangs on the samples that it looks at from there ([`Reach`]). For as long as these are
//! the same, so is the value: a refresh evaluates only the steps that are new, and those which late samples or retention reach.

use std::collections::HashMap;
use std::sync::Arc;

use p95_core::model::{FloatSample, Labels, Samples};
use p95_core::promql::Reach;
use p95_core::promql::ast::Expr;
use p95_core::promql::eval::{Evaluated, MatrixSeries, QueryValue};
use p95_core::store::Changes;
use parking_lot::Mutex;

use super::grid::Grid;
use crate::QueryFailure;
use crate::source::{QueryRange, QuerySource};

/// The most samples that are kept of all queries together, of 16 bytes each; what is beyond is evaluated anew each time.
const MAX_KEPT: usize = 4_000_000;
/// One of so many steps may lie outside of what is asked for before they are removed, which moves all others.
const SLACK: i64 = 4;

/// The queries of the panels on screen, with the steps that are known.
#[derive(Debug, Default)]
pub(crate) struct KeptSteps {
    queries: Mutex<HashMap<(String, Grid), Arc<Kept>>>,
    /// Counts the refreshes.
    round: u64,
}

/// The steps of one query that are known, one after the other without a gap.
#[derive(Clone, Debug)]
struct Kept {
    reach: Reach,
    /// The refresh that asked for it last.
    round: u64,
    steps: Steps,
    /// The series that have values there, by labels.
    series: Vec<MatrixSeries>,
    /// What was said of some of the steps.
    said: Vec<String>,
    /// Whether steps were removed since, of which it may have been said.
    is_cut: bool,
    /// What the samples weigh.
    weight: usize,
}

/// Steps of a grid: the first and the last one; none where the last comes before the first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Steps {
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
}

impl Steps {
    const NONE: Self = Self { first_ms: 0, last_ms: -1 };
}

/// The answer to a range query.
pub(super) struct RangeAnswer {
    /// It may have more steps than were asked for.
    known: Arc<Kept>,
    steps: Steps,
}

impl KeptSteps {
    /// Begins a refresh: forgets the queries that the last one did not ask, and the steps that may be different now.
    pub(crate) fn renew(&mut self, changes: Changes) {
        let last_round = self.round;
        self.round += 1;
        let queries = self.queries.get_mut();
        queries.retain(|_, kept| kept.round == last_round);
        for ((_, grid), kept) in queries {
            let Reach { back_ms, ahead_ms } = kept.reach;
            let gone_before_ms = changes.gone_before_ms;
            let sound = Steps {
                first_ms: gone_before_ms.map_or(i64::MIN, |before_ms| before_ms.saturating_add(back_ms)),
                last_ms: changes.from_ms.map_or(i64::MAX, |from_ms| from_ms.saturating_sub(ahead_ms) - 1),
            };
            Arc::make_mut(kept).cut(sound, *grid);
        }
    }

    /// The answer to `query`, which is `expr` where it can be read here, at `steps`, of which there is at least one.
    pub(super) async fn range(
        &self,
        source: &dyn QuerySource,
        query: &str,
        expr: Option<&Expr>,
        steps: Steps,
        grid: Grid,
    ) -> Result<RangeAnswer, QueryFailure> {
        let asked = Asked { source, query, grid };
        let Some(reach) = expr.and_then(|expr| source.reach(expr)) else {
            let passing = Kept::of(asked.evaluate(steps).await?, Reach::default());
            return Ok(RangeAnswer { known: Arc::new(passing), steps });
        };
        let key = (query.to_owned(), grid);
        let known = self.queries.lock().remove(&key).filter(|kept| kept.adjoins(steps, grid));
        let mut kept = match known {
            Some(kept) => Arc::unwrap_or_clone(kept).completed(steps, &asked).await?,
            None => Kept::of(asked.evaluate(steps).await?, reach),
        };
        kept.trim(steps, grid);
        kept.round = self.round;
        let kept = Arc::new(kept);
        let mut queries = self.queries.lock();
        let others: usize = queries.values().map(|other| other.weight).sum();
        if others + kept.weight <= MAX_KEPT {
            queries.insert(key, Arc::clone(&kept));
        }
        Ok(RangeAnswer { known: kept, steps })
    }
}

impl RangeAnswer {
    /// An answer without steps.
    pub(super) fn empty() -> Self {
        let part = Part { steps: Steps::NONE, series: Vec::new(), said: Vec::new() };
        Self { known: Arc::new(Kept::of(part, Reach::default())), steps: Steps::NONE }
    }

    /// What the evaluator wants to be known.
    pub(super) fn said(&self) -> &[String] {
        &self.known.said
    }

    /// The series, by labels, with the numbers that they have at the steps asked for.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&Labels, &[FloatSample])> {
        let lines = self.known.series.iter().map(|series| {
            let floats = within(&series.samples.floats, self.steps, |sample| sample.timestamp_ms);
            (&series.labels, floats)
        });
        lines.filter(|(_, floats)| !floats.is_empty())
    }

    /// The series, by labels, with all that they have at the steps asked for.
    pub(super) fn matrix(&self) -> Vec<MatrixSeries> {
        let series = self.known.series.iter().map(|series| {
            let (floats, histograms) = (&series.samples.floats, &series.samples.histograms);
            let samples = Samples {
                floats: within(floats, self.steps, |sample| sample.timestamp_ms).to_vec(),
                histograms: within(histograms, self.steps, |sample| sample.timestamp_ms).to_vec(),
            };
            MatrixSeries { labels: series.labels.clone(), samples }
        });
        series.filter(|series| !series.samples.is_empty()).collect()
    }
}

/// A query, and whom to ask.
struct Asked<'a> {
    source: &'a dyn QuerySource,
    query: &'a str,
    grid: Grid,
}

/// The answer at some steps.
struct Part {
    steps: Steps,
    series: Vec<MatrixSeries>,
    said: Vec<String>,
}

impl Asked<'_> {
    async fn evaluate(&self, steps: Steps) -> Result<Part, QueryFailure> {
        let Steps { first_ms: start_ms, last_ms: end_ms } = steps;
        let range = QueryRange { start_ms, end_ms, step_ms: self.grid.step_ms };
        let Evaluated { value, annotations } = self.source.range(self.query, range).await?;
        let series = if let QueryValue::Matrix(series) = value { series } else { Vec::new() };
        let said = Vec::from_iter(annotations.warnings().map(|annotation| annotation.message.clone()));
        Ok(Part { steps, series, said })
    }
}

impl Kept {
    fn of(part: Part, reach: Reach) -> Self {
        let Part { steps, series, said } = part;
        let weight = series.iter().map(|series| series.samples.weight()).sum();
        Self { reach, round: 0, steps, series, said, is_cut: false, weight }
    }

    /// Whether no step lies between these and those asked for.
    fn adjoins(&self, asked: Steps, grid: Grid) -> bool {
        let Steps { first_ms, last_ms } = self.steps;
        first_ms <= last_ms
            && first_ms <= asked.last_ms + grid.step_ms
            && last_ms >= asked.first_ms - grid.step_ms
    }

    /// With the steps asked for that are missing.
    async fn completed(mut self, asked: Steps, query: &Asked<'_>) -> Result<Self, QueryFailure> {
        let step_ms = query.grid.step_ms;
        let before = Steps { first_ms: asked.first_ms, last_ms: self.steps.first_ms - step_ms };
        let after = Steps { first_ms: self.steps.last_ms + step_ms, last_ms: asked.last_ms };
        let is_asked = asked.first_ms <= self.steps.first_ms && asked.last_ms >= self.steps.last_ms;
        let mut said_now = Vec::new();
        for missing in [before, after] {
            if missing.first_ms <= missing.last_ms {
                let part = query.evaluate(missing).await?;
                add_new(&mut said_now, &part.said);
                self.add(part);
            }
        }
        // What was said of steps that are no longer asked for may not be true of the others; who knows it is the evaluator.
        let is_said_again = self.said.iter().all(|one| said_now.contains(one));
        if !is_said_again && (self.is_cut || !is_asked) {
            return Ok(Self::of(query.evaluate(asked).await?, self.reach));
        }
        add_new(&mut said_now, &self.said);
        Ok(Self { said: said_now, is_cut: false, ..self })
    }

    /// Adds steps just before or just after these.
    fn add(&mut self, part: Part) {
        let known = std::mem::take(&mut self.series);
        if part.steps.first_ms < self.steps.first_ms {
            self.series = joined(part.series, known);
            self.steps.first_ms = part.steps.first_ms;
        } else {
            self.series = joined(known, part.series);
            self.steps.last_ms = part.steps.last_ms;
        }
        self.weigh();
    }

    /// Removes steps that are not asked for, once there are many.
    fn trim(&mut self, asked: Steps, grid: Grid) {
        let slack_ms = (asked.last_ms - asked.first_ms) / SLACK;
        if self.steps.first_ms < asked.first_ms - slack_ms || self.steps.last_ms > asked.last_ms + slack_ms {
            self.cut(asked, grid);
        }
    }

    /// Removes the steps outside of `within`.
    fn cut(&mut self, within: Steps, grid: Grid) {
        let Steps { first_ms, last_ms } = self.steps;
        if within.first_ms <= first_ms && within.last_ms >= last_ms {
            return;
        }
        self.is_cut = true;
        if within.first_ms > last_ms || within.last_ms < first_ms {
            self.steps = Steps::NONE;
            self.series = Vec::new();
            return self.weigh();
        }
        self.steps = Steps {
            first_ms: if within.first_ms > first_ms { grid.up(within.first_ms) } else { first_ms },
            last_ms: if within.last_ms < last_ms { grid.down(within.last_ms) } else { last_ms },
        };
        let steps = self.steps;
        self.series.retain_mut(|series| {
            retain_within(&mut series.samples.floats, steps, |sample| sample.timestamp_ms);
            retain_within(&mut series.samples.histograms, steps, |sample| sample.timestamp_ms);
            !series.samples.is_empty()
        });
        self.weigh();
    }

    fn weigh(&mut self) {
        self.weight = self.series.iter().map(|series| series.samples.weight()).sum();
    }
}

/// Adds the messages that are not there.
pub(super) fn add_new(messages: &mut Vec<String>, more: &[String]) {
    for message in more {
        if !messages.contains(message) {
            messages.push(message.clone());
        }
    }
}

/// The samples at these steps, of samples in order of time.
fn within<T>(samples: &[T], steps: Steps, time_ms: impl Fn(&T) -> i64) -> &[T] {
    let from = samples.partition_point(|sample| time_ms(sample) < steps.first_ms);
    let to = samples.partition_point(|sample| time_ms(sample) <= steps.last_ms);
    samples.get(from..to).unwrap_or_default()
}

/// Removes the samples at other steps.
fn retain_within<T>(samples: &mut Vec<T>, steps: Steps, time_ms: impl Fn(&T) -> i64) {
    samples.truncate(samples.partition_point(|sample| time_ms(sample) <= steps.last_ms));
    let before = samples.partition_point(|sample| time_ms(sample) < steps.first_ms);
    samples.drain(..before);
}

/// The series of either part, each by labels; the samples of `earlier` come before those of `later`.
fn joined(earlier: Vec<MatrixSeries>, later: Vec<MatrixSeries>) -> Vec<MatrixSeries> {
    let mut joined: Vec<MatrixSeries> = Vec::with_capacity(earlier.len().max(later.len()));
    let mut later = later.into_iter().peekable();
    for mut series in earlier {
        while let Some(new) = later.next_if(|new| new.labels < series.labels) {
            joined.push(new);
        }
        if let Some(same) = later.next_if(|new| new.labels == series.labels) {
            append(&mut series.samples.floats, same.samples.floats);
            append(&mut series.samples.histograms, same.samples.histograms);
        }
        joined.push(series);
    }
    joined.extend(later);
    joined
}

/// Appends with little room to spare: there are many of these, and they grow slowly.
fn append<T>(samples: &mut Vec<T>, more: Vec<T>) {
    if samples.capacity() - samples.len() < more.len() {
        samples.reserve_exact(more.len().max(samples.len() / 8));
    }
    samples.extend(more);
}

#[cfg(test)]
mod tests;
