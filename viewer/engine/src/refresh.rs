//! What follows from the store's content: the overview's cards and the panels' answers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use p95_core::model::select::TimeRange;
use p95_core::overview::{Chart, Overview, Seen, Window, overview};
use p95_core::store::StoreStats;
use web_time::Instant;

use crate::live::LiveView;
use crate::metric::{KeptPage, Names, detail};
use crate::ranking::ranking;
use crate::runtime::sleep;
use crate::source::{Inventory, QuerySource, Wanted};
use crate::store::SharedStore;
use crate::view::{self, KeptSteps, ViewTimes};
use crate::{CardRank, MetricDetail, MetricView, PanelQuery, PanelResult};

/// How long the cards of series that have ended stay, in milliseconds.
const CARDS_STAY_MS: i64 = 15 * 60_000;

/// How long a ranking stays, in milliseconds.
const RANKING_STAYS_MS: i64 = 10_000;

/// The most panels that are worked on at the same time.
const PANELS_AT_ONCE: usize = 8;

/// The most warnings of answers that are shown beside each other.
const MAX_DOUBTS: usize = 3;

/// What takes longer is shown in parts.
const TELL_AFTER: Duration = Duration::from_millis(100);

/// What is to be worked out.
pub(crate) struct Request {
    /// The panels on screen.
    pub(crate) view: Arc<[PanelQuery]>,
    /// Those on screen while it is worked out: a panel that leaves is given up.
    pub(crate) live: Arc<LiveView>,
    pub(crate) times: ViewTimes,
    /// The window of the overview's rates; `None` where no overview is wanted.
    pub(crate) window: Option<Window>,
    /// Whether there are other series or metadata than before.
    pub(crate) is_changed: bool,
    /// The metric that is opened.
    pub(crate) metric: Option<MetricView>,
    /// The last pages of the targets; empty where no metric is opened.
    pub(crate) pages: Vec<KeptPage>,
    /// How much of the past the cards' ranking looks at, in milliseconds; `None` where none is wanted.
    pub(crate) ranking_ms: Option<i64>,
}

/// What was worked out.
pub(crate) struct Refreshed {
    pub(crate) overview: Arc<Overview>,
    pub(crate) panels: Vec<Arc<PanelResult>>,
    pub(crate) metric: Option<Arc<MetricDetail>>,
    pub(crate) ranking: Arc<BTreeMap<String, CardRank>>,
    pub(crate) stats: StoreStats,
    /// What is to be known besides: one line each.
    pub(crate) notes: Vec<String>,
}

/// Works out what follows from a source's content. It takes its time, on a thread that may block.
pub(crate) struct Refresher {
    store: Arc<SharedStore>,
    source: Arc<dyn QuerySource>,
    seen: Seen,
    /// What the source leaves out.
    notes: Vec<String>,
    /// Why it could not tell what it has when it was last asked.
    blind: Option<String>,
    names: Arc<Names>,
    /// The window of the overview that is there.
    window: Option<Window>,
    overview: Arc<Overview>,
    /// The ranking that is there, with the newest scrape that it knows and what it looked at.
    ranking: Arc<BTreeMap<String, CardRank>>,
    ranked: Option<(i64, i64)>,
    /// What the panels' queries come to at the steps that are known.
    kept: KeptSteps,
}

impl Refresher {
    pub(crate) fn new(store: Arc<SharedStore>, source: Arc<dyn QuerySource>) -> Self {
        Self {
            store,
            source,
            seen: Seen::default(),
            notes: Vec::new(),
            blind: None,
            names: Arc::default(),
            window: None,
            overview: Arc::default(),
            ranking: Arc::default(),
            ranked: None,
            kept: KeptSteps::default(),
        }
    }

    /// Brings everything up to date. Where that takes a while, `tell` hears of panels before the others are there.
    pub(crate) async fn refresh(
        &mut self,
        request: &Request,
        tell: &(dyn Fn(Vec<Arc<PanelResult>>) + Send + Sync),
    ) -> Refreshed {
        let mut times = request.times;
        if let Some(window) = request.window {
            let step_ms = view::longest_step_ms(&request.view, window.interval_ms);
            let window = Window { step_ms, ..window };
            times.window_ms = window.range_ms().unwrap_or(times.window_ms);
            self.refresh_overview(window, times.last_ms, request.is_changed).await;
        }
        self.refresh_ranking(request).await;
        // What changes from here on is told the next time, whether or not it is seen already.
        self.kept.renew(self.source.take_changes());
        let panels = self.panels(request, times, tell).await;
        let unranked = self.unranked().filter(|_| request.ranking_ms.is_some());
        let notes =
            self.blind.iter().chain(&self.notes).cloned().chain(unranked).chain(doubts(&panels)).collect();
        let open = |view| detail(view, &self.seen, &self.overview, &request.pages, &self.names);
        Refreshed {
            overview: Arc::clone(&self.overview),
            metric: request.metric.as_ref().map(open).map(Arc::new),
            panels,
            notes,
            ranking: Arc::clone(&self.ranking),
            stats: self.store.read().stats(),
        }
    }

    /// The results of the panels that are still on screen, in the view's order.
    async fn panels(
        &self,
        request: &Request,
        times: ViewTimes,
        tell: &(dyn Fn(Vec<Arc<PanelResult>>) + Send + Sync),
    ) -> Vec<Arc<PanelResult>> {
        let evaluate = async |(place, panel): (usize, &PanelQuery)| {
            let (live, view, id) = (Arc::clone(&request.live), Arc::clone(&request.view), panel.id.clone());
            let wanted: Wanted = Arc::new(move || live.still_shows(&view, &id));
            if !wanted() {
                return None;
            }
            let source = self.source.while_wanted(Arc::clone(&wanted));
            let result = view::evaluate(panel, &*source, times, &self.kept).await;
            wanted().then(|| (place, Arc::new(result)))
        };
        let tasks = request.view.iter().enumerate().map(evaluate);
        let mut results = stream::iter(tasks).buffer_unordered(PANELS_AT_ONCE);
        let (mut panels, mut told, mut told_at) = (Vec::new(), 0, Instant::now());
        loop {
            // The wait begins only where there is something to wait for.
            let wait = async { sleep(TELL_AFTER.saturating_sub(told_at.elapsed())).await };
            tokio::select! {
                biased;
                result = results.next() => match result {
                    Some(result) => panels.extend(result),
                    None => break,
                },
                () = wait, if panels.len() > told => {}
            }
            if told_at.elapsed() >= TELL_AFTER {
                tell(panels.iter().skip(told).map(|(_, panel)| Arc::clone(panel)).collect());
                (told, told_at) = (panels.len(), Instant::now());
            }
        }
        panels.sort_unstable_by_key(|(place, _)| *place);
        panels.into_iter().map(|(_, panel)| panel).collect()
    }

    /// A ranking asks every card's queries, and an order that changes with each scrape is hard to read: it is made anew after a
    /// while only.
    async fn refresh_ranking(&mut self, request: &Request) {
        let Some(span_ms) = request.ranking_ms else {
            self.ranked = None;
            return;
        };
        let last_ms = request.times.last_ms;
        let is_fresh = self.ranked.is_some_and(|(ranked_ms, ranked_span_ms)| {
            ranked_span_ms == span_ms && last_ms.abs_diff(ranked_ms) < RANKING_STAYS_MS.unsigned_abs()
        });
        if !is_fresh {
            self.ranking = Arc::new(ranking(&self.overview, &*self.source, request.times, span_ms).await);
            self.ranked = Some((last_ms, span_ms));
        }
    }

    /// What is said where not all cards could be ranked.
    fn unranked(&self) -> Option<String> {
        let lines = self.overview.cards().filter(|card| card.face.chart == Chart::Lines);
        let all: HashSet<&str> = lines.map(|card| card.id.as_str()).collect();
        let ranked = self.ranking.len();
        let is_cut = ranked > 0 && self.source.spare_queries() < usize::MAX && ranked < all.len();
        is_cut.then(|| {
            format!("the order knows {ranked} of {} cards: a server is asked no more for it", all.len())
        })
    }

    async fn refresh_overview(&mut self, window: Window, last_ms: i64, mut is_changed: bool) {
        if is_changed || self.blind.is_some() {
            let range = TimeRange { start_ms: last_ms.saturating_sub(CARDS_STAY_MS), end_ms: last_ms };
            match self.source.inventory(range).await {
                Ok(Inventory { seen, names, notes }) => {
                    (self.seen, self.names, self.notes) = (seen, Arc::new(names), notes);
                    self.blind = None;
                    is_changed = true;
                }
                Err(failure) => {
                    self.blind = Some(format!("what {} has is not known: {failure}", self.source.name()));
                }
            }
        }
        // A window grows no more once it spans its most intervals, but the count of scrapes does.
        let is_other_window = self.window.map(Window::range_ms) != Some(window.range_ms());
        if is_changed || is_other_window {
            self.overview = Arc::new(overview(&self.seen, window));
            self.window = Some(window);
        }
    }
}

/// What is said of the panels' answers by who gave them, each once; the first few of many.
fn doubts(panels: &[Arc<PanelResult>]) -> Vec<String> {
    let answers = panels.iter().flat_map(|panel| panel.answers.iter().flatten());
    let mut all = Vec::from_iter(answers.flat_map(|answer| &answer.warnings).cloned());
    let mut seen = HashSet::new();
    all.retain(|warning| seen.insert(warning.clone()));
    let more = all.len().saturating_sub(MAX_DOUBTS);
    all.truncate(MAX_DOUBTS);
    all.extend((more > 0).then(|| format!("… and {more} more warnings")));
    all
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use p95_core::model::Labels;
    use p95_core::promql::eval::EngineOptions;
    use p95_core::store::StoreOptions;

    use super::*;
    use crate::intake::{Intake, Scraped};
    use crate::scrape::Page;
    use crate::{AnswerForm, PanelMode, PanelSeries, TargetOptions};

    /// When the first scrape begins: off the whole seconds, as it is in life.
    const FIRST_MS: i64 = 1_700_000_000_300;

    /// A store, a target and time, all simulated.
    struct Simulation {
        intake: Intake,
        refresher: Refresher,
        /// What asks the source.
        runtime: tokio::runtime::Runtime,
    }

    impl Simulation {
        fn new() -> Self {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let store = Arc::new(SharedStore::new(StoreOptions::default()));
            let source = crate::EmbeddedSource::new(
                Arc::clone(&store),
                EngineOptions::default(),
                Duration::from_secs(60),
                runtime.handle().clone(),
            );
            let target = Labels::from_pairs([("instance", "h:1"), ("job", "p95")]);
            let intake = Intake::new(Arc::clone(&store), target, &TargetOptions::default());
            Self { intake, refresher: Refresher::new(store, Arc::new(source.staying())), runtime }
        }

        fn refresh(&mut self, request: &Request) -> Refreshed {
            self.runtime.block_on(self.refresher.refresh(request, &|_| ()))
        }

        fn scrape(&mut self, start_ms: i64, body: &str) {
            let page = Page { body: body.as_bytes().to_owned(), content_type: String::new() };
            let taken = self.intake.take(Scraped { start_ms, begun: Instant::now(), fetched: Ok(page) });
            assert_eq!(taken.record.failure, None);
        }

        /// What the panel of the card `id` shows, with the query that the overview gives it.
        fn show(&mut self, id: &str, scrapes: u32, last_ms: i64, mode: PanelMode) -> (String, PanelResult) {
            let window = Window { interval_ms: 1_000, scrapes, step_ms: 0 };
            let panel = |exprs| PanelQuery {
                id: id.to_owned(),
                exprs,
                mode,
                end_ms: None,
                max_series: 20,
                form: AnswerForm::Series,
            };
            let times = ViewTimes {
                last_ms,
                first_ms: FIRST_MS,
                interval_ms: 1_000,
                phase_ms: 0,
                window_ms: window.range_ms().unwrap_or(1_000),
            };
            let mut request = Request {
                view: Arc::default(),
                live: Arc::default(),
                times,
                window: Some(window),
                is_changed: true,
                metric: None,
                pages: Vec::new(),
                ranking_ms: None,
            };
            // The queries follow from the view, and the view asks them.
            request.live.set(vec![panel(Vec::new())]);
            request.view = request.live.get();
            let overview = self.refresh(&request).overview;
            let card = overview.cards().find(|card| card.id == id).unwrap();
            let exprs = Vec::from_iter(card.face.queries.iter().map(|query| query.expr.clone()));
            request.live.set(vec![panel(exprs.clone())]);
            request.view = request.live.get();
            let result = self.refresh(&request).panels.remove(0);
            (exprs.concat(), PanelResult::clone(&result))
        }
    }

    const CHART: PanelMode = PanelMode::Range { range_ms: 300_000, max_points: 300 };

    #[test]
    fn a_constant_rate_is_true_from_the_second_scrape_on() {
        let mut simulation = Simulation::new();
        for scrape in 1..=10_u32 {
            let start_ms = FIRST_MS + i64::from(scrape - 1) * 1_000;
            simulation.scrape(start_ms, &format!("# TYPE c counter\nc {}\n", 100 + 10 * scrape));
            let (query, now) = simulation.show("c", scrape, start_ms, PanelMode::Instant);
            if scrape == 1 {
                assert_eq!(query, "", "there is no rate yet");
                continue;
            }
            let shown = now.answers[0].as_ref().unwrap();
            assert_eq!(shown.series.len(), 1, "scrape {scrape}: {query}");
            assert_eq!(shown.series[0].values, [10.0], "scrape {scrape}: {query}");

            let (_, chart) = simulation.show("c", scrape, start_ms, CHART);
            let line = &chart.answers[0].as_ref().unwrap().series[0];
            assert_eq!(line.timestamps_ms.last(), Some(&start_ms), "the chart ends at the newest scrape");
            assert!(line.values.iter().all(|value| *value == 10.0), "scrape {scrape}: {line:?}");
            assert_eq!(line.values.len(), if scrape <= 4 { 1 } else { scrape as usize - 3 });
        }
    }

    #[test]
    fn no_burst_is_lost_between_the_points_of_a_long_range() {
        const HOUR: PanelMode = PanelMode::Range { range_ms: 3_600_000, max_points: 300 };
        for burst in 30..60_i64 {
            let mut simulation = Simulation::new();
            for scrape in 0..90_i64 {
                let total = if scrape < burst { 100 } else { 260 };
                simulation.scrape(FIRST_MS + scrape * 1_000, &format!("# TYPE c counter\nc {total}\n"));
            }
            let (query, chart) = simulation.show("c", 90, FIRST_MS + 89_000, HOUR);
            assert_eq!((query.as_str(), chart.step_ms), ("sum(rate(c[16s]))", 15_000));
            let values = &chart.answers[0].as_ref().unwrap().series[0].values;
            assert!(values.iter().any(|rate| *rate > 9.0), "burst {burst}: {values:?}");
        }
    }

    #[test]
    fn a_chart_keeps_its_past_when_it_moves_on() {
        let mut simulation = Simulation::new();
        let mut last: Option<PanelSeries> = None;
        for scrape in 1..=20_u32 {
            let start_ms = FIRST_MS + i64::from(scrape - 1) * 1_000 + i64::from(scrape % 3) * 7;
            simulation.scrape(start_ms, &format!("# TYPE g gauge\ng {}\n", scrape * scrape));
            let (_, chart) = simulation.show("g", scrape, start_ms, CHART);
            let line = chart.answers[0].as_ref().unwrap().series[0].clone();
            if let Some(mut before) = last.replace(line.clone()) {
                // The end of the last chart was not on a step.
                before.timestamps_ms.pop();
                assert!(line.timestamps_ms.starts_with(&before.timestamps_ms), "{line:?}");
            }
        }
        let line = last.unwrap();
        assert_eq!(line.values.last(), Some(&400.0));
        assert!(line.timestamps_ms.iter().rev().skip(1).all(|at_ms| at_ms % 1_000 == 0), "{line:?}");
    }

    #[test]
    fn a_ranking_stays_for_ten_seconds() {
        let mut simulation = Simulation::new();
        let mut ranking = |after_ms: i64, ranking_ms: Option<i64>| {
            let last_ms = FIRST_MS + after_ms;
            simulation.scrape(last_ms, "# TYPE g gauge\ng 1\n");
            let times =
                ViewTimes { last_ms, first_ms: FIRST_MS, interval_ms: 1_000, phase_ms: 0, window_ms: 4_000 };
            simulation
                .refresh(&Request {
                    view: Arc::default(),
                    live: Arc::default(),
                    times,
                    window: Some(Window { interval_ms: 1_000, scrapes: 9, step_ms: 0 }),
                    is_changed: true,
                    metric: None,
                    pages: Vec::new(),
                    ranking_ms,
                })
                .ranking
        };
        let first = ranking(0, Some(60_000));
        assert_eq!(first.get("g").unwrap().highest, Some(1.0));
        assert!(Arc::ptr_eq(&first, &ranking(1_000, Some(60_000))));
        assert!(Arc::ptr_eq(&first, &ranking(9_000, Some(60_000))));
        let second = ranking(10_000, Some(60_000));
        assert!(!Arc::ptr_eq(&first, &second), "it is ten seconds old");
        assert!(!Arc::ptr_eq(&second, &ranking(11_000, Some(300_000))), "another stretch was asked for");
        let before = ranking(12_000, None);
        assert!(!Arc::ptr_eq(&before, &ranking(13_000, Some(300_000))), "it is not kept while nobody asks");
    }

    #[test]
    fn a_panel_that_left_the_screen_costs_nothing() {
        let mut simulation = Simulation::new();
        simulation.scrape(FIRST_MS, "# TYPE g gauge\ng 1\n");
        let panel = |id: &str| PanelQuery {
            id: id.to_owned(),
            exprs: vec!["g".to_owned()],
            mode: PanelMode::Instant,
            end_ms: None,
            max_series: 20,
            form: AnswerForm::Series,
        };
        let live = Arc::new(LiveView::default());
        live.set(vec![panel("gone"), panel("here")]);
        let times = ViewTimes {
            last_ms: FIRST_MS,
            first_ms: FIRST_MS,
            interval_ms: 1_000,
            phase_ms: 0,
            window_ms: 1_000,
        };
        let request = Request {
            view: live.get(),
            live: Arc::clone(&live),
            times,
            window: None,
            is_changed: false,
            metric: None,
            pages: Vec::new(),
            ranking_ms: None,
        };
        live.set(vec![panel("here")]);
        let panels = simulation.refresh(&request).panels;
        assert_eq!(panels.iter().map(|panel| panel.id.as_str()).collect::<Vec<_>>(), ["here"]);
        assert_eq!(panels[0].answers[0].as_ref().unwrap().series[0].values, [1.0]);
    }

    #[test]
    fn what_ended_has_its_cards_for_a_while() {
        let mut simulation = Simulation::new();
        simulation.scrape(FIRST_MS, "# TYPE g gauge\ng 1\n");
        simulation.scrape(FIRST_MS + 1_000, "");
        let (_, gone) = simulation.show("g", 2, FIRST_MS + 1_000, PanelMode::Instant);
        assert_eq!(gone.answers[0].as_ref().unwrap().series, []);
        let (_, chart) = simulation.show("g", 2, FIRST_MS + 1_000, CHART);
        assert_eq!(chart.answers[0].as_ref().unwrap().series[0].values, [1.0]);
    }
}
