//! Advice on the names of families and labels. Source: as in `unit.rs`.

use super::unit;
use crate::exposition::families::{Family, Value};
use crate::model::MetricType;
use crate::model::labels::{BUCKET, QUANTILE};

/// A piece of advice: the name of the rule, what was found, how it is mended.
pub(super) struct Advice {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) remedy: &'static str,
}

/// The advice on one family. In OpenMetrics, where its samples end with `_total`, a counter's own name does not.
pub(super) fn advice(family: &Family, is_open_metrics: bool) -> Vec<Advice> {
    let mut advice = Vec::new();
    let mut add = |rule, message: String, remedy| advice.push(Advice { rule, message, remedy });
    let name = &*family.metadata.name;
    let metric_type = family.metadata.metric_type;
    if family.metadata.help.is_empty() {
        add("help-missing", "there is no help text".to_owned(), "say in a HELP line what is measured");
    }
    if let Some((found, base)) = unit::not_base(name) {
        add("unit-not-base", format!("the name has the unit {found}"), base_remedy(base));
    }
    if let Some(found) = unit::abbreviation(name) {
        let message = format!("the name has the abbreviated unit {found}");
        add("unit-abbreviated", message, "write the unit out: _seconds, _bytes");
    }
    for (rule, message, remedy) in suffixes(name, metric_type, is_open_metrics) {
        add(rule, message, remedy);
    }
    if let Some(found) = type_in(name) {
        add("type-in-name", format!("the name has the type {found}"), "leave the type to the TYPE line");
    }
    if name.contains(':') {
        add("colon-in-name", "the name has a colon".to_owned(), "leave colons to recording rules");
    }
    if is_camel_case(name) {
        add("camel-case", "the name is in camelCase".to_owned(), "write it in snake_case");
    }
    for label in label_names(family) {
        if is_camel_case(label) {
            add("camel-case", format!("the label {label} is in camelCase"), "write it in snake_case");
        }
        // What belongs to the type has been taken out of the labels.
        if metric_type != MetricType::Unknown && (label == BUCKET || label == QUANTILE) {
            let message = format!("the label {label} stands on a {metric_type}");
            add("reserved-label", message, "leave le to histograms, and quantile to summaries");
        }
    }
    advice
}

/// Advice on the endings that mean something. Of a family without a type, nobody knows whether they are right.
fn suffixes(
    name: &str,
    metric_type: MetricType,
    is_open_metrics: bool,
) -> Vec<(&'static str, String, &'static str)> {
    use MetricType as T;
    let mut found = Vec::new();
    let mut add = |rule, message: &str, remedy| found.push((rule, message.to_owned(), remedy));
    match metric_type {
        T::Unknown => return found,
        T::Counter if !is_open_metrics && !name.ends_with("_total") => {
            add("counter-without-total", "the name of this counter does not end with _total", "add _total");
        }
        T::Counter => {}
        _ if name.ends_with("_total") => {
            add("total-on-other", "the name ends with _total, and this is no counter", "remove _total");
        }
        _ => {}
    }
    if name.ends_with("_bucket") && metric_type != T::Histogram {
        add(
            "reserved-suffix",
            "the name ends with _bucket, and this is no histogram",
            "choose another ending",
        );
    }
    if !matches!(metric_type, T::Histogram | T::Summary) {
        for (suffix, message) in [
            ("_count", "the name ends with _count, and this is neither histogram nor summary"),
            ("_sum", "the name ends with _sum, and this is neither histogram nor summary"),
        ] {
            if name.ends_with(suffix) {
                add("reserved-suffix", message, "choose another ending");
            }
        }
    }
    found
}

/// A type's name among the words of a name, behind the first.
fn type_in(name: &str) -> Option<&'static str> {
    let mut words = name.split('_');
    words.next();
    words.find_map(|word| {
        let types = ["counter", "gauge", "histogram", "summary"];
        types.into_iter().find(|found| word.eq_ignore_ascii_case(found))
    })
}

/// Whether an upper-case letter stands behind a lower-case one.
fn is_camel_case(name: &str) -> bool {
    name.as_bytes().array_windows().any(|[a, b]| a.is_ascii_lowercase() && b.is_ascii_uppercase())
}

/// The names of the labels of a family's metrics, once each, in order.
fn label_names(family: &Family) -> Vec<&str> {
    let labels = family.metrics.iter().filter(|metric| !matches!(metric.value, Value::StateSet(_)));
    let mut names: Vec<&str> = labels.flat_map(|metric| metric.labels.iter().map(|(name, _)| name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn base_remedy(base: &str) -> &'static str {
    match base {
        "seconds" => "use the base unit seconds",
        "bytes" => "use the base unit bytes",
        "meters" => "use the base unit meters",
        "metres" => "use the base unit metres",
        "grams" => "use the base unit grams",
        "joules" => "use the base unit joules",
        "celsius" => "use the base unit celsius",
        "kelvin" => "use the base unit kelvin",
        "volts" => "use the base unit volts",
        _ => "use the base unit amperes",
    }
}
