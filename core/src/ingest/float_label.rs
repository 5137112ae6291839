//! Numbers in labels: the buckets and quantiles of all services spelled alike.

/// A number in a label as OpenMetrics' canonical form has it: `1` as `1.0`, `1000000` as `1e+06`, `inf` as `+Inf`.
///
/// `None` where `text` is no number.
pub(super) fn canonical(text: &str) -> Option<String> {
    text.parse::<f64>().ok().map(crate::exposition::canonical::canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_writes_them() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            assert_eq!(canonical(text).as_deref(), expect, "{text}");
        }
        check("1", Some("1.0"));
        check("1.0", Some("1.0"));
        check("0", Some("0.0"));
        check("-0", Some("-0.0"));
        check("0.005", Some("0.005"));
        check("5e-3", Some("0.005"));
        check("0.0001", Some("0.0001"));
        check("0.00001", Some("1e-05"));
        check("100000", Some("100000.0"));
        check("1000000", Some("1e+06"));
        check("1234567.5", Some("1.2345675e+06"));
        check("1e100", Some("1e+100"));
        check("-2.50", Some("-2.5"));
        check("+Inf", Some("+Inf"));
        check("inf", Some("+Inf"));
        check("-Inf", Some("-Inf"));
        check("nan", Some("NaN"));
        check("", None);
        check("low", None);
    }
}
