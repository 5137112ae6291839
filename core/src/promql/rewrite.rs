//! The same query under other conditions or in other groups: changes to the tree that keep it a query.

use super::ast::{AggregateExpr, AggregateOp, Expr, ExprKind, Grouping, VectorSelector};
use crate::model::labels::{BUCKET, METRIC_NAME, QUANTILE};
use crate::model::{MatchOp, Matcher};

impl Expr {
    /// The same with these conditions in every selector. A selector that has one already does not get it twice.
    ///
    /// ```
    /// use p95_core::model::Matcher;
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let shop = Matcher::equal("job", "shop");
    /// let query = parse("rate(hits_total[5m])", &ParseOptions::default())?;
    /// let filtered = query.clone().filtered(&[shop.clone()]);
    /// assert_eq!(filtered.to_string(), r#"rate(hits_total{job="shop"}[5m])"#);
    /// assert_eq!(filtered.unfiltered(&shop), query);
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    #[must_use]
    pub fn filtered(mut self, matchers: &[Matcher]) -> Self {
        for_each_selector(&mut self, &mut |selector| {
            for matcher in matchers {
                if !selector.matchers.contains(matcher) {
                    selector.matchers.push(matcher.clone());
                }
            }
        });
        self
    }

    /// The same without this condition in any selector.
    ///
    /// [`Expr::filtered`] has an example.
    #[must_use]
    pub fn unfiltered(mut self, matcher: &Matcher) -> Self {
        for_each_selector(&mut self, &mut |selector| selector.matchers.retain(|one| one != matcher));
        self
    }

    /// The same with a group for each combination of these labels: `sum by (a) (x)` becomes `sum by (b) (x)`.
    ///
    /// Each outermost aggregation is regrouped; `le` and `quantile` stay among its labels, since what stands around it may
    /// need them. `topk` and its like give way. Where nothing is aggregated, `op` is put around the whole.
    ///
    /// ```
    /// use p95_core::promql::ast::AggregateOp;
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let query = parse("sum by (job) (rate(hits_total[5m]))", &ParseOptions::default())?;
    /// let by_route = query.grouped_by(&["route".to_owned()], AggregateOp::Avg);
    /// assert_eq!(by_route.to_string(), "sum by (route) (rate(hits_total[5m]))");
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    #[must_use]
    pub fn grouped_by(mut self, labels: &[String], op: AggregateOp) -> Self {
        if regroup(&mut self, labels) {
            return self;
        }
        let span = self.span;
        let grouping = by(labels.to_vec());
        let aggregate = AggregateExpr { op, param: None, expr: self, grouping };
        Self { kind: ExprKind::Aggregate(Box::new(aggregate)), span }
    }

    /// The same for each series by itself: each outermost aggregation gives way to what it aggregates.
    ///
    /// ```
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let query = parse("sum by (job) (rate(hits_total[5m]))", &ParseOptions::default())?;
    /// assert_eq!(query.ungrouped().to_string(), "rate(hits_total[5m])");
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    #[must_use]
    pub fn ungrouped(mut self) -> Self {
        for_each_aggregation(&mut self, &mut |expr| {
            if let ExprKind::Aggregate(aggregate) = &expr.kind {
                *expr = aggregate.expr.clone();
            }
        });
        self
    }

    /// The labels that its selectors have conditions on, the metric's name not among them.
    ///
    /// ```
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let query = parse(r#"errors_total{job="shop"} / hits_total{route!=""}"#, &ParseOptions::default())?;
    /// assert_eq!(query.label_conditions(), ["job", "route"]);
    /// assert_eq!(query.metric_names(), ["errors_total", "hits_total"]);
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    pub fn label_conditions(&self) -> Vec<String> {
        let mut labels = Vec::new();
        for_each_selector(&mut self.clone(), &mut |selector| {
            let names = selector.matchers.iter().map(Matcher::name);
            labels.extend(names.filter(|name| *name != METRIC_NAME).map(str::to_owned));
        });
        labels
    }

    /// The labels that aggregations group by, in the order in which they stand there.
    ///
    /// ```
    /// use p95_core::promql::{ParseOptions, parse};
    ///
    /// let expr = parse("max by (job) (sum by (job, route) (up))", &ParseOptions::default())?;
    /// assert_eq!(expr.grouping_labels(), ["job", "job", "route"]);
    /// # Ok::<(), p95_core::promql::ParseError>(())
    /// ```
    pub fn grouping_labels(&self) -> Vec<String> {
        let mut labels = match &self.kind {
            ExprKind::Aggregate(aggregate) => match &aggregate.grouping {
                Some(Grouping::By(labels)) => labels.clone(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        for_each_child(&mut self.clone(), &mut |child| labels.extend(child.grouping_labels()));
        labels
    }

    /// The names of the metrics that it reads, each once, in the order in which they stand there.
    ///
    /// [`Expr::label_conditions`] has an example.
    pub fn metric_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for_each_selector(&mut self.clone(), &mut |selector| {
            let named = selector.matchers.iter().find(|matcher| {
                matcher.name() == METRIC_NAME && matcher.op() == MatchOp::Equal && !matcher.value().is_empty()
            });
            if let Some(name) =
                named.map(Matcher::value).filter(|name| !names.iter().any(|seen| seen == name))
            {
                names.push(name.to_owned());
            }
        });
        names
    }
}

/// Regroups every outermost aggregation; returns whether there is one.
fn regroup(expr: &mut Expr, labels: &[String]) -> bool {
    let mut found = false;
    for_each_aggregation(expr, &mut |expr| {
        let ExprKind::Aggregate(aggregate) = &mut expr.kind else { return };
        if picks_series(aggregate.op) {
            let mut inner = aggregate.expr.clone();
            found |= regroup(&mut inner, labels);
            *expr = inner;
            return;
        }
        found = true;
        let before = match &aggregate.grouping {
            Some(Grouping::By(before)) => before.as_slice(),
            _ => &[],
        };
        let kept = before.iter().filter(|label| [BUCKET, QUANTILE].contains(&label.as_str()));
        let kept: Vec<String> = kept.filter(|label| !labels.contains(label)).cloned().collect();
        aggregate.grouping = by([&kept, labels].concat());
    });
    found
}

fn by(labels: Vec<String>) -> Option<Grouping> {
    (!labels.is_empty()).then_some(Grouping::By(labels))
}

/// Whether the operator keeps some of the series as they are.
fn picks_series(op: AggregateOp) -> bool {
    matches!(op, AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio)
}

/// Visits each aggregation that stands in no other.
fn for_each_aggregation(expr: &mut Expr, visit: &mut impl FnMut(&mut Expr)) {
    if matches!(expr.kind, ExprKind::Aggregate(_)) {
        return visit(expr);
    }
    for_each_child(expr, &mut |child| for_each_aggregation(child, visit));
}

fn for_each_selector(expr: &mut Expr, visit: &mut impl FnMut(&mut VectorSelector)) {
    match &mut expr.kind {
        ExprKind::Selector(selector) => visit(selector),
        ExprKind::Matrix(matrix) => visit(&mut matrix.selector),
        _ => for_each_child(expr, &mut |child| for_each_selector(child, visit)),
    }
}

/// Visits what stands one level below.
fn for_each_child(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Selector(_) | ExprKind::Matrix(_) => {}
        ExprKind::Subquery(subquery) => visit(&mut subquery.expr),
        ExprKind::Unary(unary) => visit(&mut unary.expr),
        ExprKind::Binary(binary) => {
            visit(&mut binary.lhs);
            visit(&mut binary.rhs);
        }
        ExprKind::Aggregate(aggregate) => {
            aggregate.param.iter_mut().for_each(&mut *visit);
            visit(&mut aggregate.expr);
        }
        ExprKind::Call(call) => call.args.iter_mut().for_each(visit),
        ExprKind::Paren(inner) => visit(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ParseOptions, parse};
    use super::*;

    fn expr(query: &str) -> Expr {
        parse(query, &ParseOptions::default()).unwrap()
    }

    /// Both directions: with the conditions, and without them again.
    #[track_caller]
    fn check_filtered(query: &str, expect: &str) {
        let matchers = [Matcher::equal("a", "x\"y"), Matcher::new("b", MatchOp::NotEqual, "z").unwrap()];
        let filtered = expr(query).filtered(&matchers);
        assert_eq!(filtered.to_string(), expect);
        // What was written is read back.
        assert_eq!(expr(expect), filtered);
        let plain = matchers.iter().fold(filtered, |expr, matcher| expr.unfiltered(matcher));
        assert_eq!(plain.to_string(), expr(query).to_string());
    }

    #[test]
    fn every_selector_gets_the_conditions() {
        check_filtered("up", r#"up{a="x\"y", b!="z"}"#);
        check_filtered(
            "sum by (c) (rate(x{d=~\"5..\"}[5m])) / sum(rate(y[5m] offset 1m))",
            r#"sum by (c) (rate(x{d=~"5..", a="x\"y", b!="z"}[5m])) / sum(rate(y{a="x\"y", b!="z"}[5m] offset 1m))"#,
        );
        check_filtered("max_over_time((-up)[5m:1m])", r#"max_over_time((-up{a="x\"y", b!="z"})[5m:1m])"#);
        check_filtered("topk(scalar(n), up)", r#"topk(scalar(n{a="x\"y", b!="z"}), up{a="x\"y", b!="z"})"#);
        check_filtered(r#"{"http.requests"}"#, r#"{"http.requests", a="x\"y", b!="z"}"#);
        check_filtered("1 + 2", "1 + 2");
    }

    #[test]
    fn a_condition_is_not_added_twice() {
        let matcher = [Matcher::equal("a", "1")];
        assert_eq!(expr(r#"up{a="1"}"#).filtered(&matcher).to_string(), r#"up{a="1"}"#);
    }

    #[test]
    fn outermost_aggregations_are_regrouped() {
        #[track_caller]
        fn check(query: &str, labels: &[&str], expect: &str) {
            let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
            assert_eq!(expr(query).grouped_by(&labels, AggregateOp::Avg).to_string(), expect);
        }
        check("sum by (status) (rate(x[2s]))", &["route"], "sum by (route) (rate(x[2s]))");
        check("sum by (status) (rate(x[2s]))", &[], "sum(rate(x[2s]))");
        check("sum(sum by (b) (x))", &["a"], "sum by (a) (sum by (b) (x))");
        check("sum without (b) (x)", &["a"], "sum by (a) (x)");
        check(
            "histogram_quantile(0.95, sum by (le, b) (rate(x_bucket[2s])))",
            &["a", "le"],
            "histogram_quantile(0.95, sum by (a, le) (rate(x_bucket[2s])))",
        );
        check(
            "histogram_quantile(0.95, sum by (le) (rate(x_bucket[2s])))",
            &["a"],
            "histogram_quantile(0.95, sum by (le, a) (rate(x_bucket[2s])))",
        );
        check("sum(x) / sum by (c) (y)", &["a"], "sum by (a) (x) / sum by (a) (y)");
        check("room_celsius", &["a", "b.c"], r#"avg by (a, "b.c") (room_celsius)"#);
        check("topk(20, x)", &["a"], "avg by (a) (x)");
        check("topk(20, sum by (b) (x))", &["a"], "sum by (a) (x)");
        check("time() - (x > 0)", &["a"], "avg by (a) (time() - (x > 0))");
    }

    #[test]
    fn outermost_aggregations_give_way() {
        #[track_caller]
        fn check(query: &str, expect: &str) {
            assert_eq!(expr(query).ungrouped().to_string(), expect);
        }
        check("sum by (status) (rate(x[2s]))", "rate(x[2s])");
        check(
            "histogram_quantile(0.9, sum by (le) (rate(x_bucket[2s])))",
            "histogram_quantile(0.9, rate(x_bucket[2s]))",
        );
        check("sum(a) / sum(b)", "a / b");
        check("topk(20, x)", "x");
        check("x", "x");
    }

    #[test]
    fn metrics_are_named_once() {
        #[track_caller]
        fn check(query: &str, expect: &[&str]) {
            assert_eq!(expr(query).metric_names(), expect);
        }
        check("sum(rate(b[1m])) / (a + b)", &["b", "a"]);
        check(
            r#"{"http.requests"} or {__name__="c"} or {__name__=~"d"} or {job="e"}"#,
            &["http.requests", "c"],
        );
        check("1", &[]);
    }
}
