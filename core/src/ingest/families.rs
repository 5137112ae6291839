//! What a page says of its families.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::exposition::parse::{Event, RawSeries};
use crate::model::{Metadata, MetricType};
use crate::store::Store;

/// The families of a target.
#[derive(Debug, Default)]
pub(super) struct Families {
    known: HashMap<Arc<str>, Family>,
    /// The family that the last `# TYPE` line named.
    current: Option<(Arc<str>, MetricType)>,
    /// Families whose metadata changed in this page.
    changed: Vec<Arc<str>>,
}

#[derive(Debug)]
struct Family {
    metadata: Metadata,
    is_changed: bool,
}

impl Families {
    /// Forgets where the last page ended.
    pub(super) fn begin_page(&mut self) {
        self.current = None;
    }

    /// Takes what a comment says.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Type { name, metric_type } => {
                let name = self.update(name, |metadata| {
                    let is_new = metadata.metric_type != *metric_type;
                    metadata.metric_type = *metric_type;
                    is_new
                });
                self.current = Some((name, *metric_type));
            }
            Event::Help { name, help } => {
                self.update(name, |metadata| replace(&mut metadata.help, help));
            }
            Event::Unit { name, unit } => {
                self.update(name, |metadata| replace(&mut metadata.unit, unit));
            }
            Event::Sample(_) => {}
        }
    }

    /// The type of the family that a series belongs to, if its `# TYPE` line was the last one.
    pub(super) fn type_of(&self, series: RawSeries<'_>) -> MetricType {
        let metric_name = series.raw().trim_start_matches(['{', '"']);
        self.current
            .as_ref()
            .filter(|(name, _)| metric_name.starts_with(&**name))
            .map_or(MetricType::Unknown, |(_, metric_type)| *metric_type)
    }

    /// Tells the store what changed; returns how many families did.
    pub(super) fn commit(&mut self, store: &mut Store) -> usize {
        let changed = std::mem::take(&mut self.changed);
        for name in &changed {
            if let Some(family) = self.known.get_mut(name) {
                family.is_changed = false;
                store.set_metadata(&family.metadata);
            }
        }
        changed.len()
    }

    fn update(&mut self, name: &str, change: impl FnOnce(&mut Metadata) -> bool) -> Arc<str> {
        if !self.known.contains_key(name) {
            let name: Arc<str> = name.into();
            let metadata = Metadata {
                name: Arc::clone(&name),
                metric_type: MetricType::Unknown,
                unit: "".into(),
                help: "".into(),
            };
            self.changed.push(Arc::clone(&name));
            self.known.insert(name, Family { metadata, is_changed: true });
        }
        let Some(family) = self.known.get_mut(name) else { return name.into() };
        if change(&mut family.metadata) && !family.is_changed {
            family.is_changed = true;
            self.changed.push(Arc::clone(&family.metadata.name));
        }
        Arc::clone(&family.metadata.name)
    }
}

/// Replaces a text by another one; `false` where they are the same.
fn replace(text: &mut Arc<str>, by: &str) -> bool {
    if **text == *by {
        return false;
    }
    *text = by.into();
    true
}
