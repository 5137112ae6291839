//! Queries about the backfilled samples: templates, each of which stands for all its variants.

/// Templates of queries. `«a¦b»` is a or b; a template with several of these stands for every combination. `$T` is a time
/// ten minutes before the last sample.
const TEMPLATES: &[&str] = &[
    // Selectors and their modifiers.
    r#"requests_total«¦{code="500"}¦{code!="500"}¦{code=~"4..|5.."}¦{code!~"2.+",pod=~"a-.*"}¦{route=""}»"#,
    r#"{__name__=~"«up|queue_depth¦latency_.+_count»"}"#,
    "queue_depth «offset 7m¦offset -5m¦@ $T¦@ start()¦@ end()¦@ $T offset 3m¦offset 3m @ end()»",
    r#"{pod="a-0",__name__!~"latency.*|requests.*|round.*"}"#,
    // Functions over windows.
    "«rate¦increase¦irate¦delta¦idelta¦deriv¦changes¦resets»(requests_total[«1m¦7m»])",
    "«rate¦increase¦irate»(latency_seconds_bucket{pod!=\"a-1\"}[«2m¦10m»]«¦ offset 4m¦ @ $T¦ @ end()»)",
    "«delta¦idelta¦deriv¦changes¦resets»(queue_depth[«90s¦11m»]«¦ offset -3m»)",
    "«avg¦min¦max¦sum¦count¦stddev¦stdvar¦last¦present»_over_time(«queue_depth¦requests_total¦gc_seconds»[«1m¦8m»])",
    "«min¦max¦count¦last¦present»_over_time(odd[3m])",
    "quantile_over_time(«0.5¦0.95¦0¦1¦-0.1¦1.1¦NaN», «queue_depth¦gc_seconds»[6m])",
    r#"absent(nothing{a="b"«¦,c=~"d"¦,e="f"»})"#,
    "absent_over_time(nothing{a=\"b\"}[5m])",
    "absent(«sum(nothing)¦queue_depth > 1000»)",
    "predict_linear(«queue_depth¦requests_total»[«5m¦20m»], «600¦-90.5¦0»)",
    // Functions of values.
    "«abs¦ceil¦floor¦sgn¦exp¦deg¦rad¦sqrt¦ln¦log2¦log10»(«queue_depth¦gc_seconds¦odd»)",
    "«sin¦cos¦tan¦asin¦acos¦atan¦sinh¦cosh¦tanh¦asinh¦atanh»(angle_radians)",
    "acosh(angle_radians + 1)",
    "round(queue_depth«¦, 0.5¦, 2¦, -1¦, 0.1»)",
    "clamp(queue_depth, «-1, 2¦0, 0¦3, 1¦-Inf, 1.5»)",
    "clamp_«min¦max»(«queue_depth¦odd», «0.5¦-1»)",
    "«sort¦sort_desc¦timestamp»(«queue_depth¦up == 1¦sum by (pod) (requests_total)»)",
    "«year¦month¦day_of_month¦day_of_week¦day_of_year¦days_in_month¦hour¦minute»(start_time_seconds«¦ + 86400 * 31»)",
    "«year¦month¦day_of_month¦day_of_week¦day_of_year¦days_in_month¦hour¦minute»()",
    "«scalar(up{pod=\"a-0\"})¦scalar(up)¦vector(3)¦vector(scalar(sum(up)))¦time()¦pi()¦1.5e3¦0x1F¦-Inf¦NaN»",
    "timestamp(«timestamp(up)¦queue_depth offset 2m»)",
    // Labels.
    r#"label_replace(build_info, "«major¦version¦pod»", "«v$1¦$2¦»", "version", "«(\\d+)\\.(\\d+)¦(.*)\\.(9)¦no»")"#,
    r#"label_join(queue_depth{route=~"/.+"}, "«place¦pod»", "«-¦»", "pod", "route"«¦, "missing"»)"#,
    // Aggregations.
    "«sum¦avg¦min¦max¦count¦group¦stddev¦stdvar»«¦ by (route)¦ by (pod, code)¦ by (missing)¦ without (pod)¦ without ()¦ by ()» (requests_total)",
    "«sum¦avg¦min¦max¦count¦group»«¦ by (kind)» (odd)",
    "«topk¦bottomk»«¦ by (route)¦ without (code)»(«1¦3¦100», requests_total + on (route, pod) group_left () queue_depth / 1024)",
    "quantile«¦ by (code)¦ without (pod)»(«0.1¦0.5¦1¦-1¦2¦NaN», requests_total)",
    r#"count_values«¦ by (pod)¦ without (route)»("«depth¦pod»", queue_depth)"#,
    "sum by (pod) («rate¦increase»(requests_total[5m]))",
    // Between numbers, and numbers and vectors.
    "«7 + 3¦7 - 3.5¦2 * -3¦7 / 0¦-7 % 3¦2 ^ 3 ^ 2¦-2 ^ 2¦3 atan2 4¦1 == bool 1¦2 != bool 1¦1 < bool 2¦1 <= bool 1¦2 > bool 1¦1 >= bool 2»",
    "queue_depth «+¦-¦*¦/¦%¦^» «2¦-0.5¦0»",
    "«2¦-0.5» «+¦-¦*¦/¦%¦^» queue_depth",
    "«-queue_depth atan2 2¦-0.5 atan2 -queue_depth¦-queue_depth atan2 on (pod) group_left () angle_radians»",
    "queue_depth «==¦!=¦<¦<=¦>¦>=» «¦bool »1.5",
    "1.5 «==¦!=¦<¦<=¦>¦>=» «¦bool »queue_depth",
    "odd «==¦!=¦>¦<=» bool 1",
    "«-queue_depth¦+queue_depth¦-(queue_depth > 0)¦--1¦- sum(up)»",
    // Between vectors.
    "requests_total{code=\"200\"} «+¦-¦*¦/¦%» «ignoring (code)¦on (route, pod)» requests_total{code=\"500\"}",
    "queue_depth «^¦+» queue_depth offset 1m",
    "requests_total «+¦-¦*¦/¦>¦<= bool¦== bool» «on (route, pod) group_left ()¦ignoring (code) group_left ()» queue_depth",
    "queue_depth «+¦*¦!=¦< bool» «on (route, pod) group_right ()¦ignoring (code) group_right ()» requests_total",
    "requests_total * on (pod) group_left («version¦version, missing¦») build_info",
    "build_info * on (pod) group_right («version¦») queue_depth",
    "queue_depth «==¦!=¦<¦<=¦>¦>=» «¦bool »queue_depth offset «30s¦5m»",
    "queue_depth «and¦or¦unless» «¦on (pod) ¦on () ¦ignoring (route) »(up == «1¦0» or up)",
    "queue_depth and (queue_depth > 0) or up unless on (pod) (up{pod=\"a-0\"})",
    "(requests_total > 5500) or (requests_total <= 5500) * -1",
    // Subqueries.
    "«max¦min¦avg¦sum¦count¦stddev¦last»_over_time(«rate(requests_total[2m])¦sum by (pod) (queue_depth)»[«10m:1m¦6m:20s¦5m:»]«¦ offset 3m¦ @ $T»)",
    "«rate¦increase¦delta¦deriv¦changes¦resets¦irate¦idelta»(sum by (route) (requests_total)[12m:30s])",
    "quantile_over_time(0.9, (queue_depth * 2)[9m:45s])",
    "max_over_time(max_over_time(queue_depth[4m15s:30s])[8m:1m])",
    "sum_over_time(vector(time())[3m:15s])",
    "avg_over_time(queue_depth[7m:15s] «offset -2m¦@ end()¦@ start() offset -10m»)",
    "absent_over_time(nothing[5m:1m])",
    // Classic histograms.
    "histogram_quantile(«0.5¦0.95¦0¦1¦-1¦2¦NaN», «latency_seconds_bucket¦rate(latency_seconds_bucket[5m])¦sum by (le) (rate(latency_seconds_bucket[5m]))¦sum by (pod, le) (latency_seconds_bucket)»)",
    "histogram_quantile(scalar(angle_radians{pod=\"a-0\"}), sum by (le, route) (increase(latency_seconds_bucket[4m])))",
    "rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])",
    // Native histograms.
    "histogram_«count¦sum»(«round_trip_seconds¦rate(round_trip_seconds[5m])¦increase(round_trip_seconds[3m])¦sum(round_trip_seconds)¦sum by (pod) (rate(round_trip_seconds[5m]))»)",
    "histogram_sum(round_trip_seconds) / histogram_count(round_trip_seconds)",
    "histogram_fraction(«0, +Inf¦-Inf, 0.001¦0, 4», «round_trip_seconds¦sum(rate(round_trip_seconds[5m]))»)",
    // What people write.
    r#"sum by (route) (rate(requests_total{code=~"5.."}[5m])) / sum by (route) (rate(requests_total[5m]))"#,
    "100 * (1 - avg by (pod) (up))",
    "sum(rate(requests_total[5m])) by (pod) > bool 2",
    "topk(2, sum by (route) (increase(requests_total[10m])))",
    "(time() - start_time_seconds) / 86400",
    "count(count by (route) (requests_total)) * 2",
    "max by (pod) (queue_depth) - min by (pod) (queue_depth)",
    "sum without (code) (requests_total) / on (route, pod) latency_seconds_count",
    r#"sum by (le) (rate(latency_seconds_bucket{le=~"0.1|\\+Inf"}[5m]))"#,
    "avg_over_time((sum(rate(requests_total[1m])) > bool 3)[10m:30s])",
];

/// All variants of all templates; `$T` becomes `time`.
pub fn templated(time: &str) -> Vec<String> {
    TEMPLATES.iter().flat_map(|template| variants(template)).map(|query| query.replace("$T", time)).collect()
}

/// The variants of a template, its last choice varying fastest.
fn variants(template: &str) -> Vec<String> {
    let Some((before, rest)) = template.split_once('«') else { return vec![template.to_owned()] };
    let (choices, after) = rest.split_once('»').unwrap_or((rest, ""));
    let after = variants(after);
    let with = |choice| after.iter().map(move |after| format!("{before}{choice}{after}"));
    choices.split('¦').flat_map(with).collect()
}

/// A query without its numbers and texts: what is left when two queries ask the same of other data.
pub fn shape(query: &str) -> String {
    let mut shape = String::new();
    let mut rest = query.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => {
                while let Some(quoted) = rest.next() {
                    match quoted {
                        '\\' => drop(rest.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                shape.push_str("\"\"");
            }
            '0'..='9' if !shape.ends_with(|before: char| before.is_ascii_alphabetic() || before == '_') => {
                while rest.next_if(|next| next.is_ascii_alphanumeric() || *next == '.').is_some() {}
                shape.push('0');
            }
            other => shape.push(other),
        }
    }
    shape
}

#[test]
fn a_template_stands_for_every_combination() {
    assert_eq!(variants("a«b¦c»d«¦e»"), ["abd", "abde", "acd", "acde"]);
    assert_eq!(variants("up"), ["up"]);
}

#[test]
fn a_shape_has_no_numbers_and_texts() {
    let check = |query: &str, expect: &str| assert_eq!(shape(query), expect);
    check(r#"log2(a{b="c\"1"}[5m30s] offset -1.5e3) > 0x1F"#, r#"log2(a{b=""}[0] offset -0) > 0"#);
}
