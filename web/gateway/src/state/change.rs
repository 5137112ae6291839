//! What changes the state.

use p95_core::model::Labels;
use serde::{Deserialize, Serialize};

use super::State;
use crate::frame::{Delta, Head, SessionId};

/// A change of the state. Changes are checked before they are made: to apply one cannot fail.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Change {
    /// A frame was accepted.
    Frame(FrameChange),
    /// A group was pushed.
    Push(PushChange),
    /// A push to this group was refused; one that does not exist is not made by it.
    PushFailed { group: Labels, at_ms: i64 },
    /// A group was deleted.
    Delete { group: Labels },
    /// Time has passed.
    Expire(Expire),
    /// All series that are there were seen by a reader.
    Shown,
}

/// What a frame adds.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct FrameChange {
    pub(crate) at_ms: i64,
    pub(crate) session: SessionId,
    pub(crate) sequence: u64,
    pub(crate) new_families: Vec<NewFamily>,
    pub(crate) entries: Vec<Entry>,
}

/// A family that no frame has named before.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct NewFamily {
    pub(crate) name: String,
    pub(crate) head: Head,
    pub(crate) bounds: Vec<f64>,
}

/// What a frame adds to one series.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Entry {
    pub(crate) family: String,
    pub(crate) labels: Labels,
    pub(crate) delta: Delta,
}

/// What a push sets.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct PushChange {
    pub(crate) at_ms: i64,
    pub(crate) group: Labels,
    /// Whether families that are not among the pushed ones go.
    pub(crate) replaces_all: bool,
    /// The metrics without the group's labels, in the text format.
    pub(crate) text: String,
}

/// How much time has passed: what was last used before these moments goes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Expire {
    pub(crate) series_before_ms: i64,
    pub(crate) live_before_ms: i64,
    pub(crate) sessions_before_ms: i64,
}

impl State {
    /// Makes the change.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Frame(frame) => self.apply_frame(frame),
            Change::Push(push) => self.apply_push(push),
            Change::PushFailed { group, at_ms } => {
                if let Some(group) = self.groups.get_mut(group) {
                    group.failed_ms = *at_ms;
                }
            }
            Change::Delete { group } => {
                if let Some(gone) = self.groups.remove(group) {
                    self.schema.release_group(group, &gone);
                }
            }
            Change::Expire(expire) => self.apply_expire(expire),
            Change::Shown => self.totals.mark_shown(),
        }
    }

    fn apply_frame(&mut self, frame: &FrameChange) {
        self.sessions.insert(frame.session, frame.sequence, frame.at_ms);
        for new in &frame.new_families {
            self.totals.open(new);
            self.schema.hold(&new.name, &new.head);
        }
        for entry in &frame.entries {
            self.totals.add(entry, frame);
        }
    }

    fn apply_push(&mut self, push: &PushChange) {
        let mut group = self.groups.remove(&push.group).unwrap_or_default();
        self.schema.release_group(&push.group, &group);
        group.push(push);
        self.schema.hold_group(&push.group, &group);
        self.groups.insert(push.group.clone(), group);
    }

    fn apply_expire(&mut self, expire: &Expire) {
        let sessions = &self.sessions;
        let is_live =
            |session| sessions.last_ms(session).is_some_and(|last_ms| last_ms >= expire.live_before_ms);
        for (name, head) in self.totals.expire(expire, is_live) {
            self.schema.release(&name, &head);
        }
        self.sessions.expire(expire.sessions_before_ms);
    }

    /// Whether this expiry would change anything.
    pub(crate) fn has_expired(&self, expire: &Expire) -> bool {
        let sessions = &self.sessions;
        let is_live =
            |session| sessions.last_ms(session).is_some_and(|last_ms| last_ms >= expire.live_before_ms);
        self.sessions.has_expired(expire.sessions_before_ms) || self.totals.has_expired(expire, is_live)
    }
}
