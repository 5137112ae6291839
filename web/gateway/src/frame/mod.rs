//! Frames: what one page has counted since its last one.

mod envelope;
mod names;
mod point;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use envelope::{Envelope, SessionId};
pub(crate) use names::{NameRules, stem};
pub(crate) use point::{Delta, FamilyDelta, Head};
pub(crate) use read::{Frame, read};
