//! `info`: series with the labels of the info series that describe the same target.

use hashbrown::HashMap;

use super::vector::arg;
use crate::model::labels::{INSTANCE, JOB, METRIC_NAME};
use crate::model::{Labels, MatchOp, Matcher};
use crate::promql::ast::{Call, Expr, ExprKind, Span, TimeModifiers};
use crate::promql::eval::{EvalError, Evaluator, Grid, GridSeries, InfoSeries};

/// The labels by which a series and an info series find each other.
const IDENTIFYING: [&str; 2] = [INSTANCE, JOB];

/// `info(v, {matchers})`: each series with the labels of those info series that have the same `job` and `instance`, or only
/// with the labels that matchers name. By default the info series are those of `target_info`.
///
/// - A matcher on the metric's name chooses info metrics. Series of these are left as they are.
/// - A series without info series is left as it is, or out, where some matcher asks for a label that is not empty.
/// - Of two info series of one metric, the newer sample counts.
/// - What a series says itself is not overwritten.
///
/// Source: Prometheus' `promql/info.go`.
pub(super) fn info(
    evaluator: &mut Evaluator<'_>,
    call: &Call,
    span: Span,
) -> Result<Vec<GridSeries>, EvalError> {
    let expr = arg(call, 0, span)?;
    let base = evaluator.eval_vector(expr)?;
    let wanted = Wanted::of(call.args.get(1))?;
    let reference = reference_times(evaluator, expr)?;
    let infos = evaluator.select_infos(&wanted.all(), reference, span)?;
    let infos: Vec<(Labels, InfoSeries)> =
        infos.into_iter().map(|info| (signature(&info.labels), info)).collect();

    let steps = evaluator.grid.count;
    let mut results = Results { index: HashMap::new(), series: Vec::new(), steps };
    for series in &base {
        let is_info = wanted.names.iter().all(|matcher| matcher.matches_value(series.labels.metric_name()));
        if is_info {
            results.take_over(series);
            continue;
        }
        let key = signature(&series.labels);
        let partners: Vec<&InfoSeries> =
            infos.iter().filter(|(own, _)| !key.is_empty() && *own == key).map(|(_, info)| info).collect();
        for step in 0..steps {
            let Some(value) = series.get(step) else { continue };
            let found = newest_of_each_metric(&partners, step, span)?;
            if found.is_empty() && !wanted.accepts_nothing() {
                continue;
            }
            let labels = enriched(&series.labels, &found, &wanted, span)?;
            let result = results.of(labels, series.drops_name);
            if result.has(step) {
                let message = "vector cannot contain metrics with the same labelset";
                return Err(EvalError::execution(span, message));
            }
            result.set(step, value);
        }
    }
    Ok(results.series)
}

/// What the second argument asks for.
struct Wanted {
    /// Which metrics are info metrics.
    names: Vec<Matcher>,
    /// Which labels are taken over; all where there are none.
    labels: Vec<Matcher>,
}

impl Wanted {
    fn of(selector: Option<&Expr>) -> Result<Self, EvalError> {
        let matchers = match selector.map(|expr| (&expr.kind, expr.span)) {
            None => &[][..],
            Some((ExprKind::Selector(selector), _)) => &selector.matchers,
            Some((_, span)) => return Err(EvalError::execution(span, "expected label matchers")),
        };
        let (mut names, labels): (Vec<Matcher>, Vec<Matcher>) =
            matchers.iter().cloned().partition(|matcher| matcher.name() == METRIC_NAME);
        let is_positive = |matcher: &Matcher| matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex);
        if names.is_empty() {
            names.push(Matcher::equal(METRIC_NAME, "target_info"));
        } else if !names.iter().any(is_positive) {
            // Names that are ruled out alone would leave every series there is.
            names.extend(Matcher::new(METRIC_NAME, MatchOp::Regex, ".+_info").ok());
        }
        Ok(Self { names, labels })
    }

    fn all(&self) -> Vec<Matcher> {
        self.names.iter().chain(&self.labels).cloned().collect()
    }

    /// Whether a series without info series stays.
    fn accepts_nothing(&self) -> bool {
        self.labels.iter().all(|matcher| matcher.matches_value(""))
    }

    fn takes_over(&self, label: &str) -> bool {
        let is_named = || self.labels.iter().any(|matcher| matcher.name() == label);
        label != METRIC_NAME && (self.labels.is_empty() || is_named())
    }
}

/// The results, by labels.
struct Results {
    index: HashMap<Labels, usize>,
    series: Vec<GridSeries>,
    steps: usize,
}

impl Results {
    fn take_over(&mut self, series: &GridSeries) {
        self.index.insert(series.labels.clone(), self.series.len());
        self.series.push(series.clone());
    }

    fn of(&mut self, labels: Labels, drops_name: bool) -> &mut GridSeries {
        let position = *self.index.entry(labels).or_insert_with_key(|labels| {
            let mut series = GridSeries::absent(labels.clone(), self.steps);
            series.drops_name = drops_name;
            self.series.push(series);
            self.series.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the index holds positions in the list")]
        &mut self.series[position]
    }
}

fn signature(labels: &Labels) -> Labels {
    labels.filter(|name| IDENTIFYING.contains(&name))
}

/// The info series of each metric that is there at a step; of several, that with the newest sample.
fn newest_of_each_metric<'i>(
    partners: &[&'i InfoSeries],
    step: usize,
    span: Span,
) -> Result<Vec<&'i Labels>, EvalError> {
    let mut newest: Vec<(&'i Labels, i64)> = Vec::new();
    for info in partners {
        let Some(taken_ms) = info.taken_ms.get(step).copied().flatten() else { continue };
        let rival = newest.iter_mut().find(|(labels, _)| labels.metric_name() == info.labels.metric_name());
        match rival {
            None => newest.push((&info.labels, taken_ms)),
            Some((_, rival_ms)) if *rival_ms > taken_ms => {}
            Some(rival) if rival.1 < taken_ms => *rival = (&info.labels, taken_ms),
            Some((rival, rival_ms)) => {
                let message = format!(
                    "found duplicate series for info metric: existing {rival} @ {rival_ms}, new {} @ {taken_ms}",
                    info.labels
                );
                return Err(EvalError::execution(span, message));
            }
        }
    }
    Ok(newest.into_iter().map(|(labels, _)| labels).collect())
}

/// The labels with those of the info series.
fn enriched(base: &Labels, infos: &[&Labels], wanted: &Wanted, span: Span) -> Result<Labels, EvalError> {
    let mut added: Vec<(&str, &str)> = Vec::new();
    for info in infos {
        for (name, value) in info.iter().filter(|(name, _)| wanted.takes_over(name)) {
            match added.iter().find(|(known, _)| *known == name) {
                Some((_, known)) if *known != value => {
                    return Err(EvalError::execution(span, format!("conflicting label: {name}")));
                }
                Some(_) => {}
                None if base.get(name).is_none() => added.push((name, value)),
                None => {}
            }
        }
    }
    if added.is_empty() {
        return Ok(base.clone());
    }
    let mut builder = base.to_builder();
    for (name, value) in added {
        builder.set(name, value);
    }
    Ok(builder.build())
}

/// The times at which the first selector of an expression looks: there the info series are looked up too.
fn reference_times(evaluator: &Evaluator<'_>, expr: &Expr) -> Result<Grid, EvalError> {
    let mut modifiers = Vec::new();
    modifiers_to_first_selector(expr, &mut modifiers);
    let mut times = evaluator.grid;
    for one in modifiers {
        times = evaluator.looked_at_from(times, one)?;
    }
    Ok(times)
}

/// The time modifiers on the way to the first selector, outer ones first; `false` where there is none.
fn modifiers_to_first_selector<'e>(expr: &'e Expr, into: &mut Vec<&'e TimeModifiers>) -> bool {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => false,
        ExprKind::Selector(selector) => {
            into.push(&selector.modifiers);
            true
        }
        ExprKind::Matrix(matrix) => {
            into.push(&matrix.selector.modifiers);
            true
        }
        ExprKind::Subquery(subquery) => {
            into.push(&subquery.modifiers);
            let found = modifiers_to_first_selector(&subquery.expr, into);
            if !found {
                into.pop();
            }
            found
        }
        ExprKind::Unary(unary) => modifiers_to_first_selector(&unary.expr, into),
        ExprKind::Binary(binary) => {
            modifiers_to_first_selector(&binary.lhs, into) || modifiers_to_first_selector(&binary.rhs, into)
        }
        ExprKind::Aggregate(aggregate) => modifiers_to_first_selector(&aggregate.expr, into),
        ExprKind::Call(call) => call.args.iter().any(|arg| modifiers_to_first_selector(arg, into)),
        ExprKind::Paren(inner) => modifiers_to_first_selector(inner, into),
    }
}
