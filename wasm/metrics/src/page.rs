//! All metrics of a page.

use std::mem;

use p95_core::exposition::encode::{FamilyHead, PreparedFamily, PreparedSeries};

use crate::family::{Family, metric_type};
use crate::float;
use crate::instrument::Instrument;
use crate::reading::Reading;
use crate::series::Series;

/// What JavaScript gets in place of a number where a name is not valid.
const REFUSED: usize = u32::MAX as usize;

/// All metrics of a page.
#[derive(Debug)]
pub(crate) struct Page {
    /// Texts that the next family or series takes.
    pub(crate) words: Vec<String>,
    /// Bounds that the next family takes.
    pub(crate) bounds: Vec<f64>,
    families: Vec<Family>,
    series: Vec<Option<Series>>,
    /// Places of series that are gone.
    free: Vec<usize>,
}

impl Page {
    pub(crate) const fn new() -> Self {
        Self {
            words: Vec::new(),
            bounds: Vec::new(),
            families: Vec::new(),
            series: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Makes a family of the words name and help, and of the bounds; returns its number.
    pub(crate) fn family(&mut self, kind: u8) -> usize {
        let (words, bounds) = (mem::take(&mut self.words), mem::take(&mut self.bounds));
        let [name, help] = words.as_slice() else { return REFUSED };
        let metric_type = metric_type(kind);
        let head = FamilyHead { name, metric_type, unit: "", help };
        let Some(lines) = PreparedFamily::new(&head, &bounds, float::push_float) else { return REFUSED };
        self.families.push(Family { metric_type, bounds, lines, series: Vec::new() });
        self.families.len() - 1
    }

    /// Makes a series of the words, which are names and values of labels in turn; returns its handle.
    pub(crate) fn series(&mut self, family: usize) -> usize {
        let words = mem::take(&mut self.words);
        let mut labels = Vec::new();
        for pair in words.chunks(2) {
            if let [name, value] = pair {
                labels.push((name.as_str(), value.as_str()));
            }
        }
        let (Some(family), Some(labels)) = (self.families.get_mut(family), PreparedSeries::new(&labels))
        else {
            return REFUSED;
        };
        let instrument = Instrument::new(family.metric_type, &family.bounds);
        let told = Reading::default();
        let series = Some(Series { labels, instrument, told, is_told: false, is_removed: false });
        let handle = self.free.pop().unwrap_or(self.series.len());
        match self.series.get_mut(handle) {
            Some(place) => *place = series,
            None => self.series.push(series),
        }
        family.series.push(handle);
        handle
    }

    pub(crate) fn remove(&mut self, series: usize) {
        if let Some(Some(series)) = self.series.get_mut(series) {
            series.is_removed = true;
        }
    }

    #[inline]
    pub(crate) fn add(&self, series: usize, amount: f64) {
        if let Some(Some(series)) = self.series.get(series) {
            series.instrument.add(amount);
        }
    }

    pub(crate) fn set(&self, series: usize, value: f64) {
        if let Some(Some(series)) = self.series.get(series) {
            series.instrument.set(value);
        }
    }

    /// Writes OpenMetrics text. With a `weight` of 0 it is all there is; with another it is the next frame: what has come
    /// since the last one, or nothing where nothing has. In a frame, counters, histograms and summaries tell the
    /// difference times `weight`, others their value; and from `max_bytes` on, a series waits for the next frame.
    pub(crate) fn write(&mut self, weight: u32, max_bytes: usize) -> String {
        let mut out = String::new();
        for family in &mut self.families {
            let mut has_begun = false;
            family.series.retain(|handle| {
                let Some(place) = self.series.get_mut(*handle) else { return false };
                let Some(series) = place else { return false };
                let mut reading = series.instrument.read();
                if weight > 0 {
                    let has_news = !series.is_told || series.told != reading;
                    if !has_news && series.is_removed {
                        *place = None;
                        self.free.push(*handle);
                        return false;
                    }
                    if !has_news || out.len() >= max_bytes {
                        return true;
                    }
                    series.is_told = true;
                    let before = mem::replace(&mut series.told, reading.clone());
                    if !matches!(series.instrument, Instrument::Gauge(_)) {
                        reading.subtract(&before, f64::from(weight));
                    }
                }
                if !has_begun {
                    family.lines.push_comments(&mut out);
                    has_begun = true;
                }
                family.lines.push_series(&mut out, &series.labels, reading.value, &reading.counts);
                true
            });
        }
        if weight == 0 || !out.is_empty() {
            out.push_str("# EOF\n");
        }
        out
    }

    /// Has the next frame tell every gauge, info and state, so that those who gather them know that the page is there.
    pub(crate) fn repeat(&mut self) {
        for series in self.series.iter_mut().flatten() {
            if matches!(series.instrument, Instrument::Gauge(_)) {
                series.is_told = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u32 = 0;

    fn family(page: &mut Page, kind: u8, name: &str, bounds: &[f64]) -> usize {
        page.words = vec![name.to_owned(), String::new()];
        page.bounds = bounds.to_vec();
        page.family(kind)
    }

    fn series(page: &mut Page, family: usize, labels: &[&str]) -> usize {
        page.words = labels.iter().map(|word| (*word).to_owned()).collect();
        page.series(family)
    }

    /// What is written, without comments.
    fn written(page: &mut Page, weight: u32) -> String {
        let text = page.write(weight, usize::MAX);
        text.lines().filter(|line| !line.starts_with('#')).fold(String::new(), |all, line| all + line + "\n")
    }

    #[test]
    fn every_type_is_written_as_its_own() {
        #[track_caller]
        fn check(kind: u8, labels: &[&str], expect: &str) {
            let mut page = Page::new();
            let family = family(&mut page, kind, "m", &[0.25, 1.0, 2e6]);
            let series = series(&mut page, family, labels);
            [0.5, 1.0].iter().for_each(|amount| page.add(series, *amount));
            assert_eq!(page.write(ALL, 0), expect);
        }
        check(0, &["b", "x\"y"], "# TYPE m counter\nm_total{b=\"x\\\"y\"} 1.5\n# EOF\n");
        check(1, &[], "# TYPE m gauge\nm 1.5\n# EOF\n");
        let buckets = "# TYPE m histogram\nm_bucket{le=\"0.25\"} 0\nm_bucket{le=\"1.0\"} 2\n";
        let rest = "m_bucket{le=\"2000000\"} 2\nm_bucket{le=\"+Inf\"} 2\nm_count 2\nm_sum 1.5\n# EOF\n";
        check(2, &[], &[buckets, rest].concat());
        check(3, &["a", "b"], "# TYPE m summary\nm_count{a=\"b\"} 2\nm_sum{a=\"b\"} 1.5\n# EOF\n");
    }

    #[test]
    fn infos_and_states_are_gauges_of_one_and_zero() {
        let mut page = Page::new();
        let info = family(&mut page, 4, "build", &[]);
        let info = series(&mut page, info, &["version", "1.2"]);
        let states = family(&mut page, 5, "net", &[]);
        let up = series(&mut page, states, &["net", "up"]);
        series(&mut page, states, &["net", "down"]);
        page.set(info, 1.0);
        page.set(up, 1.0);
        let expect = "build_info{version=\"1.2\"} 1\nnet{net=\"up\"} 1\nnet{net=\"down\"} 0\n";
        assert_eq!(written(&mut page, ALL), expect);
    }

    #[test]
    fn a_frame_tells_the_difference_once() {
        let mut page = Page::new();
        let clicks = family(&mut page, 0, "clicks", &[]);
        let load = family(&mut page, 2, "load", &[1.0]);
        let open = family(&mut page, 1, "open", &[]);
        let (buy, load, open) =
            (series(&mut page, clicks, &[]), series(&mut page, load, &[]), series(&mut page, open, &[]));
        let all = |clicks, le, count, sum, open: f64| {
            format!(
                "clicks_total {clicks:?}\nload_bucket{{le=\"1.0\"}} {le}\nload_bucket{{le=\"+Inf\"}} {count}\n\
                 load_count {count}\nload_sum {sum:?}\nopen {open:?}\n"
            )
        };
        page.add(buy, 2.0);
        page.add(load, 0.5);
        page.set(open, 7.0);
        assert_eq!(written(&mut page, 1), all(2.0, 1, 1, 0.5, 7.0));
        assert_eq!(page.write(1, usize::MAX), "", "nothing has come");
        page.add(load, 3.0);
        assert_eq!(
            written(&mut page, 10),
            all(0.0, 0, 10, 30.0, 0.0).split_inclusive('\n').skip(1).take(4).collect::<String>()
        );
        assert_eq!(written(&mut page, ALL), all(2.0, 1, 2, 3.5, 7.0));
        page.repeat();
        assert_eq!(written(&mut page, 1), "open 7.0\n");
    }

    #[test]
    fn what_has_no_room_in_a_frame_is_in_the_next() {
        let mut page = Page::new();
        let family = family(&mut page, 0, "clicks", &[]);
        let handles = ["a", "b"].map(|button| series(&mut page, family, &["button", button]));
        handles.iter().for_each(|handle| page.add(*handle, 1.0));
        assert!(page.write(1, 1).contains("clicks_total{button=\"a\"} 1.0\n# EOF"));
        assert!(page.write(1, 1).contains("clicks_total{button=\"b\"} 1.0\n# EOF"));
        assert_eq!(page.write(1, 1), "");
    }

    #[test]
    fn a_removed_series_goes_when_its_last_is_told() {
        let mut page = Page::new();
        let family = family(&mut page, 0, "clicks", &[]);
        let first = series(&mut page, family, &["button", "a"]);
        page.add(first, 1.0);
        page.remove(first);
        assert_eq!(written(&mut page, 1), "clicks_total{button=\"a\"} 1.0\n");
        assert_eq!(page.write(1, usize::MAX), "");
        assert_eq!(series(&mut page, family, &["button", "b"]), first, "its place is free");
        assert_eq!(written(&mut page, ALL), "clicks_total{button=\"b\"} 0.0\n");
    }

    #[test]
    fn names_that_are_not_valid_are_refused() {
        let mut page = Page::new();
        assert_eq!(family(&mut page, 0, "no name", &[]), REFUSED);
        let family = family(&mut page, 0, "name", &[]);
        assert_eq!(series(&mut page, family, &["no label", "x"]), REFUSED);
        assert_eq!(series(&mut page, 7, &[]), REFUSED);
        page.add(REFUSED, 1.0);
        assert_eq!(page.write(ALL, 0), "# EOF\n");
    }
}
