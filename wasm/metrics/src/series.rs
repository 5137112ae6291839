//! Series: an instrument under its labels.

use p95_core::exposition::encode::PreparedSeries;

use crate::instrument::Instrument;
use crate::reading::Reading;

/// One series of a family.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) labels: PreparedSeries,
    pub(crate) instrument: Instrument,
    /// What frames have told of it.
    pub(crate) told: Reading,
    /// Whether the next frame has no need to tell that again.
    pub(crate) is_told: bool,
    /// Whether it goes once a frame has told the last of it.
    pub(crate) is_removed: bool,
}
