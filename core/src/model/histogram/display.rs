//! Native histograms as text, as `count_values` shows them.

use std::fmt::{self, Display, Formatter};

use super::NativeHistogram;

/// As Prometheus writes it: `{count:3, sum:4, [-1,-0.5):1, [-0.001,0.001]:1, (0.5,1]:1}`; empty buckets are left out.
impl Display for NativeHistogram {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{count:{}, sum:{}", General(self.count), General(self.sum))?;
        for bucket in self.negative.iter().rev().filter(|bucket| bucket.count != 0.0) {
            let span = self.negative_span(bucket);
            write!(f, ", [{},{}):{}", General(span.lower), General(span.upper), General(span.count))?;
        }
        if self.zero_count != 0.0 {
            let width = General(self.zero_threshold);
            let lower = General(-self.zero_threshold);
            write!(f, ", [{lower},{width}]:{}", General(self.zero_count))?;
        }
        for bucket in self.positive.iter().filter(|bucket| bucket.count != 0.0) {
            let span = self.positive_span(bucket);
            write!(f, ", ({},{}]:{}", General(span.lower), General(span.upper), General(span.count))?;
        }
        f.write_str("}")
    }
}

/// A number as Go's `%g` writes it: shortest, with an exponent of at least two digits below 1e-4 and from 1e6 on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct General(pub(crate) f64);

impl Display for General {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if value.is_nan() {
            return f.write_str("NaN");
        }
        if value.is_infinite() {
            return f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" });
        }
        let magnitude = value.abs();
        if magnitude == 0.0 || (1e-4..1e6).contains(&magnitude) {
            return write!(f, "{value}");
        }
        let scientific = format!("{value:e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        write!(f, "{mantissa}e{sign}{digits:0>2}")
    }
}
