//! Which frames of which pages were seen.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::frame::SessionId;

/// The most gaps between the sequence numbers of one page.
const MAX_GAPS: usize = 1_000;

/// The pages, and the sequence numbers that were seen of each.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Sessions(HashMap<SessionId, Session>);

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Session {
    /// First and last number of each run, ascending, with a gap between any two.
    runs: Vec<(u64, u64)>,
    last_ms: i64,
}

impl Sessions {
    /// How many pages are remembered.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether any frame of this page was seen.
    pub(crate) fn knows(&self, session: SessionId) -> bool {
        self.0.contains_key(&session)
    }

    /// Whether this frame was seen.
    pub(crate) fn has_seen(&self, session: SessionId, sequence: u64) -> bool {
        self.0.get(&session).is_some_and(|session| {
            let after = session.runs.partition_point(|(first, _)| *first <= sequence);
            after
                .checked_sub(1)
                .and_then(|at| session.runs.get(at))
                .is_some_and(|(_, last)| sequence <= *last)
        })
    }

    /// Whether the numbers of this page have so many gaps that no other is remembered.
    pub(crate) fn is_full(&self, session: SessionId) -> bool {
        self.0.get(&session).is_some_and(|session| session.runs.len() > MAX_GAPS)
    }

    /// When the page's last frame came, in milliseconds since the Unix epoch.
    pub(crate) fn last_ms(&self, session: SessionId) -> Option<i64> {
        self.0.get(&session).map(|session| session.last_ms)
    }

    /// The pages whose last frame came at `since_ms` or later.
    pub(crate) fn live(&self, since_ms: i64) -> usize {
        self.0.values().filter(|session| session.last_ms >= since_ms).count()
    }

    /// Remembers a frame.
    pub(super) fn insert(&mut self, session: SessionId, sequence: u64, at_ms: i64) {
        let session = self.0.entry(session).or_insert_with(|| Session { runs: Vec::new(), last_ms: at_ms });
        session.last_ms = session.last_ms.max(at_ms);
        let after = session.runs.partition_point(|(first, _)| *first <= sequence);
        let joins_next =
            session.runs.get(after).is_some_and(|(first, _)| sequence.checked_add(1) == Some(*first));
        let before = after.checked_sub(1);
        let run = before.and_then(|at| session.runs.get_mut(at));
        match run {
            Some((_, last)) if *last >= sequence => {}
            Some((_, last)) if *last + 1 == sequence => {
                *last = sequence;
                if joins_next {
                    let (_, end) = session.runs.remove(after);
                    if let Some(run) = before.and_then(|at| session.runs.get_mut(at)) {
                        run.1 = end;
                    }
                }
            }
            _ if joins_next => {
                if let Some(run) = session.runs.get_mut(after) {
                    run.0 = sequence;
                }
            }
            _ => session.runs.insert(after, (sequence, sequence)),
        }
    }

    /// Forgets the pages whose last frame came before.
    pub(super) fn expire(&mut self, before_ms: i64) {
        self.0.retain(|_, session| session.last_ms >= before_ms);
    }

    /// Whether [`Self::expire`] would forget any.
    pub(super) fn has_expired(&self, before_ms: i64) -> bool {
        self.0.values().any(|session| session.last_ms < before_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_any_order_are_seen_once() {
        #[track_caller]
        fn check(numbers: &[u64], expect: &[(u64, u64)]) {
            let mut sessions = Sessions::default();
            let id = SessionId(1);
            for (at, number) in numbers.iter().enumerate() {
                let known = numbers.iter().take(at).any(|before| before == number);
                assert_eq!(sessions.has_seen(id, *number), known, "{number} of {numbers:?}");
                sessions.insert(id, *number, 0);
                assert!(sessions.has_seen(id, *number), "{number} of {numbers:?}");
            }
            assert_eq!(sessions.0[&id].runs, expect, "{numbers:?}");
        }
        check(&[1, 2, 3], &[(1, 3)]);
        check(&[3, 2, 1], &[(1, 3)]);
        check(&[1, 3, 2], &[(1, 3)]);
        check(&[5, 1, 3, 3, 9], &[(1, 1), (3, 3), (5, 5), (9, 9)]);
        check(&[5, 1, 3, 2, 4], &[(1, 5)]);
        check(&[u64::MAX, u64::MAX - 1, 1, u64::MAX], &[(1, 1), (u64::MAX - 1, u64::MAX)]);
    }

    #[test]
    fn pages_are_forgotten_after_a_while() {
        let mut sessions = Sessions::default();
        sessions.insert(SessionId(1), 1, 1_000);
        sessions.insert(SessionId(2), 1, 2_000);
        assert_eq!(
            (sessions.live(2_000), sessions.has_expired(1_000), sessions.has_expired(1_001)),
            (1, false, true)
        );
        sessions.expire(1_001);
        assert_eq!(
            (sessions.len(), sessions.has_seen(SessionId(1), 1), sessions.has_seen(SessionId(2), 1)),
            (1, false, true)
        );
    }
}
