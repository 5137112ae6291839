//! The rules of the standards, by name.

use std::fmt;

/// A rule of OpenMetrics 1.0 or of Prometheus' text format.
///
/// ```
/// use p95_core::exposition::parse::Rule;
/// assert_eq!(Rule::CountDiffers.id(), "count-differs");
/// assert_eq!(Rule::CountDiffers.remedy(), "take both from the same moment");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Rule {
    /// What may stand where on a line.
    Grammar,
    /// OpenMetrics 1.0 has no quoted names.
    QuotedName,
    /// Names that begin with an underscore are reserved.
    ReservedName,
    /// A family has one line of each kind of metadata.
    RepeatedMetadata,
    /// Metadata stands before the samples of its family.
    LateMetadata,
    /// No sample's name may belong to two families, and a family stands in one piece.
    ClashingName,
    /// Infos and state sets have no unit.
    UnitOfType,
    /// Samples of some types carry a label that tells them apart.
    MissingLabel,
    /// The label of a bucket or quantile is a number of a certain range and spelling.
    LabelNumber,
    /// Totals, counts and sums are neither NaN nor negative.
    CounterValue,
    /// Counts are whole.
    WholeCount,
    /// A state is 0 or 1.
    StateValue,
    /// An info is 1.
    InfoValue,
    /// The value of a quantile is not negative.
    QuantileValue,
    /// Exemplars stand behind totals of counters and behind buckets.
    ExemplarPlace,
    /// The labels of an exemplar have at most 128 characters.
    ExemplarLength,
    /// An exemplar of a bucket lies in that bucket.
    ExemplarRange,
    /// The samples of one label set stand together.
    Grouping,
    /// The samples of one label set all have timestamps, or none has.
    TimestampMix,
    /// Timestamps of one label set go forward.
    TimestampOrder,
    /// No series stands twice.
    Duplicate,
    /// Every counter has a total.
    CounterTotal,
    /// Buckets and quantiles stand in ascending order, none twice.
    BucketOrder,
    /// A bucket counts at least what the one below it counts.
    BucketCumulative,
    /// A histogram has a bucket up to infinity.
    BucketInfinity,
    /// The count equals the bucket up to infinity.
    CountDiffers,
    /// A histogram has sum and count, or neither.
    SumAndCount,
    /// What a negative bucket means for the sum.
    NegativeSum,
    /// A page in the text format ends with a line break.
    FinalLineBreak,
}

impl Rule {
    /// A short name, for machines.
    pub fn id(self) -> &'static str {
        self.texts().0
    }

    /// What the rule says.
    pub fn text(self) -> &'static str {
        self.texts().1
    }

    /// How a page is mended that breaks it.
    pub fn remedy(self) -> &'static str {
        self.texts().2
    }

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Grammar => (
                "grammar",
                "a line follows the grammar of its format",
                "write what was expected at this place",
            ),
            Self::QuotedName => (
                "quoted-name",
                "names in OpenMetrics 1.0 have letters, digits, _ and : alone, and stand without quotes",
                "rename it, or serve the text format 1.0.0",
            ),
            Self::ReservedName => (
                "reserved-name",
                "names that begin with an underscore are reserved",
                "let the name begin with a letter",
            ),
            Self::RepeatedMetadata => (
                "repeated-metadata",
                "a family has at most one line of TYPE, of HELP and of UNIT",
                "remove the second line",
            ),
            Self::LateMetadata => (
                "late-metadata",
                "TYPE, HELP and UNIT stand before the samples of their family",
                "move the line above the family's first sample",
            ),
            Self::ClashingName => (
                "clashing-name",
                "a family stands in one piece, and no name of its samples belongs to another family",
                "put the family's lines together, or rename one of the two",
            ),
            Self::UnitOfType => ("unit-of-type", "infos and state sets have no unit", "remove the UNIT line"),
            Self::MissingLabel => (
                "missing-label",
                "buckets have the label le, quantiles the label quantile, states the name of their family as label",
                "add the label",
            ),
            Self::LabelNumber => (
                "label-number",
                "le is a number with infinity spelled +Inf, and quantile is one from 0 to 1",
                "write the number so",
            ),
            Self::CounterValue => (
                "counter-value",
                "totals, counts, sums and buckets are neither NaN nor negative",
                "expose a gauge, or count from 0",
            ),
            Self::WholeCount => {
                ("whole-count", "counts and buckets are whole", "count observations, not their size")
            }
            Self::StateValue => {
                ("state-value", "a state is 0 or 1", "write 1 for a state that holds, else 0")
            }
            Self::InfoValue => ("info-value", "an info is always 1", "write 1, and the content as labels"),
            Self::QuantileValue => {
                ("quantile-value", "the value of a quantile is not negative", "expose a histogram or a gauge")
            }
            Self::ExemplarPlace => (
                "exemplar-place",
                "exemplars stand behind totals of counters and behind buckets only",
                "remove the exemplar",
            ),
            Self::ExemplarLength => (
                "exemplar-length",
                "the labels of an exemplar have at most 128 characters, names and values together",
                "leave ids of traces and spans, and remove other labels",
            ),
            Self::ExemplarRange => (
                "exemplar-range",
                "the exemplar of a bucket is at most the bucket's le",
                "put the exemplar behind the bucket that counted it",
            ),
            Self::Grouping => (
                "grouping",
                "the samples of one label set stand together",
                "write all samples of one label set before the next",
            ),
            Self::TimestampMix => (
                "timestamp-mix",
                "the samples of one label set all have timestamps, or none has",
                "leave timestamps out",
            ),
            Self::TimestampOrder => (
                "timestamp-order",
                "the timestamps of one label set go forward",
                "write the points in order of time",
            ),
            Self::Duplicate => {
                ("duplicate", "no series stands twice", "remove one of the two, or give it other labels")
            }
            Self::CounterTotal => {
                ("counter-total", "every counter has a total", "add the sample with _total")
            }
            Self::BucketOrder => (
                "bucket-order",
                "buckets and quantiles stand in ascending order, none twice",
                "sort them by le or quantile",
            ),
            Self::BucketCumulative => (
                "bucket-cumulative",
                "each bucket counts all observations up to its le, so that no count is below the one before",
                "add the counts of all lower buckets",
            ),
            Self::BucketInfinity => (
                "bucket-infinity",
                "a histogram has a bucket with le=\"+Inf\"",
                "add it, with the count of all observations",
            ),
            Self::CountDiffers => (
                "count-differs",
                "the count equals the bucket with le=\"+Inf\"",
                "take both from the same moment",
            ),
            Self::SumAndCount => {
                ("sum-and-count", "a histogram has sum and count, or neither", "add the one that is missing")
            }
            Self::NegativeSum => (
                "negative-sum",
                "a histogram with negative buckets has no sum, and the sum of a gauge histogram without them is not negative",
                "remove the sum",
            ),
            Self::FinalLineBreak => {
                ("final-line-break", "the last line ends with a line break", "add a line break")
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
