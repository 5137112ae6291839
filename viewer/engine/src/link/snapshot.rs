//! Snapshots, one after the other. What did not change between two is not written again, and keeps its place in memory:
//! who draws it knows by that that nothing is to be drawn anew.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Arc;

use p95_core::overview::{Overview, Window};
use p95_core::rules::GroupStatus;
use p95_core::store::StoreStats;

use super::part::{Part, parts_of, resolve_all};
use super::{Cause, LinkError};
use crate::{CardRank, MetricDetail, OpenedRecording, PanelResult, RecordingStatus, Snapshot, TargetStatus};

/// A [`Snapshot`], as seen from the one before.
#[derive(serde::Deserialize, serde::Serialize)]
struct Update {
    now_ms: i64,
    revision: u64,
    first_ms: Option<i64>,
    targets: Vec<Part<TargetStatus>>,
    server: Option<String>,
    paused: bool,
    overview: Part<Overview>,
    window: Option<Window>,
    panels: Vec<Part<PanelResult>>,
    metric: Option<Part<MetricDetail>>,
    ranking: Part<BTreeMap<String, CardRank>>,
    store: StoreStats,
    recording: Option<RecordingStatus>,
    recordings: Vec<OpenedRecording>,
    rules: Vec<Part<GroupStatus>>,
    warnings: Vec<String>,
}

/// Writes snapshots for one [`SnapshotReader`].
#[derive(Debug, Default)]
pub struct SnapshotWriter {
    last: Snapshot,
}

impl SnapshotWriter {
    /// The next snapshot as bytes. All of them must be read, in this order.
    ///
    /// # Errors
    /// None that is known; the format could refuse.
    pub fn write(&mut self, snapshot: &Snapshot) -> Result<Vec<u8>, LinkError> {
        let last = &self.last;
        let update = Update {
            now_ms: snapshot.now_ms,
            revision: snapshot.revision,
            first_ms: snapshot.first_ms,
            targets: parts_of(&snapshot.targets, &last.targets),
            server: snapshot.server.clone(),
            paused: snapshot.paused,
            overview: Part::of(&snapshot.overview, slice::from_ref(&last.overview)),
            window: snapshot.window,
            panels: parts_of(&snapshot.panels, &last.panels),
            metric: snapshot.metric.as_ref().map(|metric| Part::of(metric, last.metric.as_slice())),
            ranking: Part::of(&snapshot.ranking, slice::from_ref(&last.ranking)),
            store: snapshot.store,
            recording: snapshot.recording.clone(),
            recordings: snapshot.recordings.clone(),
            rules: parts_of(&snapshot.rules, &last.rules),
            warnings: snapshot.warnings.clone(),
        };
        let bytes = postcard::to_stdvec(&update).map_err(Cause::from)?;
        self.last = snapshot.clone();
        Ok(bytes)
    }
}

/// Reads what a [`SnapshotWriter`] wrote.
#[derive(Debug, Default)]
pub struct SnapshotReader {
    last: Arc<Snapshot>,
}

impl SnapshotReader {
    /// The next snapshot.
    ///
    /// # Errors
    /// Where the bytes are no snapshot, or one before it was left out.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Arc<Snapshot>, LinkError> {
        let update: Update = postcard::from_bytes(bytes).map_err(Cause::from)?;
        let last = &self.last;
        let metric = update.metric.map(|metric| metric.resolve(last.metric.as_slice()));
        self.last = Arc::new(Snapshot {
            now_ms: update.now_ms,
            revision: update.revision,
            first_ms: update.first_ms,
            targets: resolve_all(update.targets, &last.targets)?,
            server: update.server,
            paused: update.paused,
            overview: update.overview.resolve(slice::from_ref(&last.overview))?,
            window: update.window,
            panels: resolve_all(update.panels, &last.panels)?,
            metric: metric.transpose()?,
            ranking: update.ranking.resolve(slice::from_ref(&last.ranking))?,
            store: update.store,
            recording: update.recording,
            recordings: update.recordings,
            rules: resolve_all(update.rules, &last.rules)?,
            warnings: update.warnings,
        });
        Ok(Arc::clone(&self.last))
    }

    /// The snapshot that was read last.
    pub fn last(&self) -> Arc<Snapshot> {
        Arc::clone(&self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnswerForm, Command, MetricView, PanelMode, PanelQuery, Simulation};

    const FIRST_MS: i64 = 1_700_000_000_300;

    /// A service with a counter that shows a panel and a metric.
    fn simulation() -> Simulation {
        let mut simulation = Simulation::new().unwrap();
        let panel = PanelQuery {
            id: "up".to_owned(),
            exprs: vec!["up / 0".to_owned(), "up + NaN".to_owned(), "nonsense(".to_owned()],
            mode: PanelMode::Range { range_ms: 60_000, max_points: 60 },
            end_ms: None,
            max_series: 20,
            form: AnswerForm::Series,
        };
        let id = simulation.add_target("localhost:9100").unwrap();
        simulation.scrape(id, FIRST_MS, Ok("# TYPE c counter\nc{l=\"é\"} 1\n"));
        simulation.obey(Command::SetView { panels: vec![panel] });
        simulation.obey(Command::OpenMetric(Some(MetricView { card: "c".to_owned(), ..Default::default() })));
        simulation.obey(Command::SetRanking(Some(60_000)));
        simulation
    }

    #[test]
    fn snapshots_arrive_as_they_were() {
        let (mut writer, mut reader) = (SnapshotWriter::default(), SnapshotReader::default());
        let mut simulation = simulation();
        let id = simulation.snapshot().targets[0].id;
        for scrape in 1..4 {
            let at_ms = FIRST_MS + scrape * 1_000;
            simulation.scrape(id, at_ms, Ok(&format!("# TYPE c counter\nc {scrape}\nnew{scrape} 1\n")));
            simulation.refresh();
            let arrived = reader.read(&writer.write(simulation.snapshot()).unwrap()).unwrap();
            assert_eq!(format!("{arrived:?}"), format!("{:?}", simulation.snapshot()));
        }
        assert!(reader.last().metric.is_some() && !reader.last().ranking.is_empty());
    }

    #[test]
    fn what_did_not_change_is_not_written_again() {
        let (mut writer, mut reader) = (SnapshotWriter::default(), SnapshotReader::default());
        let mut snapshot = simulation().snapshot().clone();
        let first = writer.write(&snapshot).unwrap();
        let before = reader.read(&first).unwrap();
        snapshot.revision += 1;
        let second = writer.write(&snapshot).unwrap();
        let after = reader.read(&second).unwrap();
        assert!(second.len() < 100 && first.len() > 1_000, "{} then {} bytes", first.len(), second.len());
        assert!(Arc::ptr_eq(&before.overview, &after.overview));
        assert!(Arc::ptr_eq(&before.panels[0], &after.panels[0]));
        assert!(Arc::ptr_eq(&before.targets[0], &after.targets[0]));
        assert_eq!(after.revision, before.revision + 1);
    }

    #[test]
    fn a_snapshot_that_was_left_out_is_noticed() {
        let mut writer = SnapshotWriter::default();
        let mut snapshot = simulation().snapshot().clone();
        writer.write(&snapshot).unwrap();
        snapshot.revision += 1;
        let second = writer.write(&snapshot).unwrap();
        assert!(SnapshotReader::default().read(&second).is_err());
    }
}
