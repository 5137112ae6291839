//! Which stretch of time is shown.

mod hold;
mod span;
mod state;

pub(crate) use hold::Hold;
pub(crate) use span::TimeSpan;
pub(crate) use state::{Live, TimeAction, TimeRange, TimeState, Zone};
