//! Numbers in the labels `le` and `quantile`, where two spellings of one number would be two series.

/// A number as OpenMetrics' canonical form has it: 1 as `1.0`, a million as `1e+06`, infinity as `+Inf`.
///
/// Source: Go's `strconv.FormatFloat(f, 'g', -1, 64)` with an exponent from 6 digits on, plus `.0` behind a whole number.
pub(crate) fn canonical(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or_default();
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    let plain = number.to_string();
    if plain.contains('.') { plain } else { plain + ".0" }
}
