//! What frames and pushes add up to.

use p95_core::exposition::encode::{Encoder, Format};
use p95_core::model::Labels;

use super::*;
use crate::frame::{self, Envelope, NameRules, SessionId};
use crate::options::{GaugeMerge, GaugeRule, Limits};
use crate::push::{self, PushFormat};
use crate::reject::Reason;

/// A state with what it takes to change it.
struct Bench {
    state: State,
    limits: Limits,
    now_ms: i64,
    next: u64,
    others: u64,
    /// Every change, to be made again.
    changes: Vec<Change>,
}

impl Bench {
    fn new(limits: Limits) -> Self {
        Self { state: State::default(), limits, now_ms: 1_000_000, next: 0, others: 0, changes: Vec::new() }
    }

    fn make(&mut self, change: Change) {
        self.state.apply(&change);
        self.changes.push(change);
    }

    /// Sends the next frame of a page, which here are numbered through.
    fn frame(&mut self, session: u128, exposition: &str) -> Result<(), Reason> {
        let before = postcard::to_stdvec(&self.state).unwrap();
        self.next += 1;
        let envelope = Envelope { session: SessionId(session), sequence: self.next, app: String::new() };
        let rules = NameRules { limits: &self.limits, metrics: &[] };
        let page = format!("{exposition}# EOF\n");
        let frame = frame::read(envelope, page.as_bytes(), rules).unwrap();
        match self.state.plan_frame(frame, self.now_ms, &self.limits) {
            Ok(planned) => {
                self.others += planned.others;
                self.make(Change::Frame(planned.change));
                Ok(())
            }
            Err(reject) => {
                assert_eq!(
                    before,
                    postcard::to_stdvec(&self.state).unwrap(),
                    "a refused frame left something"
                );
                Err(reject.reason)
            }
        }
    }

    fn push(&mut self, path: &str, replaces_all: bool, body: &str) -> Result<(), Reason> {
        let rules = NameRules { limits: &self.limits, metrics: &[] };
        let group = push::group_of_path(path, rules).unwrap();
        let push = push::read(group, replaces_all, body.as_bytes(), PushFormat::Text, rules);
        let push = push.map_err(|reject| reject.reason)?;
        let planned =
            self.state.plan_push(push, self.now_ms, &self.limits).map_err(|reject| reject.reason)?;
        self.make(Change::Push(planned));
        Ok(())
    }

    fn expire(&mut self, series_ms: i64, live_ms: i64) {
        let expire = Expire {
            series_before_ms: self.now_ms - series_ms,
            live_before_ms: self.now_ms - live_ms,
            sessions_before_ms: self.now_ms - series_ms,
        };
        self.make(Change::Expire(expire));
        assert!(!self.state.has_expired(&expire));
    }

    /// The page without its comments, as a reader sees it who marks it as shown.
    #[track_caller]
    fn read(&mut self, expect: &[&str]) {
        let gauges = [("g_last", GaugeMerge::Last), ("g_m*", GaugeMerge::Max)];
        let gauges = gauges.map(|(metric, merge)| GaugeRule { metric: metric.to_owned(), merge });
        let rules = PageRules { gauges: &gauges, live_before_ms: self.now_ms - 1_000, has_created: false };
        let page = |state: &State| {
            let mut encoder = Encoder::new(Format::Text);
            state.visit(rules, &mut encoder);
            encoder.finish()
        };
        let text = page(&self.state);
        let samples: Vec<&str> =
            text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("push_")).collect();
        assert_eq!(samples, expect);

        let mut again = State::default();
        self.changes.iter().for_each(|change| again.apply(change));
        assert_eq!(page(&again), text, "the same changes make another state");
        let kept = postcard::to_stdvec(&self.state).unwrap();
        let kept = postcard::from_bytes::<State>(&kept).unwrap().restore();
        assert_eq!(page(&kept), text, "a snapshot loses something");
        assert_eq!(kept.series(), self.state.series());
        assert_eq!(kept.families(), self.state.families());
        if self.state.has_unshown() {
            self.make(Change::Shown);
        }
    }
}

#[test]
fn what_grows_is_shown_at_0_once_and_then_adds_up() {
    let mut bench = Bench::new(Limits::default());
    let page = "# TYPE c counter\nc_total{a=\"1\"} 2\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\n\
                h_count 3\nh_sum 7.5\n# TYPE s summary\ns_count 1\ns_sum 0.5\n";
    bench.frame(1, page).unwrap();
    bench.frame(2, page).unwrap();
    bench.read(&[
        "c_total{a=\"1\"} 0.0",
        "h_bucket{le=\"1.0\"} 0",
        "h_bucket{le=\"+Inf\"} 0",
        "h_count 0",
        "h_sum 0.0",
        "s_count 0",
        "s_sum 0.0",
    ]);
    bench.frame(1, "# TYPE c counter\nc_total{a=\"2\"} 5\n").unwrap();
    bench.read(&[
        "c_total{a=\"1\"} 4.0",
        "c_total{a=\"2\"} 0.0",
        "h_bucket{le=\"1.0\"} 2",
        "h_bucket{le=\"+Inf\"} 6",
        "h_count 6",
        "h_sum 15.0",
        "s_count 2",
        "s_sum 1.0",
    ]);
}

#[test]
fn a_frame_counts_whole_or_not_at_all() {
    let mut bench = Bench::new(Limits { series_per_metric: 3, series: 4, ..Limits::default() });
    bench.frame(1, "# TYPE c counter\nc_total 1\n# TYPE h histogram\nh_bucket{le=\"5\"} 5\nh_bucket{le=\"+Inf\"} 10\nh_count 10\nh_sum 9\n").unwrap();
    let good = "# TYPE c counter\nc_total 1\n";
    let mut check = |bad: &str, expect: Reason| {
        assert_eq!(bench.frame(1, &format!("{good}{bad}")), Err(expect), "{bad}");
    };
    check(
        "# TYPE h histogram\nh_bucket{le=\"2\"} 3\nh_bucket{le=\"+Inf\"} 3\nh_count 3\nh_sum 1\n",
        Reason::Schema,
    );
    check("# TYPE h counter\nh_total 1\n", Reason::Schema);
    check("# TYPE h_count gauge\nh_count 1\n", Reason::Schema);
    check("# TYPE h_bucket counter\nh_bucket_total 1\n", Reason::Schema);
    check("# TYPE x summary\nx_count 1\nx_sum 1\n# TYPE x_sum gauge\nx_sum 1\n", Reason::Schema);
    let many = |metric: &str| {
        let samples: String = (0..4).map(|n| format!("{metric}{{n=\"{n}\"}} 1\n")).collect();
        format!("# TYPE {metric} gauge\n{samples}")
    };
    check(&many("g"), Reason::SeriesPerMetric);
    check("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE d gauge\nd 1\n", Reason::Series);
    bench.make(Change::Shown);
    bench.read(&[
        "c_total 1.0",
        "h_bucket{le=\"5.0\"} 5",
        "h_bucket{le=\"+Inf\"} 10",
        "h_count 10",
        "h_sum 9.0",
    ]);
}

#[test]
fn too_many_values_of_a_label_become_other() {
    let mut bench = Bench::new(Limits { values_per_label: 2, ..Limits::default() });
    let page = "# TYPE c counter\nc_total{id=\"1\"} 1\nc_total{id=\"2\"} 1\nc_total{id=\"3\"} 1\nc_total{id=\"4\"} 1\n";
    bench.frame(1, page).unwrap();
    bench.frame(1, page).unwrap();
    bench.make(Change::Shown);
    bench.read(&["c_total{id=\"1\"} 2.0", "c_total{id=\"2\"} 2.0", "c_total{id=\"other\"} 4.0"]);
    assert_eq!(bench.others, 4);
    // Those that go make room.
    bench.now_ms += 10_000;
    bench.frame(1, "# TYPE c counter\nc_total{id=\"2\"} 1\n").unwrap();
    bench.expire(5_000, 5_000);
    bench.frame(1, "# TYPE c counter\nc_total{id=\"9\"} 1\n").unwrap();
    bench.make(Change::Shown);
    bench.read(&["c_total{id=\"2\"} 3.0", "c_total{id=\"9\"} 1.0"]);
}

#[test]
fn gauges_and_states_are_those_of_open_pages() {
    let mut bench = Bench::new(Limits { gauge_values: 9, ..Limits::default() });
    let page = |value: u32, state: u32| {
        format!(
            "# TYPE g gauge\ng {value}\n# TYPE g_last gauge\ng_last {value}\n# TYPE g_max gauge\ng_max {value}\n\
             # TYPE st stateset\nst{{st=\"on\"}} {state}\n"
        )
    };
    bench.frame(1, &page(5, 1)).unwrap();
    bench.now_ms += 500;
    bench.frame(2, &page(2, 1)).unwrap();
    assert_eq!(bench.frame(3, &page(1, 0)), Err(Reason::GaugeValues));
    bench.read(&["g 7.0", "g_last 2.0", "g_max 5.0", "st{st=\"on\"} 2.0"]);
    bench.now_ms += 600;
    bench.read(&["g 2.0", "g_last 2.0", "g_max 2.0", "st{st=\"on\"} 1.0"]);
    bench.expire(3_600_000, 1_000);
    bench.frame(3, &page(1, 0)).unwrap();
    bench.read(&["g 3.0", "g_last 1.0", "g_max 2.0", "st{st=\"on\"} 1.0"]);
    bench.now_ms += 2_000;
    bench.read(&[]);
    bench.expire(3_600_000, 1_000);
    assert_eq!(bench.state.series(), 0);
}

#[test]
fn an_info_is_what_came_last() {
    let mut bench = Bench::new(Limits::default());
    bench.frame(1, "# TYPE b info\nb_info{v=\"1\"} 1\n").unwrap();
    bench.frame(2, "# TYPE b info\nb_info{v=\"2\"} 1\nb_info{v=\"3\"} 1\n").unwrap();
    bench.read(&["b_info{v=\"2\"} 1", "b_info{v=\"3\"} 1"]);
}

#[test]
fn idle_series_go_and_begin_anew() {
    let mut bench = Bench::new(Limits::default());
    bench.frame(1, "# TYPE c counter\nc_total 5\n").unwrap();
    bench.make(Change::Shown);
    bench.now_ms += 10_000;
    bench.read(&["c_total 5.0"]);
    bench.expire(9_000, 1_000);
    bench.read(&[]);
    assert_eq!((bench.state.series(), bench.state.families(), bench.state.sessions.len()), (0, 0, 0));
    // The family is free to be another one.
    bench.frame(1, "# TYPE c gauge\nc 1\n").unwrap();
    bench.read(&["c 1.0"]);
}

#[test]
fn as_many_pages_as_can_be_remembered() {
    let mut bench = Bench::new(Limits { sessions: 2, ..Limits::default() });
    let page = "# TYPE c counter\nc_total 1\n";
    for session in [1, 2, 1] {
        bench.frame(session, page).unwrap();
    }
    assert_eq!(bench.frame(3, page), Err(Reason::Sessions));
}

#[test]
fn groups_replace_what_they_had() {
    let mut bench = Bench::new(Limits { series: 9, ..Limits::default() });
    bench.push("job/a", true, "x 1\n# TYPE y_total counter\ny_total 2\n").unwrap();
    bench.push("job/a/instance/i", true, "x 3\n").unwrap();
    bench.read(&[
        "x{instance=\"i\",job=\"a\"} 3.0",
        "x{instance=\"\",job=\"a\"} 1.0",
        "y_total{instance=\"\",job=\"a\"} 2.0",
    ]);
    bench.push("job/a", false, "x 9\n").unwrap();
    bench.read(&[
        "x{instance=\"i\",job=\"a\"} 3.0",
        "x{instance=\"\",job=\"a\"} 9.0",
        "y_total{instance=\"\",job=\"a\"} 2.0",
    ]);
    assert_eq!(bench.state.series(), 7);
    bench.push("job/a", true, "z 1\n").unwrap();
    bench.read(&["x{instance=\"i\",job=\"a\"} 3.0", "z{instance=\"\",job=\"a\"} 1.0"]);
    // Another type, where nobody else has the family, and where somebody has.
    bench.push("job/a", true, "# TYPE z gauge\nz 1\n").unwrap();
    assert_eq!(bench.push("job/a", true, "# TYPE x gauge\nx 1\n"), Err(Reason::Schema));
    assert_eq!(
        bench.push("job/a", false, "# TYPE z_x summary\nz_x_count 1\n# TYPE z_x_count gauge\nz_x_count 1\n"),
        Err(Reason::Schema)
    );
    assert_eq!(bench.push("job/b", true, "a 1\n"), Ok(()));
    assert_eq!(bench.push("job/c", true, ""), Err(Reason::Series));
    assert_eq!(bench.push("job/b", true, "a 1\nb 1\nc 1\n"), Err(Reason::Series));
    bench.make(Change::Delete { group: Labels::from_pairs([("job", "a")]) });
    bench.make(Change::Delete { group: Labels::from_pairs([("job", "b")]) });
    bench.push("job/c", true, "# TYPE z_total counter\nz_total 1\n").unwrap();
    bench.read(&["x{instance=\"i\",job=\"a\"} 3.0", "z_total{instance=\"\",job=\"c\"} 1.0"]);
}

#[test]
fn no_series_comes_from_two() {
    let mut bench = Bench::new(Limits::default());
    bench.push("job/a", true, "x{instance=\"i\"} 1\n").unwrap();
    assert_eq!(bench.push("job/a/instance/i", true, "x 1\n"), Err(Reason::Duplicate));
    assert_eq!(bench.frame(1, "# TYPE x gauge\nx 1\n"), Err(Reason::Schema));
    bench.push("job/a", true, "# TYPE x gauge\nx{b=\"1\"} 1\n").unwrap();
    bench.frame(1, "# TYPE x gauge\nx{b=\"1\"} 1\n").unwrap();
    assert_eq!(bench.frame(1, "# TYPE x gauge\nx{b=\"1\",job=\"a\"} 1\n"), Err(Reason::Duplicate));
    bench.frame(1, "# TYPE x gauge\nx{b=\"2\",job=\"a\"} 1\n").unwrap();
    assert_eq!(bench.push("job/a", true, "# TYPE x gauge\nx{b=\"2\"} 1\n"), Err(Reason::Duplicate));
}
