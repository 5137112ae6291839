//! What families keep, for how long, and how many.

use proptest::prelude::*;

use super::super::labels::LabelValues;
use super::super::{Counter, Descriptor, Gauge, Histogram, OVERFLOW_LABEL, Registry};
use super::*;
use crate::exposition::encode::Format;

fn counters(registry: &mut Registry, descriptor: Descriptor) -> Family<Counter, 2> {
    registry.register_family(descriptor, ["a", "b"], Counter::default).unwrap()
}

/// The samples of a page, without metadata.
fn samples(registry: &Registry, now_ms: i64) -> Vec<String> {
    let page = registry.encode(Format::Text, now_ms);
    page.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn one_metric_for_each_combination() {
    let mut registry = Registry::default();
    let family = counters(&mut registry, Descriptor::new("n", ""));
    family.inc(["ab", "c"]);
    family.inc_by(["a", "bc"], 5);
    family.clone().with(["ab", "c"]).inc();
    family.inc(["", "abc"]);
    assert_eq!(
        samples(&registry, 0),
        [r#"n_total{a="ab",b="c"} 2.0"#, r#"n_total{a="a",b="bc"} 5.0"#, r#"n_total{b="abc"} 1.0"#]
    );
}

proptest! {
    /// Whatever the values are, the family keeps as many series as there are different lists of them.
    #[test]
    fn series_are_told_apart_by_value(lists in prop::collection::vec(["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"], 0..60)) {
        let mut registry = Registry::default();
        let family: Family<Counter, 3> =
            registry.register_family(Descriptor::new("n", ""), ["a", "b", "c"], Counter::default).unwrap();
        let mut expect = std::collections::BTreeMap::<[&str; 3], f64>::new();
        for [a, b, c] in &lists {
            let values = [a.as_str(), b, c];
            family.inc(values);
            *expect.entry(values).or_default() += 1.0;
        }
        prop_assert_eq!(family.len(), expect.len());
        for (values, count) in expect {
            prop_assert_eq!(family.with(values).get(), count);
        }
    }
}

#[test]
fn beyond_the_limit_one_series_takes_the_rest() {
    let mut registry = Registry::default();
    let family = counters(&mut registry, Descriptor::new("n", "").with_series_limit(2));
    for id in ["1", "2", "3", "4", "1", "3"] {
        family.inc(["user", id]);
    }
    family.with(["user", "5"]).inc();
    let overflow = format!(r#"n_total{{{OVERFLOW_LABEL}="true"}} 4.0"#);
    let kept = [r#"n_total{a="user",b="1"} 2.0"#, r#"n_total{a="user",b="2"} 1.0"#, &overflow];
    let found = samples(&registry, 0);
    assert_eq!(found[..3], kept);
    assert_eq!(found[3..], [r#"p95_overflow_updates_total{family="n"} 4.0"#]);
    assert_eq!(family.len(), 2);

    // Room that is made is used, and what overflowed stays counted.
    assert!(family.remove(["user", "1"]));
    family.inc(["user", "3"]);
    let found = samples(&registry, 0);
    assert_eq!(found[1..3], [r#"n_total{a="user",b="3"} 1.0"#, &overflow]);
}

#[test]
fn a_removed_series_starts_anew() {
    let mut registry = Registry::default();
    let family = counters(&mut registry, Descriptor::new("n", ""));
    let handle = family.with(["x", "y"]);
    handle.inc_by(3);
    handle.add(-1.0);
    assert!(family.remove(["x", "y"]) && !family.remove(["x", "y"]));
    assert!(family.is_empty());
    handle.inc();
    family.inc(["x", "y"]);
    assert_eq!(family.with(["x", "y"]).get(), 1.0);
    family.clear();
    let refused = [r#"p95_rejected_updates_total{family="n",reason="negative"} 1.0"#];
    assert_eq!(samples(&registry, 0), refused, "what was refused stays counted");
}

#[test]
fn idle_series_expire() {
    let mut registry = Registry::default();
    let gauges = Descriptor::new("g", "").with_idle_expiry_ms(1_000);
    let gauges = registry.register_family(gauges, ["k"], Gauge::default).unwrap();
    let kept = gauges.with(["handle"]);
    gauges.set(["lookup"], 1.0);
    gauges.set(["idle"], 1.0);
    let shown = |now_ms| samples(&registry, now_ms).len();
    assert_eq!(shown(10_000), 3);
    kept.set(0.0);
    gauges.set(["lookup"], 1.0);
    assert_eq!(shown(10_900), 3);
    assert_eq!(shown(11_000), 2, "the one that was not used since the first page");
    kept.set(0.0);
    assert_eq!(shown(11_899), 2);
    assert_eq!(shown(11_900), 1, "the one that was looked up last before 10,900");
    assert_eq!(samples(&registry, 11_950), [r#"g{k="handle"} 0.0"#]);
    // A clock that was set back makes nothing expire.
    assert_eq!(shown(0), 1);
    assert_eq!(shown(13_000), 0);
}

#[test]
fn expired_series_free_their_memory() {
    let mut registry = Registry::default();
    let descriptor = Descriptor::new("h", "").with_idle_expiry_ms(0);
    let family = registry.register_family(descriptor, ["id"], || Histogram::new([1.0])).unwrap();
    let handle = family.with(["0"]);
    for id in 1..5_000 {
        family.observe([&id.to_string()], 1.0);
        // The first page notices the use, the second one that there was none since.
        samples(&registry, id);
        samples(&registry, id);
    }
    assert_eq!(family.len(), 0);
    drop(handle);
}

#[test]
fn threads_that_make_remove_and_show_series_lose_no_count() {
    let mut registry = Registry::default();
    let family: Family<Counter, 1> =
        registry.register_family(Descriptor::new("n", ""), ["k"], Counter::default).unwrap();
    let kept: Vec<String> = (0..50).map(|at| format!("kept {at}")).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for at in 0..20_000 {
                    family.inc([&kept[at % kept.len()]]);
                    family.inc(["comes and goes"]);
                    if at % 100 == 0 {
                        family.remove(["comes and goes"]);
                    }
                }
            });
        }
        for _ in 0..20 {
            registry.encode(Format::Text, 0);
        }
    });
    for value in &kept {
        assert_eq!(family.with([value]).get(), 4.0 * 20_000.0 / 50.0);
    }
}

#[test]
fn look_ups_within_look_ups_work() {
    let mut registry = Registry::default();
    let outer = counters(&mut registry, Descriptor::new("outer", ""));
    let inner = counters(&mut registry, Descriptor::new("inner", ""));
    for _ in 0..3 {
        outer.update(["1", "2"], |counter| {
            inner.inc(["1", "2"]);
            outer.inc(["1", "2"]);
            counter.inc();
        });
    }
    assert_eq!((outer.with(["1", "2"]).get(), inner.with(["1", "2"]).get()), (6.0, 3.0));
}

#[test]
fn typed_labels_are_values_like_others() {
    struct Nothing;
    impl LabelValues for Nothing {
        fn each_value(&self, _each: &mut impl FnMut(&str)) {}
    }
    impl LabelSet for Nothing {
        fn each_name(_each: &mut impl FnMut(&str)) {}
    }
    let mut registry = Registry::default();
    let family = registry.register_typed::<Nothing, _>(Descriptor::new("n", ""), Counter::default).unwrap();
    family.inc(&Nothing);
    family.inc_by(&Nothing, 2);
    assert_eq!(samples(&registry, 0), ["n_total 3.0"]);
}
