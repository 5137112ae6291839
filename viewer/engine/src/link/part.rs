//! A part of a snapshot: the thing itself, or where it stood in the snapshot before.

use std::sync::Arc;

use super::Cause;

/// A part of a snapshot.
#[derive(serde::Deserialize, serde::Serialize)]
pub(super) enum Part<T> {
    /// The same as the part with this number in the snapshot before.
    Known(usize),
    /// Another one.
    New(Arc<T>),
}

impl<T> Part<T> {
    /// What is to be written of `now`. Only what shares its memory with a part of before counts as the same: comparing the
    /// content would take longer than writing it.
    pub(super) fn of(now: &Arc<T>, before: &[Arc<T>]) -> Self {
        match before.iter().position(|known| Arc::ptr_eq(known, now)) {
            Some(number) => Self::Known(number),
            None => Self::New(Arc::clone(now)),
        }
    }

    /// The part itself.
    pub(super) fn resolve(self, before: &[Arc<T>]) -> Result<Arc<T>, Cause> {
        match self {
            Self::Known(number) => before.get(number).map(Arc::clone).ok_or(Cause::Unknown),
            Self::New(part) => Ok(part),
        }
    }
}

/// The parts of a list.
pub(super) fn parts_of<T>(now: &[Arc<T>], before: &[Arc<T>]) -> Vec<Part<T>> {
    now.iter().map(|part| Part::of(part, before)).collect()
}

/// The list of these parts.
pub(super) fn resolve_all<T>(parts: Vec<Part<T>>, before: &[Arc<T>]) -> Result<Vec<Arc<T>>, Cause> {
    parts.into_iter().map(|part| part.resolve(before)).collect()
}
