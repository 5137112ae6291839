//! Where Prometheus answers otherwise since 2.42, the version that the tests have to compare with.

/// A change since.
pub struct Departure {
    /// A query whose answer it changes. `$SAMPLE` is the time of a sample.
    pub query: &'static str,
    /// What changed.
    pub change: &'static str,
    /// The values now.
    pub now: &'static [f64],
}

/// Functions that came after 2.42 and are not experimental.
pub const NEWER_FUNCTIONS: &[&str] = &["histogram_avg", "histogram_stddev", "histogram_stdvar"];

/// The changes, a query for each. All other queries keep clear of them.
pub const DEPARTURES: &[Departure] = &[
    Departure {
        query: r#"count_over_time(up{pod="a-0"}[1m] @ $SAMPLE)"#,
        change: "a sample at the left end of a window is outside of it",
        now: &[4.0],
    },
    Departure {
        query: "count_over_time(vector(1)[5m:1m] @ 1700000040)",
        change: "so is a step of a subquery",
        now: &[5.0],
    },
    Departure {
        query: r#"count by (__name__) (up{pod="a-0"} atan2 2)"#,
        change: "atan2 drops the metric's name, as the other operators do",
        now: &[1.0],
    },
    Departure {
        query: r#"count(odd{kind=~"two.lines"})"#,
        change: "a dot matches a line break",
        now: &[1.0],
    },
    Departure {
        // Ten samples 15 s apart; the first is 12 and the last 147. The window ends 6.379 s later.
        query: "increase(fresh_total[5m])",
        change: "a counter that begins within a window is extended back by half a gap at most, also where it would reach \
                 zero before",
        now: &[135.0 + 7.5 + 6.379],
    },
    Departure {
        // The middle of the bucket from 2^-1.5 to 2^-1.
        query: r#"histogram_quantile(0.5, round_trip_seconds{pod="a-0"})"#,
        change: "within a bucket of a native histogram, observations are taken to lie exponentially, not evenly",
        now: &[0.420_448_207_626_857_25],
    },
];
