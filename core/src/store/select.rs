//! From matchers to series.

use super::Store;
use super::series::Series;
use crate::model::select::{Select, SelectError, SelectedSeries, TimeRange};
use crate::model::{Matcher, Samples};

impl Select for Store {
    fn select(
        &self,
        matchers: &[Matcher],
        range: TimeRange,
        max_samples: usize,
    ) -> Result<Vec<SelectedSeries>, SelectError> {
        let mut left = max_samples;
        let mut selected = Vec::new();
        let mut scratch = String::new();
        for (slot, series) in self.matching(matchers).filter(|(_, series)| series.overlaps(range)) {
            let floats = series.floats(range, left);
            let histograms = series.histograms_within(range, left);
            let samples = Samples { floats, histograms };
            left = left
                .checked_sub(samples.weight())
                .ok_or(SelectError::TooManySamples { limit: max_samples })?;
            if samples.is_empty() {
                continue;
            }
            let times_ms = samples.floats.iter().map(|sample| sample.timestamp_ms);
            let histogram_times_ms = samples.histograms.iter().map(|sample| sample.timestamp_ms);
            selected.push(SelectedSeries {
                labels: self.labels_in(slot, &mut scratch),
                start_timestamps_ms: series.start_timestamps_ms(times_ms),
                histogram_start_timestamps_ms: series.start_timestamps_ms(histogram_times_ms),
                samples,
            });
        }
        Ok(selected)
    }
}

impl Store {
    /// The series that satisfy all matchers, with their slots.
    pub(super) fn matching(&self, matchers: &[Matcher]) -> impl Iterator<Item = (u32, &Series)> {
        self.matching_slots(matchers).into_iter().filter_map(|slot| Some((slot, self.series.get(slot)?)))
    }

    /// The ascending slots of the series that satisfy all matchers. A pattern is tried once per value of its label.
    fn matching_slots(&self, matchers: &[Matcher]) -> Vec<u32> {
        // A matcher that an absent label satisfies tells only which series are out.
        let (excluding, including): (Vec<&Matcher>, Vec<&Matcher>) =
            matchers.iter().partition(|matcher| matcher.matches_value(""));
        let mut lists = including.into_iter().map(|matcher| self.union(matcher, true)).collect::<Vec<_>>();
        lists.sort_unstable_by_key(Vec::len);
        let mut lists = lists.into_iter();
        let mut slots = lists.next().unwrap_or_else(|| self.series.iter().map(|(slot, _)| slot).collect());
        for list in lists {
            let mut rest = list.as_slice();
            slots.retain(|slot| skip_to(&mut rest, *slot));
        }
        for matcher in excluding {
            let list = self.union(matcher, false);
            let mut rest = list.as_slice();
            slots.retain(|slot| !skip_to(&mut rest, *slot));
        }
        slots
    }

    /// The ascending slots of the series that carry the matcher's label with a value that satisfies it, or that does not.
    fn union(&self, matcher: &Matcher, satisfies: bool) -> Vec<u32> {
        use crate::model::MatchOp;
        match (matcher.op(), satisfies) {
            (MatchOp::Equal, true) | (MatchOp::NotEqual, false) => {
                return self.postings.slots(matcher.name(), matcher.value()).to_vec();
            }
            _ => {}
        }
        let mut slots = Vec::new();
        for (value, with_value) in self.postings.values(matcher.name()) {
            if matcher.matches_value(value) == satisfies {
                slots.extend_from_slice(with_value);
            }
        }
        slots.sort_unstable();
        slots
    }
}

/// Drops the numbers below `target` from the ascending `rest`; tells whether `target` comes next.
fn skip_to(rest: &mut &[u32], target: u32) -> bool {
    // Doubling steps: a short list against a long one must not walk all of the latter.
    let mut reach = 1;
    while rest.get(reach).is_some_and(|number| *number < target) {
        reach *= 2;
    }
    let within = rest.get(..=reach).unwrap_or(rest);
    let skipped = within.partition_point(|number| *number < target);
    *rest = rest.get(skipped..).unwrap_or_default();
    rest.first() == Some(&target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Labels, MatchOp};
    use crate::store::StoreOptions;

    const ALWAYS: TimeRange = TimeRange { start_ms: i64::MIN, end_ms: i64::MAX };

    /// 300 series `m{path="/0".., code="200"|"500", odd="yes" or absent}`, and `n` without labels.
    fn store() -> Store {
        let mut store = Store::new(StoreOptions::default());
        for i in 0..300 {
            let mut pairs = vec![("__name__", "m".to_owned()), ("path", format!("/{i}"))];
            pairs.push(("code", if i % 3 == 0 { "500" } else { "200" }.to_owned()));
            if i % 2 == 1 {
                pairs.push(("odd", "yes".to_owned()));
            }
            let id = store.series_for(&Labels::from_pairs(pairs));
            store.append(id, i64::from(i), 1.0);
        }
        let id = store.series_for(&Labels::from_pairs([("__name__", "n")]));
        store.append(id, 1000, 1.0);
        store
    }

    #[test]
    fn every_matcher_selects_what_it_says() {
        let store = store();
        let check = |matchers: &[(&str, MatchOp, &str)], expect: usize| {
            let matchers = matchers
                .iter()
                .map(|(name, op, value)| Matcher::new(name, *op, value).unwrap())
                .collect::<Vec<_>>();
            let found = store.select(&matchers, ALWAYS, usize::MAX).unwrap();
            assert_eq!(found.len(), expect, "{matchers:?}");
            assert!(found.iter().all(|series| matchers.iter().all(|m| m.matches(&series.labels))));
        };
        use MatchOp::{Equal, NotEqual, NotRegex, Regex};
        check(&[], 301);
        check(&[("__name__", Equal, "m")], 300);
        check(&[("__name__", Equal, "none")], 0);
        check(&[("none", Equal, "")], 301);
        check(&[("none", NotEqual, "")], 0);
        check(&[("odd", Equal, "")], 151);
        check(&[("odd", NotEqual, "")], 150);
        check(&[("odd", NotEqual, "yes")], 151);
        check(&[("odd", Regex, "yes|no")], 150);
        check(&[("odd", Regex, "yes|")], 301);
        check(&[("odd", NotRegex, "y.*")], 151);
        check(&[("odd", NotRegex, "")], 150);
        check(&[("__name__", Equal, "m"), ("code", Equal, "500"), ("odd", Equal, "yes")], 50);
        check(&[("path", Regex, "/1.*"), ("code", NotEqual, "200")], 36);
        check(&[("path", Equal, "/299"), ("code", Equal, "200"), ("__name__", Regex, "m|n")], 1);
        check(&[("path", Equal, "/299"), ("path", Equal, "/298")], 0);
    }

    #[test]
    fn skipping_finds_exactly_the_members() {
        let list = (0..1000).filter(|i| i % 7 == 0 || i % 11 == 3).collect::<Vec<u32>>();
        for step in [1, 2, 5, 97, 400] {
            let mut rest = list.as_slice();
            for target in (0..1100).step_by(step) {
                assert_eq!(skip_to(&mut rest, target), list.contains(&target), "{target}");
            }
        }
    }

    #[test]
    fn ranges_are_closed_and_empty_series_are_left_out() {
        let mut store = Store::new(StoreOptions::default());
        let id = store.series_for(&Labels::from_pairs([("__name__", "m")]));
        store.series_for(&Labels::from_pairs([("__name__", "m"), ("l", "no samples")]));
        for i in 0..1000 {
            store.append(id, i * 10, i as f64);
        }
        let check = |start_ms, end_ms, expect: Option<(i64, i64, usize)>| {
            let found = store.select(&[], TimeRange { start_ms, end_ms }, usize::MAX).unwrap();
            let got = found.first().map(|series| {
                let floats = &series.samples.floats;
                (floats[0].timestamp_ms, floats[floats.len() - 1].timestamp_ms, floats.len())
            });
            assert_eq!(got, expect, "{start_ms} to {end_ms}");
        };
        check(0, 9990, Some((0, 9990, 1000)));
        check(2400, 2400, Some((2400, 2400, 1)));
        check(2391, 2409, Some((2400, 2400, 1)));
        check(2391, 2399, None);
        check(-10, -1, None);
        check(9991, 20_000, None);
        check(4995, 9995, Some((5000, 9990, 500)));
    }

    #[test]
    fn the_limit_of_samples_is_exact() {
        let store = store();
        assert_eq!(store.select(&[], ALWAYS, 301).unwrap().len(), 301);
        let error = store.select(&[], ALWAYS, 300).unwrap_err();
        assert!(error.to_string().contains("more than 300 samples"), "{error}");
    }

    #[test]
    fn start_timestamps_hold_from_the_sample_they_came_with() {
        let mut store = Store::new(StoreOptions::default());
        let id = store.series_for(&Labels::from_pairs([("__name__", "m")]));
        for (timestamp_ms, start_ms) in [(10, None), (20, Some(5)), (30, Some(5)), (40, Some(35))] {
            store.append(id, timestamp_ms, 1.0);
            if let Some(start_ms) = start_ms {
                store.set_start_timestamp(id, timestamp_ms, start_ms);
            }
        }
        let found = store.select(&[], ALWAYS, 100).unwrap();
        assert_eq!(found[0].start_timestamps_ms, [0, 5, 5, 35]);
    }
}
