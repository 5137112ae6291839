//! The table of all functions, by name.

use std::fmt;

use super::super::ast::ValueType::{Matrix, Scalar, String, Vector};
use super::Signature;

/// Writes the enum, its list and its signatures from one table. A row reads
/// `Variant "name" [argument types] (fewest..=most arguments) -> result, stable or experimental, "summary";`
/// with `inf` for an unlimited number of arguments.
macro_rules! functions {
    ($(
        $variant:ident $name:literal [$($arg:ident)*] ($min:literal ..= $max:tt) -> $returns:ident,
        $stage:ident, $summary:literal;
    )*) => {
        /// A function that an expression can call.
        ///
        /// ```
        /// use p95_core::promql::functions::Function;
        ///
        /// assert_eq!(Function::by_name("rate"), Some(Function::Rate));
        /// assert_eq!(Function::nearest("incraese").map(Function::name), Some("increase"));
        /// let experimental = Function::ALL.iter().filter(|function| function.signature().is_experimental);
        /// assert!(experimental.count() > 0);
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Function {
            $(#[doc = concat!("`", $name, "`: ", $summary)] $variant,)*
        }

        impl Function {
            /// All functions, by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, as it is written.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What the function takes and returns.
            pub const fn signature(self) -> &'static Signature {
                match self {
                    $(Self::$variant => const { &Signature {
                        args: &[$($arg),*],
                        min_args: $min,
                        max_args: functions!(@max $max),
                        returns: $returns,
                        is_experimental: functions!(@stage $stage),
                        summary: $summary,
                    } },)*
                }
            }
        }
    };
    (@max inf) => { None };
    (@max $max:literal) => { Some($max) };
    (@stage stable) => { false };
    (@stage experimental) => { true };
}

functions! {
    Abs "abs" [Vector] (1..=1) -> Vector, stable, "The absolute values.";
    Absent "absent" [Vector] (1..=1) -> Vector, stable, "1 where the vector is empty, nothing otherwise.";
    AbsentOverTime "absent_over_time" [Matrix] (1..=1) -> Vector, stable, "1 where no series has a sample in the window, nothing otherwise.";
    Acos "acos" [Vector] (1..=1) -> Vector, stable, "The arccosines, in radians.";
    Acosh "acosh" [Vector] (1..=1) -> Vector, stable, "The inverse hyperbolic cosines.";
    Asin "asin" [Vector] (1..=1) -> Vector, stable, "The arcsines, in radians.";
    Asinh "asinh" [Vector] (1..=1) -> Vector, stable, "The inverse hyperbolic sines.";
    Atan "atan" [Vector] (1..=1) -> Vector, stable, "The arctangents, in radians.";
    Atanh "atanh" [Vector] (1..=1) -> Vector, stable, "The inverse hyperbolic tangents.";
    AvgOverTime "avg_over_time" [Matrix] (1..=1) -> Vector, stable, "The mean of each window.";
    Ceil "ceil" [Vector] (1..=1) -> Vector, stable, "The values rounded up to whole numbers.";
    Changes "changes" [Matrix] (1..=1) -> Vector, stable, "How often the value changed within each window.";
    Clamp "clamp" [Vector Scalar Scalar] (3..=3) -> Vector, stable, "The values, not below the first bound and not above the second.";
    ClampMax "clamp_max" [Vector Scalar] (2..=2) -> Vector, stable, "The values, not above the bound.";
    ClampMin "clamp_min" [Vector Scalar] (2..=2) -> Vector, stable, "The values, not below the bound.";
    Cos "cos" [Vector] (1..=1) -> Vector, stable, "The cosines of angles in radians.";
    Cosh "cosh" [Vector] (1..=1) -> Vector, stable, "The hyperbolic cosines.";
    CountOverTime "count_over_time" [Matrix] (1..=1) -> Vector, stable, "The number of samples in each window.";
    DayOfMonth "day_of_month" [Vector] (0..=1) -> Vector, stable, "The day of the month (1 to 31, UTC) of times in seconds since the epoch.";
    DayOfWeek "day_of_week" [Vector] (0..=1) -> Vector, stable, "The day of the week (0 is Sunday, UTC) of times in seconds since the epoch.";
    DayOfYear "day_of_year" [Vector] (0..=1) -> Vector, stable, "The day of the year (1 to 366, UTC) of times in seconds since the epoch.";
    DaysInMonth "days_in_month" [Vector] (0..=1) -> Vector, stable, "The length in days of the month (UTC) of times in seconds since the epoch.";
    Deg "deg" [Vector] (1..=1) -> Vector, stable, "Degrees from radians.";
    Delta "delta" [Matrix] (1..=1) -> Vector, stable, "The difference between the ends of each window, for gauges, extrapolated to its edges.";
    Deriv "deriv" [Matrix] (1..=1) -> Vector, stable, "The change per second of a gauge, by linear regression over each window.";
    DoubleExponentialSmoothing "double_exponential_smoothing" [Matrix Scalar Scalar] (3..=3) -> Vector, experimental, "The value of a gauge after each window, smoothed with a factor for the level and one for the trend.";
    End "end" [] (0..=0) -> Scalar, experimental, "The end of the whole query, in seconds since the epoch.";
    Exp "exp" [Vector] (1..=1) -> Vector, stable, "e to the power of the values.";
    FirstOverTime "first_over_time" [Matrix] (1..=1) -> Vector, experimental, "The oldest value of each window.";
    Floor "floor" [Vector] (1..=1) -> Vector, stable, "The values rounded down to whole numbers.";
    HistogramAvg "histogram_avg" [Vector] (1..=1) -> Vector, stable, "The mean of the observations of each native histogram.";
    HistogramCount "histogram_count" [Vector] (1..=1) -> Vector, stable, "The number of observations of each native histogram.";
    HistogramFraction "histogram_fraction" [Scalar Scalar Vector] (3..=3) -> Vector, stable, "The fraction of observations between two values.";
    HistogramQuantile "histogram_quantile" [Scalar Vector] (2..=2) -> Vector, stable, "The quantile (0 to 1) of each histogram, classic or native.";
    HistogramQuantiles "histogram_quantiles" [Vector String Scalar] (3..=12) -> Vector, experimental, "Several quantiles of each histogram, told apart by the label named.";
    HistogramStddev "histogram_stddev" [Vector] (1..=1) -> Vector, stable, "The estimated standard deviation of the observations of each native histogram.";
    HistogramStdvar "histogram_stdvar" [Vector] (1..=1) -> Vector, stable, "The estimated variance of the observations of each native histogram.";
    HistogramSum "histogram_sum" [Vector] (1..=1) -> Vector, stable, "The sum of the observations of each native histogram.";
    Hour "hour" [Vector] (0..=1) -> Vector, stable, "The hour of the day (0 to 23, UTC) of times in seconds since the epoch.";
    Idelta "idelta" [Matrix] (1..=1) -> Vector, stable, "The difference between the last two samples of each window.";
    Increase "increase" [Matrix] (1..=1) -> Vector, stable, "How much a counter grew over each window, resets allowed for, extrapolated to its edges.";
    Info "info" [Vector Vector] (1..=2) -> Vector, experimental, "The series with the labels of the info series that describe the same target.";
    Irate "irate" [Matrix] (1..=1) -> Vector, stable, "The growth per second of a counter between the last two samples of each window.";
    LabelJoin "label_join" [Vector String String String] (3..=inf) -> Vector, stable, "The series with a label set to the values of others, joined by a separator.";
    LabelReplace "label_replace" [Vector String String String String] (5..=5) -> Vector, stable, "The series with a label set from another where that matches a regular expression.";
    LastOverTime "last_over_time" [Matrix] (1..=1) -> Vector, stable, "The newest value of each window.";
    Ln "ln" [Vector] (1..=1) -> Vector, stable, "The natural logarithms.";
    Log10 "log10" [Vector] (1..=1) -> Vector, stable, "The decimal logarithms.";
    Log2 "log2" [Vector] (1..=1) -> Vector, stable, "The binary logarithms.";
    MadOverTime "mad_over_time" [Matrix] (1..=1) -> Vector, experimental, "The median absolute deviation of each window.";
    MaxOf "max_of" [Scalar Scalar] (2..=2) -> Scalar, experimental, "The larger of two numbers.";
    MaxOverTime "max_over_time" [Matrix] (1..=1) -> Vector, stable, "The largest value of each window.";
    MinOf "min_of" [Scalar Scalar] (2..=2) -> Scalar, experimental, "The smaller of two numbers.";
    MinOverTime "min_over_time" [Matrix] (1..=1) -> Vector, stable, "The smallest value of each window.";
    Minute "minute" [Vector] (0..=1) -> Vector, stable, "The minute of the hour (0 to 59, UTC) of times in seconds since the epoch.";
    Month "month" [Vector] (0..=1) -> Vector, stable, "The month (1 to 12, UTC) of times in seconds since the epoch.";
    Pi "pi" [] (0..=0) -> Scalar, stable, "The number π.";
    PredictLinear "predict_linear" [Matrix Scalar] (2..=2) -> Vector, stable, "The value of a gauge that many seconds from now, by linear regression over each window.";
    PresentOverTime "present_over_time" [Matrix] (1..=1) -> Vector, stable, "1 for each series that has a sample in the window.";
    QuantileOverTime "quantile_over_time" [Scalar Matrix] (2..=2) -> Vector, stable, "The quantile (0 to 1) of the values of each window.";
    Rad "rad" [Vector] (1..=1) -> Vector, stable, "Radians from degrees.";
    Range "range" [] (0..=0) -> Scalar, experimental, "The length of the whole query, in seconds.";
    Rate "rate" [Matrix] (1..=1) -> Vector, stable, "The growth per second of a counter over each window, resets allowed for, extrapolated to its edges.";
    Resets "resets" [Matrix] (1..=1) -> Vector, stable, "How often a counter was reset within each window.";
    Round "round" [Vector Scalar] (1..=2) -> Vector, stable, "The values rounded to whole numbers, or to multiples of the second argument.";
    Scalar "scalar" [Vector] (1..=1) -> Scalar, stable, "The value of a vector of one series as a number, NaN for any other vector.";
    Sgn "sgn" [Vector] (1..=1) -> Vector, stable, "The signs of the values: 1, 0 or -1.";
    Sin "sin" [Vector] (1..=1) -> Vector, stable, "The sines of angles in radians.";
    Sinh "sinh" [Vector] (1..=1) -> Vector, stable, "The hyperbolic sines.";
    Sort "sort" [Vector] (1..=1) -> Vector, stable, "The series in ascending order of their values.";
    SortByLabel "sort_by_label" [Vector String] (1..=inf) -> Vector, experimental, "The series in ascending natural order of the labels named.";
    SortByLabelDesc "sort_by_label_desc" [Vector String] (1..=inf) -> Vector, experimental, "The series in descending natural order of the labels named.";
    SortDesc "sort_desc" [Vector] (1..=1) -> Vector, stable, "The series in descending order of their values.";
    Sqrt "sqrt" [Vector] (1..=1) -> Vector, stable, "The square roots.";
    Start "start" [] (0..=0) -> Scalar, experimental, "The start of the whole query, in seconds since the epoch.";
    StartTimestamp "start_timestamp" [Vector] (1..=1) -> Vector, experimental, "The time since which each sample's counter has counted, in seconds since the epoch.";
    StddevOverTime "stddev_over_time" [Matrix] (1..=1) -> Vector, stable, "The standard deviation of each window.";
    StdvarOverTime "stdvar_over_time" [Matrix] (1..=1) -> Vector, stable, "The variance of each window.";
    Step "step" [] (0..=0) -> Scalar, experimental, "The step of the whole query, in seconds.";
    SumOverTime "sum_over_time" [Matrix] (1..=1) -> Vector, stable, "The sum of each window.";
    Tan "tan" [Vector] (1..=1) -> Vector, stable, "The tangents of angles in radians.";
    Tanh "tanh" [Vector] (1..=1) -> Vector, stable, "The hyperbolic tangents.";
    Time "time" [] (0..=0) -> Scalar, stable, "The time of evaluation, in seconds since the epoch.";
    Timestamp "timestamp" [Vector] (1..=1) -> Vector, stable, "The time of each sample, in seconds since the epoch.";
    TsOfFirstOverTime "ts_of_first_over_time" [Matrix] (1..=1) -> Vector, experimental, "The time of the oldest sample of each window, in seconds since the epoch.";
    TsOfLastOverTime "ts_of_last_over_time" [Matrix] (1..=1) -> Vector, experimental, "The time of the newest sample of each window, in seconds since the epoch.";
    TsOfMaxOverTime "ts_of_max_over_time" [Matrix] (1..=1) -> Vector, experimental, "The time of the last largest sample of each window, in seconds since the epoch.";
    TsOfMinOverTime "ts_of_min_over_time" [Matrix] (1..=1) -> Vector, experimental, "The time of the last smallest sample of each window, in seconds since the epoch.";
    Vector "vector" [Scalar] (1..=1) -> Vector, stable, "The number as a vector of one series without labels.";
    Year "year" [Vector] (0..=1) -> Vector, stable, "The year (UTC) of times in seconds since the epoch.";
}

/// How unlike a name may be to still be suggested: Jaro-Winkler similarity, from 0 to 1.
const MIN_SIMILARITY: f64 = 0.8;

impl Function {
    /// The function called `name`.
    pub fn by_name(name: &str) -> Option<Self> {
        let found = Self::ALL.binary_search_by(|function| function.name().cmp(name)).ok()?;
        Self::ALL.get(found).copied()
    }

    /// The function whose name looks most like `name`, where one looks like it at all.
    pub fn nearest(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let similarity = |function: Self| strsim::jaro_winkler(function.name(), &name);
        let (nearest, score) = Self::ALL
            .iter()
            .map(|&function| (function, similarity(function)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        (score >= MIN_SIMILARITY).then_some(nearest)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found_by_its_name() {
        assert!(Function::ALL.is_sorted_by_key(|function| function.name()));
        for &function in Function::ALL {
            assert_eq!(Function::by_name(function.name()), Some(function));
        }
        assert_eq!(Function::by_name("Rate"), None);
        assert_eq!(Function::by_name(""), None);
    }

    #[test]
    fn a_misspelt_name_has_a_suggestion() {
        #[track_caller]
        fn check(name: &str, expect: Option<Function>) {
            assert_eq!(Function::nearest(name), expect, "{name}");
        }
        check("histogramm_quantile", Some(Function::HistogramQuantile));
        check("histogram_quantil", Some(Function::HistogramQuantile));
        check("RATE", Some(Function::Rate));
        check("rat", Some(Function::Rate));
        check("incraese", Some(Function::Increase));
        check("avg_overtime", Some(Function::AvgOverTime));
        check("xyzzy", None);
        check("", None);
    }

    #[test]
    fn signatures_read_as_in_documentation() {
        #[track_caller]
        fn check(function: Function, expect: &str) {
            assert_eq!(function.signature().to_string(), expect, "{function}");
        }
        check(Function::Rate, "(range vector) instant vector");
        check(Function::Round, "(instant vector, scalar?) instant vector");
        check(Function::Pi, "() scalar");
        check(Function::LabelJoin, "(instant vector, string, string, string?, …) instant vector");
        check(Function::HistogramQuantiles, "(instant vector, string, scalar, …) instant vector");
    }

    #[test]
    fn the_last_argument_type_repeats() {
        let signature = Function::LabelJoin.signature();
        assert_eq!(signature.arg_type(9), Some(String));
        assert_eq!(Function::Round.signature().arg_type(2), None);
    }
}
