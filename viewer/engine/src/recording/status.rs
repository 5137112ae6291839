//! What is to be known of recordings.

use std::path::PathBuf;

use p95_core::session::Loss;

use crate::TargetId;

/// The recording that is being written.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RecordingStatus {
    /// The file.
    pub path: PathBuf,
    /// Whether it goes on.
    pub state: RecordingState,
    /// The scrapes that are safe in the file, failed ones among them.
    pub scrapes: u64,
    /// The file's size in bytes.
    pub size_bytes: u64,
}

/// Whether a recording goes on.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// It goes on.
    Recording,
    /// It was ended, and all of it is in the file.
    Ended,
    /// It broke off: one line that says why. What the file has stays.
    Failed(String),
}

/// A recording that is shown.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct OpenedRecording {
    /// The file.
    pub path: PathBuf,
    /// Whether it has been read.
    pub state: OpenedState,
    /// Its targets.
    pub targets: Vec<TargetId>,
    /// The scrapes that were read.
    pub scrapes: u64,
    /// Whether the recording was ended by its writer; where it was not, its last moments may be missing.
    pub is_complete: bool,
    /// What of it could not be read.
    pub losses: Vec<Loss>,
}

/// Whether a recording has been read.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedState {
    /// It is being read, or replayed.
    Reading,
    /// All of it has been read that can be.
    Read,
    /// Nothing can be read: one line that says why.
    Failed(String),
}

impl OpenedRecording {
    /// One that nothing has been read of yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            state: OpenedState::Reading,
            targets: Vec::new(),
            scrapes: 0,
            is_complete: false,
            losses: Vec::new(),
        }
    }

    /// What could not be read, a line each; empty where nothing is missing.
    pub fn notes(&self) -> Vec<String> {
        let path = self.path.display();
        let mut notes = Vec::from_iter(self.losses.iter().map(|loss| {
            let what = match loss.scrapes {
                Some(1) => "1 scrape is lost".to_owned(),
                Some(scrapes) => format!("{scrapes} scrapes are lost"),
                None => "what was there is lost".to_owned(),
            };
            let times = match (loss.first_ms.map(time_text), loss.last_ms.map(time_text)) {
                (Some(first), Some(last)) if first == last => format!(" at {first}"),
                (Some(first), Some(last)) => format!(" between {first} and {last}"),
                (Some(first), None) => format!(" after {first}"),
                (None, Some(last)) => format!(" before {last}"),
                (None, None) => String::new(),
            };
            let (reason, from) = (loss.reason.as_str(), loss.offset_bytes);
            let size_bytes = loss.size_bytes;
            format!("{path}: {size_bytes} bytes from byte {from} on are {reason}: {what}{times}")
        }));
        if let OpenedState::Failed(message) = &self.state {
            notes.push(message.clone());
        }
        if self.state == OpenedState::Read && !self.is_complete {
            notes.push(format!(
                "{path}: the recording was not ended: it goes on, or its writer was killed, and up to one flush interval \
                 is missing at its end"
            ));
        }
        notes
    }
}

/// A time to the second, in UTC: notes must not depend on where they are read.
fn time_text(time_ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(time_ms) {
        Ok(time) => format!("{time:.0}"),
        Err(_) => format!("{time_ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use p95_core::session::LossReason;

    use super::*;

    #[test]
    fn a_loss_says_what_and_when() {
        #[track_caller]
        fn check(scrapes: Option<u32>, first_ms: Option<i64>, last_ms: Option<i64>, expect: &str) {
            let reason = LossReason::Damaged;
            let loss = Loss { offset_bytes: 90, size_bytes: 7, scrapes, first_ms, last_ms, reason };
            let opened = OpenedRecording {
                path: "run.p95".into(),
                state: OpenedState::Read,
                targets: Vec::new(),
                scrapes: 3,
                is_complete: true,
                losses: vec![loss],
            };
            assert_eq!(opened.notes(), [format!("run.p95: 7 bytes from byte 90 on are damaged: {expect}")]);
        }
        check(
            Some(2),
            Some(0),
            Some(1_000),
            "2 scrapes are lost between 1970-01-01T00:00:00Z and 1970-01-01T00:00:01Z",
        );
        check(Some(1), Some(0), Some(0), "1 scrape is lost at 1970-01-01T00:00:00Z");
        check(None, Some(0), None, "what was there is lost after 1970-01-01T00:00:00Z");
        check(None, None, None, "what was there is lost");
    }
}
