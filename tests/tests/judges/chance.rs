//! Queries about the backfilled samples, put together by chance.

use fastrand::Rng;

/// Functions from a window of numbers to one.
const OVER_TIME: &[&str] = &[
    "rate",
    "increase",
    "irate",
    "delta",
    "idelta",
    "deriv",
    "changes",
    "resets",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "sum_over_time",
    "count_over_time",
    "stddev_over_time",
    "last_over_time",
    "present_over_time",
];

/// Functions of one number.
const OF_VALUES: &[&str] = &["abs", "ceil", "floor", "sgn", "sqrt", "-", "timestamp", "round"];

const AGGREGATIONS: &[&str] = &["sum", "avg", "min", "max", "count", "group", "stddev"];

/// Series that have the labels `route` and `pod`, whatever others they have.
const SERIES: &[&str] = &[
    "requests_total",
    "queue_depth",
    "latency_seconds_count",
    "latency_seconds_sum",
    r#"requests_total{code!="404"}"#,
];

/// The labels that results are grouped by.
const GROUPINGS: &[&str] = &["route", "pod", "route, pod", ""];

/// So many queries, the same ones each time.
pub fn random(count: usize) -> Vec<String> {
    let mut chance = Chance(Rng::with_seed(9095));
    (0..count).map(|at| chance.query(1 + at % 3)).collect()
}

struct Chance(Rng);

impl Chance {
    fn query(&mut self, depth: usize) -> String {
        let labels = self.one_of(GROUPINGS);
        if self.0.bool() { self.grouped(depth, labels) } else { self.vector(depth) }
    }

    /// A vector whose series have the labels `route` and `pod`.
    fn vector(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.selected();
        }
        match self.0.u32(0..6) {
            0 => self.windowed(),
            1 => {
                let (function, inner) = (self.one_of(OF_VALUES), self.vector(depth - 1));
                format!("{function}({inner})")
            }
            2 => {
                let (function, inner) = (self.one_of(OVER_TIME), self.vector(depth - 1));
                format!("{function}({inner}[{}:{}])", self.window(), self.one_of(&["30s", "1m", "20s"]))
            }
            3 => {
                let (op, number) = (self.arithmetic(), self.number());
                format!("({} {op} {number})", self.vector(depth - 1))
            }
            4 => self.grouped(depth - 1, "route, pod"),
            _ => {
                let matching =
                    self.one_of(&["on (route, pod) group_left ()", "on (route, pod) group_left (missing)"]);
                let (op, one) = (self.arithmetic(), self.grouped(depth - 1, "route, pod"));
                format!("({} {op} {matching} {one})", self.windowed())
            }
        }
    }

    /// A vector whose series have no labels but these.
    fn grouped(&mut self, depth: usize, labels: &str) -> String {
        if depth == 0 {
            let (aggregation, inner) = (self.one_of(AGGREGATIONS), self.selected());
            return format!("{aggregation} by ({labels}) ({inner})");
        }
        match self.0.u32(0..6) {
            0 | 1 => {
                let (aggregation, inner) = (self.one_of(AGGREGATIONS), self.vector(depth - 1));
                format!("{aggregation} by ({labels}) ({inner})")
            }
            2 => {
                let (quantile, inner) = (self.one_of(&["0.5", "0.9", "0.25"]), self.vector(depth - 1));
                format!("quantile by ({labels}) ({quantile}, {inner})")
            }
            3 => {
                let op = self.arithmetic();
                format!("({} {op} {})", self.grouped(depth - 1, labels), self.grouped(depth - 1, labels))
            }
            4 => {
                let op = self.one_of(&["and", "or", "unless on (missing)"]);
                let (left, right) = (self.grouped(depth - 1, labels), self.grouped(depth - 1, labels));
                if op.starts_with("unless") {
                    format!("({left} or ({right} {op} nothing))")
                } else {
                    format!("({left} {op} {right})")
                }
            }
            _ => {
                let op = self.one_of(&[">", "<", ">=", "<=", "!=", "=="]);
                let number = self.number();
                format!("({} {op} bool {number})", self.grouped(depth - 1, labels))
            }
        }
    }

    fn selected(&mut self) -> String {
        let (series, modifiers) = (self.one_of(SERIES), self.modifiers());
        format!("{series}{modifiers}")
    }

    fn windowed(&mut self) -> String {
        let (function, series) = (self.one_of(OVER_TIME), self.one_of(SERIES));
        format!("{function}({series}[{}]{})", self.window(), self.modifiers())
    }

    /// No multiple of a subquery's step, so that no window of one within another begins at a step.
    fn window(&mut self) -> &'static str {
        self.one_of(&["2m13s", "5m7s", "9m31s", "14m3s"])
    }

    fn modifiers(&mut self) -> &'static str {
        self.one_of(&["", "", "", " offset 6m", " offset -1m", " @ end()", " @ start()"])
    }

    fn arithmetic(&mut self) -> &'static str {
        self.one_of(&["+", "-", "*", "/", "*", "-"])
    }

    fn number(&mut self) -> &'static str {
        self.one_of(&["2", "0.5", "-3", "100", "7.25"])
    }

    fn one_of(&mut self, choices: &[&'static str]) -> &'static str {
        choices.get(self.0.usize(..choices.len())).copied().unwrap_or_default()
    }
}
