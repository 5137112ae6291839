//! One line a case: a page, and what the parser makes of it.

use super::*;

/// The events of a page, one a line, or the error.
fn events(page: &str, format: Format) -> String {
    let mut parser = Parser::new(page.as_bytes(), format).unwrap();
    let mut shown = Vec::new();
    loop {
        match parser.next_event() {
            Ok(Some(event)) => shown.push(show(&event)),
            Ok(None) => return shown.join("\n"),
            Err(error) => return format!("{}:{} {}", error.line, error.column, error.message),
        }
    }
}

fn show(event: &Event<'_>) -> String {
    match event {
        Event::Type { name, metric_type } => format!("type {name} {metric_type}"),
        Event::Help { name, help } => format!("help {name} {help:?}"),
        Event::Unit { name, unit } => format!("unit {name} {unit}"),
        Event::Sample(sample) => {
            let mut line = format!("{:?} {}", pairs(&sample.series), sample.value);
            if let Some(timestamp_ms) = sample.timestamp_ms {
                line += &format!(" @{timestamp_ms}");
            }
            if let Some(exemplar) = &sample.exemplar {
                line += &format!(
                    " # {:?} {} {:?}",
                    pairs(&exemplar.labels),
                    exemplar.value,
                    exemplar.timestamp_ms
                );
            }
            line
        }
    }
}

fn pairs(series: &RawSeries<'_>) -> Vec<String> {
    series.labels().map(|(name, value)| format!("{name}={value}")).collect()
}

#[track_caller]
fn text(page: &str, expect: &str) {
    assert_eq!(events(page, Format::Text), expect, "{page:?}");
}

#[track_caller]
fn open_metrics(page: &str, expect: &str) {
    assert_eq!(events(page, Format::OpenMetrics), expect, "{page:?}");
}

#[test]
fn samples_of_the_text_format() {
    text("", "");
    text("\n\n", "");
    text("a 1", r#"["__name__=a"] 1"#);
    text("a 1\n", r#"["__name__=a"] 1"#);
    text("  a\t1  123 \n", r#"["__name__=a"] 1 @123"#);
    text("a{} 1", r#"["__name__=a"] 1"#);
    text("a{b=\"c\",} 1", r#"["__name__=a", "b=c"] 1"#);
    text("a { b = \"c\" , d = \"e\" } 1 -5", r#"["__name__=a", "b=c", "d=e"] 1 @-5"#);
    text("a:b{le=\"+Inf\"} +Inf", r#"["__name__=a:b", "le=+Inf"] inf"#);
    text(r#"a{b="x\"y\\z\nw\q"} NaN"#, r#"["__name__=a", "b=x\"y\\z\nw\\q"] NaN"#);
    text("a{b=\"c,}d{\"} 1", r#"["__name__=a", "b=c,}d{"] 1"#);
    text("a{b=\"\0\"} 1", r#"["__name__=a", "b=\0"] 1"#);
    text("a{b=\"é\"} 1", r#"["__name__=a", "b=é"] 1"#);
    text("a{b=\"\"} 1", r#"["__name__=a", "b="] 1"#);
}

#[test]
fn quoted_names() {
    text(r#"{"my.metric"} 1"#, r#"["__name__=my.metric"] 1"#);
    text(r#"{"my.metric","l.x"="v",b="c"} 1"#, r#"["__name__=my.metric", "l.x=v", "b=c"] 1"#);
    text(r#"{b="c","my.metric"} 1"#, r#"["b=c", "__name__=my.metric"] 1"#);
    text("# TYPE \"my.metric\" gauge\n", "type my.metric gauge");
}

#[test]
fn comments_of_the_text_format() {
    text("# HELP a b \\\\ \\n \\\"c\n", "help a \"b \\\\ \\n \\\\\\\"c\"");
    text("# TYPE a counter\na 1\n", "type a counter\n[\"__name__=a\"] 1");
    text("# TYPE a untyped \n", "type a unknown");
    text("#\n# \n#TYPE\n# just words\n# EOF\n", "");
    text("# TYPE a nonsense\n", "1:10 expected counter, gauge, histogram, summary or untyped");
    text("# TYPE a info\n", "1:10 expected counter, gauge, histogram, summary or untyped");
    text("# HELP 1 x\n", "1:8 expected a metric's name");
}

#[test]
fn mistakes_in_the_text_format() {
    text("1a 1", "1:1 expected a metric's name");
    text("ok 1\na{b=\"c} 1\n", "2:5 expected '\"' to close this text");
    text("a{b=c} 1", "1:5 expected '\"' to open the label's value");
    text("a{b} 1", "1:4 expected '=' behind the label's name");
    text("a{b=\"c\" d=\"e\"} 1", "1:9 expected ',' or '}' behind the label's value");
    text("a{=\"c\"} 1", "1:3 expected a label's name or '}'");
    text("a{b=\"c\",b=\"d\"} 1", "1:9 expected each label once: b stands here again");
    text(
        "a{__name__=\"b\"} 1",
        "1:3 expected a label other than __name__: the name stands before the braces",
    );
    text(
        "{\"a\",\"b\\nc\"=\"1\",\"b\nc\"=\"2\"} 1",
        "1:17 expected each label once: b\\nc stands here again",
    );
    let many: String = (0..20).map(|label| format!("l{label}=\"\",")).collect();
    text(
        &format!("a{{{many}}} 1").replace("l19", "l3"),
        "1:126 expected each label once: l3 stands here again",
    );
    text(
        &format!("a{{{many}}} 1").replace("l19", "l18"),
        "1:126 expected each label once: l18 stands here again",
    );
    text("{b=\"c\"} 1", "1:1 expected a metric's name");
    text("a{\"b\"} 1", "1:3 expected a label: the metric has a name already");
    text("a", "1:2 expected a value: a number, +Inf, -Inf or NaN");
    text("é 1", "1:1 expected a metric's name");
    text("a{b=\"é\"} x", "1:10 expected a value: a number, +Inf, -Inf or NaN");
    text("a 1e400", "1:3 expected a value: a number, +Inf, -Inf or NaN");
    text("a 1\r\n", "1:3 expected a value: a number, +Inf, -Inf or NaN");
    text("a 1 1.5", "1:5 expected a timestamp in whole milliseconds, or the end of the line");
    text("a 1 1 1", "1:7 expected the end of the line");
}

#[test]
fn open_metrics_pages() {
    open_metrics("# EOF", "");
    open_metrics("# EOF\n", "");
    open_metrics(
        "# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# EOF\n",
        "type a_seconds counter\nunit a_seconds seconds",
    );
    open_metrics("# HELP a x\\\"\\n\n# HELP b\n# EOF\n", "help a \"x\\\"\\n\"\nhelp b \"\"");
    open_metrics("a 1 1520879607.789\n# EOF\n", r#"["__name__=a"] 1 @1520879607789"#);
    open_metrics(
        "a_bucket{le=\"1\"} 3 # {trace=\"x\"} 0.5 1.25\n# EOF\n",
        r#"["__name__=a_bucket", "le=1"] 3 # ["trace=x"] 0.5 Some(1250)"#,
    );
    open_metrics("a 1 # {} 0.5\n# EOF\n", r#"["__name__=a"] 1 # [] 0.5 None"#);
}

#[test]
fn mistakes_in_open_metrics() {
    open_metrics("", "1:1 expected '# EOF' at the end of the page: it may have been cut off");
    open_metrics("a 1\n", "2:1 expected '# EOF' at the end of the page: it may have been cut off");
    open_metrics("# EOF\na 1\n", "2:1 expected nothing behind '# EOF'");
    open_metrics("\n# EOF\n", "1:1 expected a metric's name");
    open_metrics("# comment\n# EOF\n", "1:1 expected '# TYPE', '# HELP', '# UNIT' or '# EOF'");
    open_metrics(
        "# TYPE a untyped\n# EOF\n",
        "1:10 expected counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown",
    );
    open_metrics("# UNIT a seconds\n# EOF\n", "1:10 expected a unit that the name a ends with");
    open_metrics("a  1\n# EOF\n", "1:3 expected a value: a number, +Inf, -Inf or NaN");
    open_metrics("a{b=\"c\", d=\"e\"} 1\n# EOF\n", "1:9 expected a label's name or '}'");
    open_metrics("a 1 # {b=\"c\"}\n# EOF\n", "1:14 expected a blank");
}

#[test]
fn a_series_that_begins_like_the_last_is_checked_like_any_other() {
    #[track_caller]
    fn check(first: &str, second: &str, expect: &str) {
        let first_events = events(&format!("{first} 1\n"), Format::Text);
        text(
            &format!("{first} 1\n{second} 2\n"),
            &match expect.split_once(' ') {
                Some((column, message)) if column.parse::<u32>().is_ok() => format!("2:{column} {message}"),
                _ => format!("{first_events}\n{expect} 2"),
            },
        );
    }
    let first = r#"a{b="1",c="2",d="3"}"#;
    check(first, first, r#"["__name__=a", "b=1", "c=2", "d=3"]"#);
    check(first, r#"a{b="1",c="4",d="3"}"#, r#"["__name__=a", "b=1", "c=4", "d=3"]"#);
    check(first, r#"a{b="1",d="2",c="3"}"#, r#"["__name__=a", "b=1", "d=2", "c=3"]"#);
    check(first, r#"a{b="1",c="2"}"#, r#"["__name__=a", "b=1", "c=2"]"#);
    check(first, r#"a{b="1",c="2",d="3",e="4"}"#, r#"["__name__=a", "b=1", "c=2", "d=3", "e=4"]"#);
    check(first, r#"a{b="1",c="2\"",d="3"}"#, r#"["__name__=a", "b=1", "c=2\"", "d=3"]"#);
    check(r#"a{b="\\"}"#, r#"a{b="\"}"}"#, r#"["__name__=a", "b=\"}"]"#);
    check(first, r#"a{b="1",c="2",b="3"}"#, "15 expected each label once: b stands here again");
    check(first, r#"a{b="1",c="2",c="3"}"#, "15 expected each label once: c stands here again");
    check(first, r#"a{b="1",c="2",d="3",c="4"}"#, "21 expected each label once: c stands here again");
    check(first, r#"a{b="1",c="2",d="3"#, "17 expected '\"' to close this text");
    check(first, r#"a{b="1"}c="2"}"#, "9 expected a value: a number, +Inf, -Inf or NaN");
    check(first, r#"a{b="1",c="2";d="3"}"#, "14 expected ',' or '}' behind the label's value");
    check(first, r#"a{b="1",c"2",d="3"}"#, "10 expected '=' behind the label's name");
    check(first, r#"a{b="1","x","#, "9 expected a label: the metric has a name already");
    check(r#"{b="1","a"}"#, r#"{b="1"}"#, "1 expected a metric's name");
    let many: String = (0..9).map(|label| format!("l{label}=\"\",")).collect();
    let many = format!("a{{{many}}}");
    check(&many, &many.replace("l8", "l0"), "51 expected each label once: l0 stands here again");
    check(&many, &many.replace("l7", "l8"), "51 expected each label once: l8 stands here again");
    check(r#"a{b="1","c.d"="2"}"#, r#"a{b="2",c.d="2"}"#, "10 expected '=' behind the label's name");
    check(
        r#"a{b="1","c"="2"}"#,
        r#"a{b="2",c="2","c"="3"}"#,
        "15 expected each label once: c stands here again",
    );
    check(r#"a{b="1",c="2"}"#, r#"a{b="2",c ="3"}"#, r#"["__name__=a", "b=2", "c=3"]"#);
    check(r#"a{b="1",c="2"}"#, r#"a{b="2",cd="3"}"#, r#"["__name__=a", "b=2", "cd=3"]"#);
    check(first, r#"b{b="1",c="2",d="3",b="4"}"#, "21 expected each label once: b stands here again");
    let escaped = r#"a{"l\n"="1","k"="2"}"#;
    check(escaped, &escaped.replace('k', "l\n"), "13 expected each label once: l\\n stands here again");
}

#[test]
fn an_error_shows_its_line() {
    let error = |page: &[u8]| {
        let mut parser = Parser::new(page, Format::Text)?;
        while parser.next_event()?.is_some() {}
        Ok::<_, ParseError>(())
    };
    let shown = |page: &[u8]| error(page).unwrap_err().to_string();
    assert_eq!(
        shown(b"a 1\nb{c=\x1b} 1\n"),
        r#"line 2, column 5: expected '"' to open the label's value: b{c=\u{1b}} 1"#
    );
    assert_eq!(
        shown(b"a 1\nb{c=\"\xff\"} 1\n"),
        "line 2, column 6: expected UTF-8: these bytes are none: b{c=\"\u{fffd}\"} 1"
    );
    let long = format!("a{{b=\"{}\"}} x{}", "y".repeat(1000), "z".repeat(1000));
    let error = error(long.as_bytes()).unwrap_err();
    assert_eq!(error.column, 1009);
    assert!(error.text.chars().count() < 200 && error.text.contains("\"} x"), "{}", error.text);
    assert_eq!(error.text.chars().nth(error.text_column), Some('x'));
}

#[test]
fn a_known_series_is_read_without_its_labels() {
    let page = "a{b=\"c\"} 1\na 2\na \t{b=\"c\"} 3\n";
    let mut parser = Parser::new(page.as_bytes(), Format::Text).unwrap();
    assert!(parser.next_sample_of("a").unwrap().is_none());
    assert!(parser.next_sample_of("b").unwrap().is_none());
    assert_eq!(parser.next_sample_of("a{b=\"c\"}").unwrap().map(|sample| sample.value), Some(1.0));
    assert_eq!(parser.next_sample_of("a").unwrap().map(|sample| sample.value), Some(2.0));
    assert!(parser.next_sample_of("a").unwrap().is_none());
    assert!(
        matches!(parser.next_event(), Ok(Some(Event::Sample(sample))) if sample.series.raw() == "a \t{b=\"c\"}")
    );
}

/// Lines put together from `labels`, up to `count` of them, and one of `ends`.
fn line(
    labels: &[&'static str],
    count: usize,
    ends: &[&'static str],
) -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::{collection::vec, sample::select, strategy::Strategy};
    (select(vec!["a{", "ab{", "a {"]), vec(select(labels.to_vec()), 0..count), select(ends.to_vec()))
        .prop_map(|(name, labels, end)| format!("{name}{}{end}", labels.concat()))
}

/// Labels that are valid where their names come once.
const LABELS: [&str; 6] = ["b=\"1\",", "b=\"2\",", "c=\"1\",", "c=\"\\\"\",", "\"c\\n\"=\"1\",", "d=\"é\","];
/// The same, and parts that break a line, or make it another one.
const PARTS: [&str; 12] = [
    LABELS[0],
    LABELS[1],
    LABELS[2],
    LABELS[3],
    LABELS[4],
    LABELS[5],
    "\"c\"=\"1\"",
    "\"a\",",
    "b=",
    "\"",
    " ",
    "}",
];

/// A label's value or a quoted name, as a target writes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

proptest::proptest! {
    #[test]
    fn a_line_means_the_same_behind_any_other(
        first in line(&LABELS, 4, &["} 1", "} 1.5 7", "} 1\n"]),
        second in line(&PARTS, 9, &["} 1", "} x", "", "} 1 1 1"]),
    ) {
        let before = events(&first, Format::Text);
        let is_error = |events: &str| events.starts_with(|c: char| c.is_ascii_digit());
        proptest::prop_assume!(!is_error(&before));
        let alone = events(&second, Format::Text);
        let expect = match alone.split_once(':') {
            Some((line, rest)) if is_error(&alone) => {
                let lines_before = first.split('\n').count();
                format!("{}:{rest}", line.parse::<usize>().unwrap() + lines_before)
            }
            _ => format!("{before}\n{alone}"),
        };
        proptest::prop_assert_eq!(events(&format!("{first}\n{second}"), Format::Text), expect);
    }

    #[test]
    fn what_is_written_is_read_back(
        name in "(?s).+",
        labels in proptest::collection::btree_map("(?s).+", "(?s).*", 0..20),
        value in proptest::num::f64::NORMAL,
        timestamp_ms in 0_i64..4_000_000_000_000,
        format in proptest::sample::select(vec![Format::Text, Format::OpenMetrics]),
    ) {
        let mut raw = format!("{{{}", quoted(&name));
        for (label, value) in labels.iter().filter(|(label, _)| *label != "__name__") {
            raw += &format!(",{}={}", quoted(label), quoted(value));
        }
        raw.push('}');
        let page = match format {
            Format::Text => format!("{raw} {value} {timestamp_ms}\n"),
            Format::OpenMetrics => {
                let (seconds, millis) = (timestamp_ms / 1000, timestamp_ms % 1000);
                format!("{raw} {value:e} {seconds}.{millis:03}\n# EOF\n")
            }
        };
        let mut parser = Parser::new(page.as_bytes(), format).unwrap();
        let Some(Event::Sample(sample)) = parser.next_event().unwrap() else { panic!("a sample: {page}") };
        proptest::prop_assert_eq!(sample.series.raw(), raw.as_str());
        proptest::prop_assert_eq!(sample.value.to_bits(), value.to_bits());
        proptest::prop_assert_eq!(sample.timestamp_ms, Some(timestamp_ms));
        let mut expect = vec![("__name__".to_owned(), name)];
        expect.extend(labels.into_iter().filter(|(label, _)| label != "__name__"));
        let read: Vec<_> = sample.series.labels().map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        proptest::prop_assert_eq!(read, expect);
        proptest::prop_assert_eq!(parser.next_event(), Ok(None));
    }
}
