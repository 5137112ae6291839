//! What is drawn in several rooms.

mod button;
mod heading;
mod number;
mod text;

pub(crate) use button::small_button;
pub(crate) use heading::{folding_heading_ui, heading_ui};
pub(crate) use number::{as_float, grouped};
pub(crate) use text::Line;
