//! What is kept is what would be evaluated anew.

use std::sync::Arc;
use std::time::Duration;

use p95_core::model::{Labels, NativeHistogram, STALE_NAN};
use p95_core::promql::eval::EngineOptions;
use p95_core::promql::{ParseOptions, parse};
use p95_core::store::{Store, StoreOptions};
use proptest::prelude::*;

use super::*;
use crate::EmbeddedSource;
use crate::store::SharedStore;

/// Queries of all kinds: those that are kept, those that look elsewhere, and those that are never kept.
const QUERIES: [&str; 24] = [
    "a",
    "sum(a)",
    "avg by (n) (a) + on (n) group_left count by (n) (b)",
    "rate(a[4s])",
    "sum by (n) (rate(a[7s]))",
    "irate(b[5s]) or a",
    "rate(a[4s] offset 3s)",
    "a offset -2s",
    "max_over_time(a[5s:1s])",
    "sum_over_time(rate(a[3s])[6s:2s] offset 1s)",
    "topk(2, a)",
    "quantile(0.5, a)",
    "absent(a)",
    "timestamp(a) - time()",
    "label_replace(a, \"m\", \"$1\", \"n\", \"(.)\")",
    "{__name__=~\"a|b\"} > 2",
    "changes(a[10s]) unless b",
    "stddev_over_time(a[9s])",
    "histogram_count(h)",
    "rate(h[5s])",
    "quantile(2, a)",
    "a - a @ start()",
    "a - a @ end()",
    "predict_linear(b[8s], 5)",
];

/// When it all begins, off the steps.
const FIRST_MS: i64 = 1_700_000_000_300;
/// No query looks back longer for a value.
const LOOKBACK_MS: i64 = 6_000;

/// What happens between two refreshes.
#[derive(Clone, Debug)]
enum Event {
    /// A sample so long after the newest one of all series, or before it.
    Sample { series: usize, after_ms: i64, value: f64 },
    /// A series ends.
    End { series: usize, after_ms: i64 },
    /// A histogram.
    Histogram { after_ms: i64, count: f64 },
    /// Old samples go.
    Sweep,
    /// The panels are asked for: from so many steps before the newest sample, to so many before it.
    Look { length: i64, back: i64 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let value = prop_oneof![4 => -5.0..50.0, 1 => Just(f64::NAN), 1 => Just(0.0)];
    let after_ms = || prop_oneof![6 => Just(1_000_i64), 2 => 1..2_500_i64, 2 => -4_000..=0_i64];
    let event = prop_oneof![
        8 => (0..6_usize, after_ms(), value).prop_map(|(series, after_ms, value)| Event::Sample { series, after_ms, value }),
        1 => (0..6_usize, after_ms()).prop_map(|(series, after_ms)| Event::End { series, after_ms }),
        2 => (after_ms(), 0.0..9.0).prop_map(|(after_ms, count)| Event::Histogram { after_ms, count }),
        1 => Just(Event::Sweep),
        6 => (1..25_i64, prop_oneof![5 => Just(0_i64), 1 => 0..30_i64]).prop_map(|(length, back)| Event::Look { length, back }),
    ];
    proptest::collection::vec(event, 1..80)
}

struct Rig {
    store: Arc<SharedStore>,
    source: EmbeddedSource,
    kept: KeptSteps,
    newest_ms: i64,
    runtime: tokio::runtime::Runtime,
}

impl Rig {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let options = StoreOptions { retention_ms: 15_000, ..StoreOptions::default() };
        let store = Arc::new(SharedStore::new(options));
        let options = EngineOptions { lookback_ms: LOOKBACK_MS, ..EngineOptions::default() };
        let timeout = Duration::from_secs(60);
        let source =
            EmbeddedSource::new(Arc::clone(&store), options, timeout, runtime.handle().clone()).staying();
        Self { store, source, kept: KeptSteps::default(), newest_ms: FIRST_MS, runtime }
    }

    fn append(&mut self, after_ms: i64, append: impl FnOnce(&mut Store, i64)) {
        let at_ms = self.newest_ms + after_ms;
        append(&mut self.store.write(), at_ms);
        self.newest_ms = self.newest_ms.max(at_ms);
    }

    fn happen(&mut self, event: &Event) {
        let labels = |series: usize| {
            let name = if series < 4 { "a" } else { "b" };
            Labels::from_pairs([("__name__", name), ("n", ["x", "y", "z", "w"][series % 4])])
        };
        match *event {
            Event::Sample { series, after_ms, value } => self.append(after_ms, |store, at_ms| {
                let id = store.series_for(&labels(series));
                store.append(id, at_ms, value);
            }),
            Event::End { series, after_ms } => self.append(after_ms, |store, at_ms| {
                let id = store.series_for(&labels(series));
                store.append(id, at_ms, STALE_NAN);
            }),
            Event::Histogram { after_ms, count } => self.append(after_ms, |store, at_ms| {
                let id = store.series_for(&Labels::from_pairs([("__name__", "h")]));
                let histogram =
                    NativeHistogram { count, zero_count: count, sum: count, ..NativeHistogram::default() };
                store.append_histogram(id, at_ms, &histogram);
            }),
            Event::Sweep => self.store.write().enforce_limits(self.newest_ms),
            Event::Look { length, back } => self.look(length, back),
        }
    }

    /// Asks all queries, and compares.
    fn look(&mut self, length: i64, back: i64) {
        let grid = Grid { step_ms: 1_000, phase_ms: 300 };
        let last_ms = grid.down(self.newest_ms) - back * 1_000;
        let steps = Steps { first_ms: last_ms - length * 1_000, last_ms };
        let changes = self.source.take_changes();
        self.kept.renew(changes);
        for query in QUERIES {
            let expr = parse(query, &ParseOptions::default()).unwrap();
            let range = QueryRange { start_ms: steps.first_ms, end_ms: last_ms, step_ms: 1_000 };
            let anew = self.runtime.block_on(self.source.range(query, range));
            let kept = self.runtime.block_on(self.kept.range(&self.source, query, Some(&expr), steps, grid));
            let kept = kept.map(|kept| (kept.matrix(), kept.said().to_vec()));
            match (anew, kept) {
                (Ok(anew), Ok((matrix, mut said))) => {
                    let QueryValue::Matrix(expect) = anew.value else { panic!("no matrix") };
                    // NaN is not equal to itself, and 0 is equal to -0.
                    assert_eq!(format!("{matrix:?}"), format!("{expect:?}"), "{query} at {steps:?}");
                    let mut expect =
                        Vec::from_iter(anew.annotations.warnings().map(|one| one.message.clone()));
                    expect.sort();
                    said.sort();
                    assert_eq!(said, expect, "{query} at {steps:?}");
                }
                (anew, kept) => {
                    let (anew, kept) =
                        (anew.err().map(|error| error.message), kept.err().map(|error| error.message));
                    assert_eq!(kept, anew, "{query} at {steps:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_kept_is_what_would_be_evaluated_anew(events in events()) {
        let mut rig = Rig::new();
        events.iter().for_each(|event| rig.happen(event));
    }
}

#[test]
fn a_refresh_evaluates_the_new_steps_alone() {
    let mut rig = Rig::new();
    let query = "rate(a[4s])";
    let expr = parse(query, &ParseOptions::default()).unwrap();
    let grid = Grid { step_ms: 1_000, phase_ms: 300 };
    // Where a kept step were evaluated again, it would have another value than the one that it is given here.
    for scrape in 0..40_i64 {
        rig.happen(&Event::Sample { series: 0, after_ms: 1_000, value: scrape as f64 });
        rig.kept.renew(rig.source.take_changes());
        for sample in rig
            .kept
            .queries
            .get_mut()
            .values_mut()
            .flat_map(|kept| &mut Arc::make_mut(kept).series)
            .flat_map(|one| &mut one.samples.floats)
        {
            sample.value = 7.0;
        }
        let steps = Steps { first_ms: rig.newest_ms - 20_000, last_ms: rig.newest_ms };
        let answer =
            rig.runtime.block_on(rig.kept.range(&rig.source, query, Some(&expr), steps, grid)).unwrap();
        let values =
            answer.matrix().into_iter().flat_map(|one| one.samples.floats).map(|sample| sample.value);
        let fresh = values.filter(|value| *value != 7.0).count();
        assert_eq!(fresh, usize::from(scrape > 0), "scrape {scrape}");
    }
    let last_ms =
        |kept: &KeptSteps| Vec::from_iter(kept.queries.lock().values().map(|kept| kept.steps.last_ms));
    rig.kept.renew(Changes { from_ms: Some(rig.newest_ms + 1), gone_before_ms: None });
    assert_eq!(last_ms(&rig.kept), [rig.newest_ms], "what comes later changes nothing");
    rig.kept.renew(Changes { from_ms: None, gone_before_ms: None });
    assert!(last_ms(&rig.kept).is_empty(), "nobody asked for it");
}
