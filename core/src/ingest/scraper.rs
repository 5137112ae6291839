//! The pages of one target, one after the other.

use std::time::Duration;

use super::cache::SeriesCache;
use super::commit::Staged;
use super::compose::Composer;
use super::error::ScrapeError;
use super::families::Families;
use super::native::Natives;
use super::options::ScrapeOptions;
use super::own::{OwnSeries, OwnValues};
use super::page::PageRead;
use super::relabel::RelabelRules;
use super::report::ScrapeReport;
use crate::exposition::parse::Format;
use crate::model::{Exemplar, Labels, STALE_NAN};
use crate::store::{SeriesId, Store};

/// Takes the pages of one target into a store, one after the other, always the same one.
///
/// Times are milliseconds since the Unix epoch. Where the clock jumps back, samples are dropped and counted until it has
/// caught up: a series never runs backwards.
///
/// ```
/// use std::time::Duration;
/// use p95_core::exposition::parse::Format;
/// use p95_core::ingest::{ScrapeOptions, Scraper};
/// use p95_core::model::select::{Select, TimeRange};
/// use p95_core::model::{Labels, Matcher, is_stale};
/// use p95_core::store::{Store, StoreOptions};
///
/// let mut store = Store::new(StoreOptions::default());
/// let mut scraper = Scraper::new(Labels::from_pairs([("job", "p95")]), ScrapeOptions::default());
/// assert_eq!(scraper.target().get("job"), Some("p95"));
/// scraper.ingest(&mut store, b"a 1\n", Format::Text, 1_000, || Duration::from_millis(10))?;
/// scraper.fail(&mut store, 2_000, || Duration::from_secs(1));
/// scraper.stop(&mut store, 3_000);
///
/// let all = TimeRange { start_ms: 0, end_ms: 3_000 };
/// let up = store.select(&[Matcher::equal("__name__", "up")], all, 100)?.remove(0).samples.floats;
/// assert_eq!((up[0].value, up[1].value), (1.0, 0.0));
/// assert!(is_stale(up[2].value));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scraper {
    pub(super) options: ScrapeOptions,
    pub(super) composer: Composer,
    pub(super) cache: SeriesCache,
    pub(super) families: Families,
    pub(super) own: OwnSeries,
    /// The samples of the page that was read last.
    pub(super) staged: Vec<Staged>,
    /// The native histograms among them.
    pub(super) natives: Natives,
    /// The exemplars of the page, each with its series' place in the cache.
    pub(super) exemplars: Vec<(u32, Exemplar)>,
    pub(super) report: ScrapeReport,
    /// The format of the last page.
    pub(super) format: Option<Format>,
}

impl Scraper {
    /// A scraper of a target with these labels, usually `instance` and `job`.
    pub fn new(target: Labels, options: ScrapeOptions) -> Self {
        Self {
            options,
            composer: Composer::new(target, options),
            cache: SeriesCache::default(),
            families: Families::default(),
            own: OwnSeries::default(),
            staged: Vec::new(),
            natives: Natives::default(),
            exemplars: Vec::new(),
            report: ScrapeReport::default(),
            format: None,
        }
    }

    /// The same scraper, before its first page, with rules for the labels of what it scrapes: Prometheus'
    /// `metric_relabel_configs`. They see the target's labels too, but not `up` and its siblings.
    ///
    /// ```
    /// use p95_core::exposition::parse::Format;
    /// use p95_core::ingest::relabel::{Action, RelabelConfig, RelabelRules};
    /// use p95_core::ingest::{ScrapeOptions, Scraper};
    /// use p95_core::model::Labels;
    /// use p95_core::store::{Store, StoreOptions};
    ///
    /// let (regex, action) = ("pod_.*".to_owned(), Action::LabelDrop);
    /// let rules = RelabelRules::new(&[RelabelConfig { regex, action, ..RelabelConfig::default() }])?;
    /// let mut scraper = Scraper::new(Labels::empty(), ScrapeOptions::default()).with_metric_relabelling(rules);
    /// let mut store = Store::new(StoreOptions::default());
    /// scraper.read(b"a{pod_id=\"7\",zone=\"b\"} 1\n", Format::Text)?.commit(&mut store, 0, Default::default);
    /// assert_eq!(store.label_names(&[]), ["__name__", "zone"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_metric_relabelling(mut self, rules: RelabelRules) -> Self {
        self.composer.set_rules(rules);
        self
    }

    /// The target's labels.
    pub fn target(&self) -> &Labels {
        self.composer.target()
    }

    /// Stores a page that was asked for at `at_ms`: [`Scraper::read`], and then [`PageRead::commit`] or
    /// [`Scraper::fail`].
    ///
    /// # Errors
    /// Where the page breaks its format or exceeds a limit. Then nothing of it is stored, and the scrape has been
    /// recorded as a failure.
    pub fn ingest(
        &mut self,
        store: &mut Store,
        page: &[u8],
        format: Format,
        at_ms: i64,
        elapsed: impl FnOnce() -> Duration,
    ) -> Result<ScrapeReport, ScrapeError> {
        match self.read(page, format) {
            Ok(page) => Ok(page.commit(store, at_ms, elapsed)),
            Err(error) => {
                self.fail(store, at_ms, elapsed);
                Err(error)
            }
        }
    }

    /// Reads a page to its end, without the store, which others may use meanwhile.
    ///
    /// # Errors
    /// Where the page breaks its format or exceeds a limit. It is to be recorded with [`Scraper::fail`].
    pub fn read(&mut self, page: &[u8], format: Format) -> Result<PageRead<'_>, ScrapeError> {
        self.read_staged(|scraper| scraper.stage(page, format))
    }

    /// Reads with `stage`, and takes back what it has done where it fails.
    pub(super) fn read_staged(
        &mut self,
        stage: impl FnOnce(&mut Self) -> Result<(), ScrapeError>,
    ) -> Result<PageRead<'_>, ScrapeError> {
        let mark = self.cache.mark();
        self.report = ScrapeReport::default();
        self.staged.clear();
        self.natives.clear();
        self.exemplars.clear();
        match stage(self) {
            Ok(()) => Ok(PageRead::new(self, mark)),
            Err(error) => {
                self.cache.rewind(mark);
                Err(error)
            }
        }
    }

    /// Records a scrape that brought no page, or one that was refused: all series end, and `up` is 0. `elapsed` is as for
    /// [`PageRead::commit`].
    pub fn fail(&mut self, store: &mut Store, at_ms: i64, elapsed: impl FnOnce() -> Duration) {
        let ScrapeReport { samples, kept, .. } = std::mem::take(&mut self.report);
        self.end_series(store, at_ms, |_| true);
        let duration_secs = elapsed().as_secs_f64();
        let values = OwnValues { is_up: false, duration_secs, samples, kept, series_added: 0 };
        self.own.write(store, self.composer.target(), at_ms, values);
        store.enforce_limits(at_ms);
    }

    /// Ends all series, `up` among them: the target is scraped no more.
    pub fn stop(&mut self, store: &mut Store, at_ms: i64) {
        self.end_series(store, at_ms, |_| true);
        self.own.end(store, at_ms);
        self.cache = SeriesCache::default();
    }

    /// Ends the live series that `has_ended` names with a stale marker; returns how many.
    pub(super) fn end_series(
        &mut self,
        store: &mut Store,
        at_ms: i64,
        has_ended: impl Fn(SeriesId) -> bool,
    ) -> usize {
        let ended = self.cache.end(|entry| has_ended(entry.id));
        for entry in ended.iter().filter(|entry| !entry.has_timestamps) {
            if !store.is_ended(entry.id) {
                store.append(entry.id, at_ms, STALE_NAN);
            }
        }
        ended.len()
    }
}
