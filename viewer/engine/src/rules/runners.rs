//! The groups of rules that are evaluated.

use std::sync::Arc;

use p95_core::model::Labels;
use p95_core::rules::{GroupEvaluator, GroupStatus, Origin, RuleGroup};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::runner::Runner;
use crate::Snapshot;
use crate::clock::Clock;
use crate::hub::Event;
use crate::runtime;
use crate::source::EmbeddedSource;

/// The rules of a file, as [`read_rules`](p95_core::rules::read_rules) reads them without an error.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RuleFile {
    /// What the file is called.
    pub path: String,
    /// Its groups.
    pub groups: Vec<RuleGroup>,
}

/// The groups of rules that are evaluated. When this is dropped, they no longer are.
pub(crate) struct Runners {
    source: EmbeddedSource,
    /// Each group ends when its sender is dropped.
    running: Vec<oneshot::Sender<()>>,
    /// Which groups cannot be evaluated, and why.
    problems: Vec<String>,
}

impl Runners {
    /// No rules yet; they are to read and write there.
    pub(crate) fn new(source: EmbeddedSource) -> Self {
        Self { source, running: Vec::new(), problems: Vec::new() }
    }

    /// Evaluates these rules and no others. Returns how they are doing before the first evaluation.
    pub(crate) fn set(
        &mut self,
        files: Vec<RuleFile>,
        interval_ms: i64,
        external_url: &str,
        clock: &Arc<Clock>,
        events: &UnboundedSender<Event>,
    ) -> Vec<Arc<GroupStatus>> {
        self.running.clear();
        self.problems.clear();
        let mut begun = Vec::new();
        for RuleFile { path, groups } in files {
            let origin = Origin {
                file: path,
                external_labels: Labels::empty(),
                external_url: external_url.to_owned(),
            };
            for group in groups {
                let name = group.name.clone();
                let group = match GroupEvaluator::new(group, &origin, interval_ms) {
                    Ok(group) => group,
                    Err(problem) => {
                        self.problems.push(format!("{}, group {name:?}: {problem}", origin.file));
                        continue;
                    }
                };
                begun.push(Arc::new(group.status()));
                let (sender, ended) = oneshot::channel();
                let (clock, source, events) = (Arc::clone(clock), self.source.clone(), events.clone());
                runtime::spawn(Runner { clock, source, group, events }.run(ended));
                self.running.push(sender);
            }
        }
        begun
    }

    /// Which groups cannot be evaluated, and why: one line each.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl Snapshot {
    /// Takes what a group has become; not that of one that is no longer there.
    pub(crate) fn note_rules(&mut self, status: GroupStatus) {
        let same = |known: &&mut Arc<GroupStatus>| known.file == status.file && known.name == status.name;
        if let Some(known) = self.rules.iter_mut().find(same) {
            *known = Arc::new(status);
        }
    }
}
