//! Commands and snapshots as bytes, for where engine and screen share no memory: a page and its Web Worker.

mod part;
mod snapshot;

pub use snapshot::{SnapshotReader, SnapshotWriter};

use crate::Command;

/// Bytes that are no command or snapshot of this version.
#[derive(Debug, thiserror::Error)]
#[error("engine and screen do not understand each other: {0}")]
pub struct LinkError(#[from] Cause);

/// What is wrong.
#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("{0}")]
    Form(#[from] postcard::Error),
    #[error("a part is said to be known, and is not")]
    Unknown,
}

/// A command as bytes. Credentials do not cross: a mask takes their place, as wherever they are written.
///
/// # Errors
/// None that is known; the format could refuse.
pub fn write_command(command: &Command) -> Result<Vec<u8>, LinkError> {
    Ok(postcard::to_stdvec(command).map_err(Cause::from)?)
}

/// The command that [`write_command`] wrote.
///
/// # Errors
/// Where the bytes are no command.
pub fn read_command(bytes: &[u8]) -> Result<Command, LinkError> {
    Ok(postcard::from_bytes(bytes).map_err(Cause::from)?)
}

#[cfg(test)]
mod tests {
    use p95_core::overview::Lens;

    use super::*;
    use crate::{AnswerForm, MetricView, PanelMode, PanelQuery, TargetId, TargetOptions, parse_target};

    #[test]
    fn commands_arrive_as_they_were_sent() {
        #[track_caller]
        fn check(command: &Command) {
            let arrived = read_command(&write_command(command).unwrap()).unwrap();
            assert_eq!(format!("{arrived:?}"), format!("{command:?}"));
        }
        let spec = parse_target("http://localhost:9100/metrics?x=1").unwrap();
        let panel = PanelQuery {
            id: "up".to_owned(),
            exprs: vec!["up".to_owned()],
            mode: PanelMode::Range { range_ms: 60_000, max_points: 300 },
            end_ms: Some(7),
            max_series: 20,
            form: AnswerForm::Buckets,
        };
        check(&Command::AddTarget { spec: spec.clone(), options: Box::new(TargetOptions::default()) });
        check(&Command::ChangeTarget { id: TargetId(3), spec, interval_ms: None });
        check(&Command::RemoveTarget(TargetId(1)));
        check(&Command::ScrapeNow(Some(TargetId(0))));
        check(&Command::SetPaused(true));
        check(&Command::SetView { panels: vec![panel] });
        check(&Command::OpenMetric(Some(MetricView { card: "up".to_owned(), lens: Lens::default() })));
        check(&Command::SetRanking(Some(300_000)));
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for bytes in [&[][..], &[99], &[7, 255, 255]] {
            assert!(read_command(bytes).is_err(), "{bytes:?}");
        }
    }
}
