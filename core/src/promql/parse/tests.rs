//! What the parser accepts, how it reads it, and what it says to mistakes.

use super::{ParseOptions, parse, parse_selector};

/// Parses with all experimental syntax and shows the tree as text.
fn shown(query: &str) -> String {
    let options = ParseOptions::experimental();
    let expr = parse(query, &options).unwrap_or_else(|error| panic!("{query}: {}", error.show_in(query)));
    let text = expr.to_string();
    let again = parse(&text, &options).unwrap_or_else(|error| panic!("{text}: {}", error.show_in(&text)));
    assert_eq!(expr, again, "{query} and {text}");
    text
}

#[track_caller]
fn check(query: &str, expect: &str) {
    assert_eq!(shown(query), expect);
}

/// Checks that two texts mean the same tree, parentheses aside.
#[track_caller]
fn check_groups(query: &str, with_parens: &str) {
    let options = ParseOptions::experimental();
    let strip = |text: &str| format!("{:?}", structure(&parse(text, &options).unwrap()));
    assert_eq!(strip(query), strip(with_parens));
}

/// The tree of operators, fully parenthesised.
fn structure(expr: &crate::promql::ast::Expr) -> String {
    use crate::promql::ast::ExprKind;
    match &expr.kind {
        ExprKind::Binary(b) => format!("[{} {} {}]", structure(&b.lhs), b.op, structure(&b.rhs)),
        ExprKind::Unary(u) => format!("[{}{}]", u.op.as_str(), structure(&u.expr)),
        ExprKind::Paren(inner) => structure(inner),
        ExprKind::Subquery(s) => format!("[{}<{}>]", structure(&s.expr), s.range),
        _ => expr.to_string(),
    }
}

#[track_caller]
fn check_error(query: &str, expect: &str) {
    match parse(query, &ParseOptions::experimental()) {
        Ok(expr) => panic!("{query} parsed to {expr}"),
        Err(error) => assert_eq!(error.to_string(), expect, "{query}"),
    }
}

#[test]
fn numbers_and_strings() {
    check("1", "1");
    check("0x1F", "31");
    check("017", "15");
    check("1_000", "1000");
    check("+Inf", "Inf");
    check("-inf", "-Inf");
    check("NaN", "NaN");
    check("5m", "300");
    check("1h30m * 2", "5400 * 2");
    check("1e300", "1e300");
    check(".5e-9", "5e-10");
    check("--1", "1");
    check("-(1)", "-(1)");
    check(r"'a\'b'", r#""a'b""#);
    check(r"`a\n`", r#""a\\n""#);
    check("\"\\u200b\"", "\"\\u200b\"");
}

#[test]
fn selectors() {
    check("up", "up");
    check("a:b:c", "a:b:c");
    check(":a", ":a");
    check("up{}", "up");
    check("up{job='x',}", r#"up{job="x"}"#);
    check(r#"{__name__="up"}"#, r#"{__name__="up"}"#);
    check(r#"{__name__=~"u.*"}"#, r#"{__name__=~"u.*"}"#);
    check(r#"up{a!="1",b=~"2",c!~"3"}"#, r#"up{a!="1", b=~"2", c!~"3"}"#);
    check(r#"{"a.b"}"#, r#"{"a.b"}"#);
    check(r#"{"up"}"#, "up");
    check(r#"{x="y", "a.b", "c d"="é"}"#, r#"{"a.b", x="y", "c d"="é"}"#);
    check(r#"up{by="1", sum="2", offset="3", inf="4"}"#, r#"up{by="1", sum="2", offset="3", inf="4"}"#);
}

#[test]
fn keywords_as_names() {
    check("sum", "sum");
    check("sum + by", "sum + by");
    check("and and and", "and and and");
    check("offset offset 5m", "offset offset 5m");
    check("start", "start");
    check("sum{a='b'}", r#"sum{a="b"}"#);
    check("a + fill", "a + fill");
    check("a + fill{b='c'}", r#"a + fill{b="c"}"#);
    check("sum(sum)", "sum(sum)");
    check("SUM BY (by) (x)", "sum by (by) (x)");
    check(r#"{"bool"} + {"on"}"#, r#"{"bool"} + {"on"}"#);
    check(r#"{"NaN"}"#, r#"{"NaN"}"#);
    check("sum(x) by (sum, on, \"a.b\", bool,)", "sum by (sum, on, \"a.b\", bool) (x)");
    check_error("a + bool", "position 1:9: expected an expression, found the end of the query");
    check_error(
        "ignoring",
        r#"position 1:1: expected an expression, found the keyword `ignoring`: a metric of this name stands in quotes: {"ignoring"}"#,
    );
}

#[test]
fn ranges_and_times() {
    check("x[5m]", "x[5m]");
    check("x[300]", "x[5m]");
    check("x[1.5]", "x[1s500ms]");
    check("x[5m:1m]", "x[5m:1m]");
    check("x[5m:]", "x[5m:]");
    check("x offset 5m", "x offset 5m");
    check("x offset -5m", "x offset -5m");
    check("x offset 0", "x offset 0s");
    check("x @ 10", "x @ 10.000");
    check("x @ -1.5", "x @ -1.500");
    check("x offset 5m @ start()", "x @ start() offset 5m");
    check("x[5m] @ end() offset 1m", "x[5m] @ end() offset 1m");
    check("rate(x[5m])[1h:1m] @ 5 offset 1h", "rate(x[5m])[1h:1m] @ 5.000 offset 1h");
    check("(x offset 1m)[5m:1m]", "(x offset 1m)[5m:1m]");
    check("x offset 1m [5m:1m]", "x offset 1m[5m:1m]");
    check("x[5m] anchored", "x[5m] anchored");
    check("x smoothed offset 5m", "x smoothed offset 5m");
    check_groups("-sum_over_time(x[5m:1m])", "-(sum_over_time(x[5m:1m]))");
}

#[test]
fn arithmetic_on_durations() {
    check("x[2m*(10+5)]", "x[2m * (10 + 5)]");
    check("x[step():step()]", "x[step():step()]");
    check("x[1+(STep()-5)*2]", "x[1 + (step() - 5) * 2]");
    check("x[min_of(step()+1, 1h)]", "x[min_of(step() + 1, 1h)]");
    check("x offset max_of(range(), 1s)", "x offset max_of(range(), 1s)");
    check("x offset -step()", "x offset -step()");
    check("x offset (-2 ^ 2)", "x offset (-2 ^ 2)");
    check("x[-5m+35m]", "x[-5m + 35m]");
    check_groups("x offset 2 ^ 2", "(x offset 2) ^ 2");
    check_groups("x offset -step() * 2", "(x offset -step()) * 2");
    check_error("x[0]", "position 1:3: the duration must be greater than 0");
    check_error("x[-5m]", "position 1:3: the duration must be greater than 0");
    check_error("x[300y]", "position 1:3: the duration is out of range: write less than 292 years");
    check_error(
        "x[foo]",
        "position 1:3: expected a duration as a range, found `foo`: write a number with a unit, such as 5m",
    );
}

#[test]
fn precedence() {
    check_groups("a + b * c", "a + (b * c)");
    check_groups("a * b + c", "(a * b) + c");
    check_groups("a - b - c", "(a - b) - c");
    check_groups("a ^ b ^ c", "a ^ (b ^ c)");
    check_groups("-a ^ b", "-(a ^ b)");
    check_groups("-1 ^ 2", "-(1 ^ 2)");
    check_groups("-a * b", "(-a) * b");
    check_groups("2 ^ -a * b", "(2 ^ (-a)) * b");
    check_groups("a == b + c", "a == (b + c)");
    check_groups("a and b or c unless d", "(a and b) or (c unless d)");
    check_groups("a or b and c", "a or (b and c)");
    check_groups("a > b and c < d", "(a > b) and (c < d)");
    check_groups("a atan2 b * c", "(a atan2 b) * c");
    check_groups("a % b atan2 c", "(a % b) atan2 c");
    check_groups("-x offset 5m", "-(x offset 5m)");
    check_groups("a >/ 2 + 1", "a >/ (2 + 1)");
}

#[test]
fn matching() {
    check("a + on () b", "a + on () b");
    check("a * on(x, y) group_left b", "a * on (x, y) group_left () b");
    check("a * ignoring(x,) group_right(z) b", "a * ignoring (x) group_right (z) b");
    check("a == bool on(x) b", "a == bool on (x) b");
    check("a ATAN2 IGNORING(x) b", "a atan2 ignoring (x) b");
    check("a + fill(0) b", "a + fill_left (0) fill_right (0) b");
    check("a + on(x) fill_right(-Inf) fill_left(5) b", "a + on (x) fill_left (5) fill_right (-Inf) b");
    check_error(
        "a + group_left b",
        "position 1:5: group_left must follow on (…) or ignoring (…): write on (label) group_left",
    );
    check_error(
        "a + fill(0) fill_left(1) b",
        "position 1:13: fill_left sets a fill value for a second time: remove one of them",
    );
}

#[test]
fn calls_and_aggregations() {
    check("time()", "time()");
    check("rate(x[5m])", "rate(x[5m])");
    check("sum without () (x)", "sum without () (x)");
    check("topk by (a) (5, x)", "topk by (a) (5, x)");
    check("count_values('v', x)", r#"count_values("v", x)"#);
    check("label_join(x, 'a', ',')", r#"label_join(x, "a", ",")"#);
    check("info(x, {a=~'.*'})", r#"info(x, {a=~".*"})"#);
    check("# comment\nsum( # another\nx)", "sum(x)");
}

#[test]
fn mistakes_of_syntax() {
    check_error("", "position 1:1: the query is empty: write a metric's name");
    check_error("  # only a comment", "position 1:19: the query is empty: write a metric's name");
    check_error("a +", "position 1:4: expected an expression, found the end of the query");
    check_error("(a", "position 1:3: expected `)` to close the parentheses, found the end of the query");
    check_error(
        "a)",
        "position 1:2: unexpected `)` after the expression: remove it, or add the ( that it closes",
    );
    check_error("a = b", "position 1:3: unexpected `=` after the expression: write == to compare");
    check_error(
        "a b",
        "position 1:3: unexpected `b` after the expression: write an operator between two expressions",
    );
    check_error(
        "rate(x[5m]) by (a)",
        "position 1:13: unexpected `by` after the expression: by and without belong to an aggregation: sum by (label) (…)",
    );
    check_error(
        "histogramm_quantile(0.9, x)",
        "position 1:1: unknown function `histogramm_quantile`: did you mean histogram_quantile?",
    );
    check_error("xyzzy(x)", "position 1:1: unknown function `xyzzy`");
    check_error(
        "up{job=p95}",
        "position 1:8: expected a string as a label's value, found `p95`: write \"p95\"",
    );
    check_error(
        "up{job==\"p95\"}",
        "position 1:7: expected = behind a label's name, found `==`: write a single =",
    );
    check_error("up{job}", "position 1:7: expected one of = != =~ !~ behind a label's name, found `}`");
    check_error(r#"up{__name__="x"}"#, "position 1:4: the metric's name is given twice: remove one of them");
    check_error(r#"x{a=~"("}"#, r#"position 1:6: invalid regular expression "(": unclosed group"#);
    check_error(
        "rate(x offset 5m [5m])",
        "position 1:18: the range must stand before offset, @ and other modifiers: write up[5m] offset 1h",
    );
    check_error(
        "rate(sum(x)[5m])",
        "position 1:12: a range can only follow a selector: for a range over another expression, write a subquery: [5m:]",
    );
    check_error("x[5m", "position 1:5: expected `:` or `]` to close the range, found the end of the query");
    check_error("x offset 5m offset 5m", "position 1:13: offset is given twice: add the two up");
    check_error(
        "sum(x) offset 5m",
        "position 1:8: offset can only follow a selector, its range, or a subquery: write offset inside the parentheses",
    );
    check_error("x @ NaN", "position 1:5: the time behind @ is out of bounds: write seconds since 1970");
    check_error(
        "abs(x,)",
        "position 1:6: an argument is missing after the comma in the arguments of abs: remove the comma",
    );
    check_error(
        "clamp(x, 1)",
        "position 1:1: clamp expects 3 arguments, and this has 2: write clamp(instant vector, scalar, scalar) instant vector",
    );
    check_error("sum(a, b)", "position 1:1: sum expects 1 argument, and this has 2: join vectors with or");
    check_error(
        "topk(a)",
        "position 1:1: topk expects 2 arguments, and this has 1: write topk(number, vector)",
    );
    check_error("sum()", "position 1:1: sum expects 1 argument, and this has 0: write sum(vector)");
    check_error(
        "sum(1 + x",
        "position 1:10: expected `,` or `)` in the arguments of sum, found the end of the query",
    );
}

#[test]
fn mistakes_of_type() {
    check_error(
        "rate(up)",
        "position 1:6: rate expects a range vector, and this is an instant vector: add [5m]",
    );
    check_error(
        "rate(sum(up))",
        "position 1:6: rate expects a range vector, and this is an instant vector: add [5m:] for a subquery",
    );
    check_error(
        "sum(up[5m])",
        "position 1:5: sum expects an instant vector, and this is a range vector: remove the range, or wrap it in a function of ranges such as rate(…)",
    );
    check_error(
        "histogram_quantile(up, up)",
        "position 1:20: histogram_quantile expects a scalar as its first argument, and this is an instant vector: write a number, or wrap it in scalar(…)",
    );
    check_error(
        "label_replace(up, 'a', 'b', 'c', d)",
        "position 1:34: label_replace expects a string as its further arguments, and this is an instant vector: write it in quotes",
    );
    check_error(
        "abs(1)",
        "position 1:5: abs expects an instant vector, and this is a scalar: wrap it in vector(…)",
    );
    check_error("1 > 2", "position 1:3: a comparison of two scalars yields 0 or 1: write > bool");
    check_error("a + bool b", "position 1:3: bool can only follow a comparison, not +: remove bool");
    check_error(
        "a and 1",
        "position 1:3: and joins two instant vectors, and one side is a scalar: wrap it in vector(…)",
    );
    check_error(
        "a + on(x) 1",
        "position 1:3: on and ignoring match two instant vectors, and one side is a scalar: remove them",
    );
    check_error(
        "a and on(x) group_left b",
        "position 1:3: and matches many to many: no group_left, no group_right: remove it",
    );
    check_error(
        "a + on(x) group_left(x) b",
        "position 1:1: the label \"x\" cannot be both in on (…) and in the group: remove one of them",
    );
    check_error(
        "{a=~'.*'}",
        "position 1:1: the selector would match every series: one matcher must not match the empty text: name a metric, or a label that must be there: {job=~\".+\"}",
    );
    check_error(
        "1[5m:]",
        "position 1:1: a subquery runs over an instant vector, and this is a scalar: wrap it in vector(…)",
    );
    check_error(
        "-'a'",
        "position 1:2: a sign stands before a scalar or an instant vector, and this is a string",
    );
    check_error("a + 'b'", "position 1:5: + joins scalars and instant vectors, and this is a string");
    check_error(
        "info(x, y)",
        "position 1:9: info expects label matchers alone as its second argument: write {label=~\".+\"}",
    );
    check_error(
        "resets(x[5m] smoothed)",
        "position 1:8: smoothed modifier can only be used with: delta, increase, rate - not with resets",
    );
    check_error("a and fill(0) b", "position 1:3: and has nothing to fill: remove fill");
}

#[test]
fn experimental_syntax_is_off_by_default() {
    #[track_caller]
    fn check(query: &str, expect: &str) {
        assert_eq!(parse(query, &ParseOptions::default()).unwrap_err().to_string(), expect);
        parse(query, &ParseOptions::experimental()).unwrap();
    }
    check(
        "mad_over_time(x[5m])",
        "position 1:1: mad_over_time is experimental in Prometheus, and off here: enable experimental functions",
    );
    check(
        "limitk(5, x)",
        "position 1:1: limitk is experimental in Prometheus, and off here: enable experimental functions",
    );
    check(
        "x[5m*2]",
        "position 1:3: arithmetic on durations is experimental in Prometheus, and off here: enable duration expressions",
    );
    check(
        "x[5m] anchored",
        "position 1:7: anchored is experimental in Prometheus, and off here: enable extended range selectors",
    );
    check(
        "a + fill(1) b",
        "position 1:5: fill is experimental in Prometheus, and off here: enable fill modifiers",
    );
}

#[test]
fn hostile_queries_end_soon() {
    #[track_caller]
    fn check(query: &str, message: &str) {
        let error = parse(query, &ParseOptions::default()).unwrap_err();
        assert_eq!(error.message(), message);
    }
    let too_deep = "the expression is nested deeper than 500 levels";
    check(&format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000)), too_deep);
    check(&"-".repeat(50_000), too_deep);
    check(&"abs(".repeat(50_000), too_deep);
    check(&"sum by (a) (".repeat(10_000), too_deep);
    check(&format!("1{}", " + 1".repeat(50_000)), too_deep);
    check(&format!("x{}", "[1m:]".repeat(50_000)), too_deep);
    check(&format!("x[{}", "(".repeat(50_000)), too_deep);
    check(&format!("x offset {}", "-".repeat(50_000)), "expected a duration behind offset, found `-`");
    check(&"1".repeat(300_000), "the query has 300000 bytes, and 262144 are allowed");
    let regexes = vec!["a=~\"b\""; 101].join(",");
    check(&format!("x{{{regexes}}}"), "the query has more than 100 regular expressions");
}

#[test]
fn as_deep_as_allowed_fits_the_stack() {
    let options = ParseOptions::default();
    let deepest = options.max_depth - 1;
    let parens = format!("{}1{}", "(".repeat(deepest), ")".repeat(deepest));
    let calls = format!("{}x{}", "abs(".repeat(deepest), ")".repeat(deepest));
    let sum = format!("1{}", " + 1".repeat(deepest));
    let sums = format!("{}x{}", "sum by (a) (".repeat(deepest), ")".repeat(deepest));
    let mixed = format!("{}x{}", "1 + abs(".repeat(deepest / 2), ")".repeat(deepest / 2));
    for query in [parens, calls, sum, sums, mixed] {
        let expr = parse(&query, &options).unwrap();
        assert_eq!(parse(&expr.to_string(), &options).unwrap(), expr.clone());
    }
}

#[test]
fn spans_cover_the_text() {
    let query = "sum by (job) (rate(http_requests_total{a='b'}[5m] offset 1h)) / 2";
    let expr = parse(query, &ParseOptions::default()).unwrap();
    assert_eq!(expr.span.range(), 0..query.len());
    let crate::promql::ast::ExprKind::Binary(binary) = expr.kind else { panic!("{query}") };
    assert_eq!(
        &query[binary.lhs.span.range()],
        "sum by (job) (rate(http_requests_total{a='b'}[5m] offset 1h))"
    );
    assert_eq!(&query[binary.op_span.range()], "/");
    let crate::promql::ast::ExprKind::Aggregate(sum) = binary.lhs.kind else { panic!("{query}") };
    assert_eq!(&query[sum.expr.span.range()], "rate(http_requests_total{a='b'}[5m] offset 1h)");
}

#[test]
fn plain_selectors() {
    let options = ParseOptions::default();
    assert_eq!(parse_selector("up{a='b'}", &options).unwrap().len(), 2);
    for text in ["up offset 5m", "up[5m]", "1", "up @ 5", "sum(up)"] {
        let message = parse_selector(text, &options).unwrap_err();
        assert_eq!(message.message(), "only a selector such as up{job=\"p95\"} can stand here", "{text}");
    }
}
