//! What is drawn in several rooms.

mod button;
mod heading;
mod number;
mod segmented;
mod text;
mod trend;

pub(crate) use button::small_button;
pub(crate) use heading::{folding_heading_ui, heading_ui};
pub(crate) use number::{as_float, grouped};
pub(crate) use segmented::{Choice, segmented_ui};
pub(crate) use text::{Line, elided};
pub(crate) use trend::trend_ui;
