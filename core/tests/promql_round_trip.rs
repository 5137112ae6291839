//! The property parse(display(tree)) == tree, on arbitrary trees of the right types.
//!
//! A tree that was built by hand may need parentheses that it does not hold, so trees are compared without them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use p95_core::model::{MatchOp, Matcher};
use p95_core::promql::ast::*;
use p95_core::promql::{ParseOptions, parse};
use proptest::prelude::*;
use proptest::strategy::Union;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_displayed_parses_back(expr in expressions()) {
        let text = expr.to_string();
        let parsed = parse(&text, &ParseOptions::experimental());
        let parsed = parsed.map_err(|error| TestCaseError::fail(error.show_in(&text)))?;
        prop_assert_eq!(without_parens(parsed.clone()), without_parens(expr), "{}", text);
        // What comes from a text is kept as it is, parentheses too.
        prop_assert_eq!(parse(&parsed.to_string(), &ParseOptions::experimental()).unwrap(), parsed);
    }
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// Expressions of each type.
#[derive(Clone)]
struct Level {
    scalar: BoxedStrategy<Expr>,
    vector: BoxedStrategy<Expr>,
    matrix: BoxedStrategy<Expr>,
}

fn expressions() -> BoxedStrategy<Expr> {
    let mut level = Level {
        scalar: any::<f64>().prop_map(|number| expr(ExprKind::Number(number))).boxed(),
        vector: selectors().prop_map(|selector| expr(ExprKind::Selector(selector))).boxed(),
        matrix: matrices(),
    };
    for _ in 0..3 {
        level = above(&level);
    }
    prop_oneof![level.scalar, level.vector, level.matrix, strings()].boxed()
}

/// Expressions with those of `below` in them.
fn above(below: &Level) -> Level {
    let scalar = below.scalar.clone();
    let vector = below.vector.clone();
    Level {
        scalar: prop_oneof![
            scalar.clone(),
            signed(scalar.clone()),
            parens(scalar.clone()),
            binary(scalar.clone(), scalar.clone(), false),
            calls(below, ValueType::Scalar),
        ]
        .boxed(),
        vector: prop_oneof![
            vector.clone(),
            signed(vector.clone()),
            parens(vector.clone()),
            binary(vector.clone(), vector.clone(), true),
            binary(scalar.clone(), vector.clone(), false),
            binary(vector.clone(), scalar, false),
            aggregations(below),
            calls(below, ValueType::Vector),
        ]
        .boxed(),
        matrix: prop_oneof![below.matrix.clone(), subqueries(vector), parens(below.matrix.clone())].boxed(),
    }
}

fn strings() -> BoxedStrategy<Expr> {
    any::<String>().prop_map(|text| expr(ExprKind::String(text))).boxed()
}

fn parens(inner: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    inner.prop_map(|inner| expr(ExprKind::Paren(Box::new(inner)))).boxed()
}

fn signs() -> BoxedStrategy<UnaryOp> {
    prop_oneof![Just(UnaryOp::Plus), Just(UnaryOp::Minus)].boxed()
}

fn signed(inner: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (signs(), inner)
        .prop_map(|(op, inner)| expr(ExprKind::Unary(UnaryExpr { op, expr: Box::new(inner) })))
        .boxed()
}

fn labels() -> BoxedStrategy<Vec<String>> {
    let label = prop_oneof!["[a-z_][a-z0-9_]{0,3}", "by|on|sum|bool|inf|offset|start", ".{1,4}"];
    prop::collection::vec(label, 0..3).boxed()
}

fn selectors() -> BoxedStrategy<VectorSelector> {
    let name = prop_oneof![
        "[a-zA-Z_:][a-z0-9_:]{0,5}",
        "SUM|sum|by|bool|on|ignoring|group_left|and|atan2|inf|NaN|offset|fill|start|step|anchored|min_of",
        ".{1,6}",
    ];
    let value = prop_oneof![
        (prop_oneof![Just(MatchOp::Equal), Just(MatchOp::NotEqual)], any::<String>()),
        (prop_oneof![Just(MatchOp::Regex), Just(MatchOp::NotRegex)], "[a-z.*+|]{0,4}".prop_map(plain_regex)),
    ];
    let label = prop_oneof!["[a-z_][a-z0-9_]{0,3}", "by|on|sum|bool|inf", ".{1,4}"];
    let matchers = prop::collection::vec((label, value), 0..3);
    let extension = prop::option::weighted(
        0.1,
        prop_oneof![Just(RangeExtension::Anchored), Just(RangeExtension::Smoothed)],
    );
    (prop::option::weighted(0.8, name), matchers, modifiers(), extension)
        .prop_map(|(name, others, modifiers, extension)| {
            let first = match &name {
                Some(name) => Matcher::equal("__name__", name),
                None => Matcher::equal("job", "p95"),
            };
            let others = others.into_iter().filter(|(label, _)| label != "__name__");
            let others = others.map(|(label, (op, value))| Matcher::new(&label, op, &value).unwrap());
            let matchers = std::iter::once(first).chain(others).collect();
            VectorSelector { name, matchers, modifiers, extension }
        })
        .boxed()
}

/// A text that is a regular expression, or the empty one.
fn plain_regex(text: String) -> String {
    if Matcher::new("l", MatchOp::Regex, &text).is_ok() { text } else { String::new() }
}

fn modifiers() -> BoxedStrategy<TimeModifiers> {
    let at = prop_oneof![(-(1_i64 << 51)..=1 << 51).prop_map(At::Timestamp), Just(At::Start), Just(At::End),];
    let offset = prop_oneof![
        (-9_000_000_000_000_i64..9_000_000_000_000).prop_map(|ms| duration(DurationKind::Literal(ms))),
        durations(),
    ];
    (prop::option::weighted(0.3, at), prop::option::weighted(0.3, offset))
        .prop_map(|(at, offset)| TimeModifiers { at, offset })
        .boxed()
}

fn matrices() -> BoxedStrategy<Expr> {
    (selectors(), durations())
        .prop_map(|(selector, range)| {
            // Only some functions take a range with a moved edge.
            let selector = VectorSelector { extension: None, ..selector };
            expr(ExprKind::Matrix(MatrixSelector { selector, range }))
        })
        .boxed()
}

fn subqueries(inner: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    (inner, durations(), prop::option::of(durations()), modifiers())
        .prop_map(|(inner, range, step, modifiers)| {
            expr(ExprKind::Subquery(Subquery { expr: Box::new(inner), range, step, modifiers }))
        })
        .boxed()
}

fn duration(kind: DurationKind) -> DurationExpr {
    DurationExpr { kind, span: Span::default() }
}

/// Durations as they stand alone: a number there is a literal, as is one with a sign.
fn durations() -> BoxedStrategy<DurationExpr> {
    let leaf = prop_oneof![
        (1_i64..9_000_000_000_000).prop_map(DurationKind::Literal),
        (0.0..1e300).prop_map(DurationKind::Number),
        Just(DurationKind::Step),
        Just(DurationKind::Range),
    ]
    .prop_map(duration);
    leaf.prop_recursive(3, 12, 2, |inner| {
        let boxed = inner.prop_map(Box::new);
        let op = prop::sample::select(vec![
            BinaryOp::Add,
            BinaryOp::Sub,
            BinaryOp::Mul,
            BinaryOp::Div,
            BinaryOp::Mod,
            BinaryOp::Pow,
        ]);
        prop_oneof![
            (signs(), boxed.clone()).prop_map(|(op, inner)| DurationKind::Unary(op, inner)),
            (op, boxed.clone(), boxed.clone()).prop_map(|(op, lhs, rhs)| DurationKind::Binary(op, lhs, rhs)),
            (boxed.clone(), boxed.clone()).prop_map(|(lhs, rhs)| DurationKind::Min(lhs, rhs)),
            (boxed.clone(), boxed.clone()).prop_map(|(lhs, rhs)| DurationKind::Max(lhs, rhs)),
            boxed.prop_map(DurationKind::Paren),
        ]
        .prop_map(duration)
    })
    .prop_map(|top| match &top.kind {
        DurationKind::Number(_) => duration(DurationKind::Paren(Box::new(top))),
        DurationKind::Unary(_, inner) if is_leaf(inner) => duration(DurationKind::Paren(Box::new(top))),
        _ => top,
    })
    .boxed()
}

fn is_leaf(duration: &DurationExpr) -> bool {
    matches!(duration.kind, DurationKind::Number(_) | DurationKind::Literal(_))
}

fn binary(lhs: BoxedStrategy<Expr>, rhs: BoxedStrategy<Expr>, both_vectors: bool) -> BoxedStrategy<Expr> {
    let op = prop::sample::select(vec![
        BinaryOp::Add,
        BinaryOp::Sub,
        BinaryOp::Mul,
        BinaryOp::Div,
        BinaryOp::Mod,
        BinaryOp::Pow,
        BinaryOp::Pow,
        BinaryOp::Atan2,
        BinaryOp::Equal,
        BinaryOp::Less,
        BinaryOp::GreaterEqual,
        BinaryOp::TrimUpper,
        BinaryOp::TrimLower,
        BinaryOp::And,
        BinaryOp::Or,
        BinaryOp::Unless,
    ]);
    let on = prop_oneof![labels().prop_map(MatchLabels::On), labels().prop_map(MatchLabels::Ignoring)];
    let side = prop_oneof![Just(Side::Left), Just(Side::Right)];
    let fill = || prop::option::weighted(0.2, any::<f64>());
    let group = (side, prop::collection::vec("group_[a-z]{1,3}", 0..3));
    (op, lhs, rhs, prop::option::of(on), prop::option::of(group), fill(), fill())
        .prop_map(move |(op, lhs, rhs, on, group, fill_left, fill_right)| {
            let is_set = op.is_set_operator();
            // Set operators join vectors alone.
            let op = if is_set && !both_vectors { BinaryOp::Add } else { op };
            let mut matching = Matching::default();
            if both_vectors {
                matching.labels = on;
                if matching.labels.is_some() && !is_set {
                    matching.group = group.map(|(many_side, include)| GroupModifier { many_side, include });
                }
                if !is_set {
                    matching.fill_left = fill_left;
                    matching.fill_right = fill_right;
                }
            }
            let returns_bool = op.is_comparison();
            let op_span = Span::default();
            expr(ExprKind::Binary(Box::new(BinaryExpr { op, op_span, lhs, rhs, returns_bool, matching })))
        })
        .boxed()
}

fn aggregations(below: &Level) -> BoxedStrategy<Expr> {
    let grouping = prop_oneof![labels().prop_map(Grouping::By), labels().prop_map(Grouping::Without)];
    let op = prop::sample::select(AggregateOp::ALL.to_vec());
    (op, prop::option::of(grouping), below.scalar.clone(), strings(), below.vector.clone())
        .prop_map(|(op, grouping, number, text, inner)| {
            let param = match op.param_type() {
                Some(ValueType::String) => Some(text),
                Some(_) => Some(number),
                None => None,
            };
            expr(ExprKind::Aggregate(Box::new(AggregateExpr { op, param, expr: inner, grouping })))
        })
        .boxed()
}

fn calls(below: &Level, returns: ValueType) -> BoxedStrategy<Expr> {
    // The second argument of info has a form of its own.
    let functions = Function::ALL
        .iter()
        .filter(|function| function.signature().returns == returns && **function != Function::Info);
    let call = |function: &Function| {
        let function = *function;
        let signature = function.signature();
        let max = signature.max_args.unwrap_or(signature.min_args + 2);
        let args: Vec<_> = (0..max)
            .map(|position| match signature.arg_type(position) {
                Some(ValueType::Scalar) => below.scalar.clone(),
                Some(ValueType::String) => strings(),
                Some(ValueType::Matrix) => below.matrix.clone(),
                _ => below.vector.clone(),
            })
            .collect();
        (args, signature.min_args..=max)
            .prop_map(move |(mut args, count)| {
                args.truncate(count);
                expr(ExprKind::Call(Call { function, name_span: Span::default(), args }))
            })
            .boxed()
    };
    Union::new(functions.map(call)).boxed()
}

fn without_parens(mut expr: Expr) -> Expr {
    while let ExprKind::Paren(inner) = expr.kind {
        expr = *inner;
    }
    match &mut expr.kind {
        ExprKind::Selector(selector) => strip_modifiers(&mut selector.modifiers),
        ExprKind::Matrix(matrix) => {
            strip_modifiers(&mut matrix.selector.modifiers);
            strip_duration(&mut matrix.range);
        }
        ExprKind::Subquery(subquery) => {
            strip(&mut subquery.expr);
            strip_modifiers(&mut subquery.modifiers);
            strip_duration(&mut subquery.range);
            subquery.step.iter_mut().for_each(strip_duration);
        }
        ExprKind::Unary(unary) => strip(&mut unary.expr),
        ExprKind::Binary(binary) => {
            strip(&mut binary.lhs);
            strip(&mut binary.rhs);
        }
        ExprKind::Aggregate(aggregate) => {
            aggregate.param.iter_mut().for_each(strip);
            strip(&mut aggregate.expr);
        }
        ExprKind::Call(call) => call.args.iter_mut().for_each(strip),
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Paren(_) => {}
    }
    expr
}

fn strip(expr: &mut Expr) {
    *expr = without_parens(expr.clone());
}

fn strip_modifiers(modifiers: &mut TimeModifiers) {
    modifiers.offset.iter_mut().for_each(strip_duration);
}

fn strip_duration(duration: &mut DurationExpr) {
    while let DurationKind::Paren(inner) = &duration.kind {
        *duration = (**inner).clone();
    }
    match &mut duration.kind {
        DurationKind::Unary(_, inner) => strip_duration(inner),
        DurationKind::Binary(_, lhs, rhs) | DurationKind::Min(lhs, rhs) | DurationKind::Max(lhs, rhs) => {
            strip_duration(lhs);
            strip_duration(rhs);
        }
        _ => {}
    }
}
