//! What p95 and Prometheus are both asked about the shop and a node exporter.

use crate::compare::Tolerance;

/// The windows of the expressions, in seconds.
pub const WINDOW_SECS: u32 = 18;

/// A query that both answer.
#[derive(Clone, Copy, Debug)]
pub struct Expression {
    /// The query; `WINDOW_SECS` stands in its ranges.
    pub query: &'static str,
    /// How far the answers may lie apart where each of the two scrapes at times of its own.
    pub apart: Apart,
}

/// How the times of the scrapes show in an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Apart {
    /// Not at all: the value stands still when the load does.
    Not,
    /// A scrape more or less in the window, at either end; a difference near zero is held against `scale`.
    ByJitter {
        /// The size of the whole that the value is a part of; 0 where the value is none.
        scale: f64,
    },
    /// By what the machine did in between: to be compared on equal samples only.
    ByChance,
}

impl Apart {
    /// What to accept between two scrapers of one target, a second apart; none where there is nothing to compare.
    pub fn tolerance(self) -> Option<Tolerance> {
        match self {
            Self::Not => Some(Tolerance::ROUNDING),
            Self::ByJitter { scale } => Some(Tolerance { relative: 2.0 / f64::from(WINDOW_SECS), scale }),
            Self::ByChance => None,
        }
    }
}

/// Every query that is compared.
pub const EXPRESSIONS: &[Expression] = &[
    // The shop.
    exact("shop_requests_total"),
    jittered("sum by (endpoint, status) (rate(shop_requests_total[18s]))"),
    jittered(r#"sum without (job, method) (increase(shop_requests_total{status!~"2.."}[18s]))"#),
    jittered(
        r#"sum by (endpoint) (rate(shop_requests_total{status=~"5.."}[18s]))
           / sum by (endpoint) (rate(shop_requests_total[18s]))"#,
    ),
    jittered(
        "histogram_quantile(0.95, sum by (endpoint, le) (rate(shop_request_duration_seconds_bucket[18s])))",
    ),
    exact("histogram_quantile(0.5, shop_request_duration_seconds_bucket)"),
    jittered(
        "sum by (endpoint) (rate(shop_request_duration_seconds_sum[18s]))
         / sum by (endpoint) (rate(shop_request_duration_seconds_count[18s]))",
    ),
    exact(r#"shop_request_duration_seconds_bucket{le="0.025"}"#),
    exact("shop_order_value_euros_sum / shop_order_value_euros_count"),
    exact("shop_orders_open * on (instance) group_left (version, flags) shop_build_info"),
    exact(r#"label_replace(shop_build_info, "major", "$1", "version", "(\\d+)\\..*")"#),
    exact("topk(2, sum by (endpoint) (shop_request_duration_seconds_sum))"),
    exact("shop_request_duration_seconds_count > bool 300"),
    exact("max_over_time(shop_orders_open[18s]) - min_over_time(shop_orders_open[18s])"),
    exact("resets(shop_requests_total[18s]) or changes(shop_build_info[18s])"),
    by_chance("deriv(shop_orders_open[18s])"),
    // The node exporter.
    share_of(1.0, "sum by (cpu) (rate(node_cpu_seconds_total{mode!=\"idle\"}[18s]))"),
    share_of(100.0, "avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[18s])) * 100"),
    share_of(1.0, "stddev by (mode) (rate(node_cpu_seconds_total[18s]))"),
    share_of(1.0, "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"),
    exact("node_filesystem_size_bytes unless node_filesystem_readonly == 1"),
    exact("count by (fstype) (node_filesystem_files)"),
    exact("time() - node_boot_time_seconds"),
    exact(r#"count_values by (job) ("mtu", node_network_mtu_bytes)"#),
    exact(r#"absent(node_cpu_seconds_total{mode="none"})"#),
    exact("vector(scalar(count(node_cpu_seconds_total)))"),
    exact("quantile by (job) (0.25, node_network_mtu_bytes) and on (job) node_os_info"),
    by_chance("go_gc_duration_seconds"),
    by_chance("predict_linear(node_memory_MemFree_bytes[18s], 3600)"),
    by_chance("irate(node_context_switches_total[18s])"),
    by_chance("delta(node_memory_MemFree_bytes[18s])"),
    by_chance("avg_over_time(node_load1[18s] offset 3s)"),
    by_chance("bottomk(3, rate(node_network_receive_bytes_total[18s])) >= 0"),
];

const fn exact(query: &'static str) -> Expression {
    Expression { query, apart: Apart::Not }
}

const fn jittered(query: &'static str) -> Expression {
    share_of(0.0, query)
}

const fn share_of(scale: f64, query: &'static str) -> Expression {
    Expression { query, apart: Apart::ByJitter { scale } }
}

const fn by_chance(query: &'static str) -> Expression {
    Expression { query, apart: Apart::ByChance }
}
