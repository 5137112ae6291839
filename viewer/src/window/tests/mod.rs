//! The window in use: parts are found by their accessible names, time is what the test says, and all numbers come from
//! pages that went through the engine.

mod accessibility;
mod cards;
mod failures;
mod keyboard;
mod metric;
mod odd;
mod pictures;
mod rig;
mod time;

use rig::{Rig, SCREEN};
