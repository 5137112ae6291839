//! Several series on one line.

use ratatui::style::{Style, Stylize as _};
use ratatui::text::Span;

use super::SPACE;
use super::text::{shortened, width};
use crate::output::escape::escape;

/// A series: what it is called, and what it says.
pub(super) struct Entry {
    /// What it is called, made safe to show; may be empty.
    pub(super) name: String,
    /// How the name looks.
    pub(super) name_style: Style,
    /// What it says, made safe to show.
    pub(super) value: String,
    /// How that looks.
    pub(super) value_style: Style,
}

impl Entry {
    fn width(&self) -> usize {
        let gap = usize::from(!self.name.is_empty() && !self.value.is_empty());
        width(&self.name) + gap + width(&self.value)
    }
}

/// Entries whose names leave out what the card's title says, and say once what all of them begin with.
pub(super) fn named_spans(
    title: &str,
    mut entries: Vec<Entry>,
    total: usize,
    max_width: usize,
) -> Vec<Span<'static>> {
    if let [only] = entries.as_mut_slice() {
        if only.name == escape(title) || only.name == "{}" {
            only.name.clear();
        }
        return entries_spans(entries, total, max_width);
    }
    let Some(common) = common_word(&entries).map(|word| shortened(&word, max_width / 2)) else {
        return entries_spans(entries, total, max_width);
    };
    for entry in &mut entries {
        entry.name = entry.name.split_once(' ').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    }
    let room = max_width.saturating_sub(width(&common) + SPACE.len());
    let mut spans = vec![Span::from(format!("{common}{SPACE}")).dim()];
    spans.extend(entries_spans(entries, total, room));
    spans
}

/// As many entries as there is room for, and how many of the `total` are left.
pub(super) fn entries_spans(entries: Vec<Entry>, total: usize, max_width: usize) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut used = 0;
    let shown = entries.len();
    for (index, mut entry) in entries.into_iter().enumerate() {
        let left = total.saturating_sub(index);
        let count = format!("{SPACE}+{left}");
        let gap = if index == 0 { 0 } else { SPACE.len() };
        let reserved = if left > 1 { width(&count) } else { 0 };
        let room = max_width.saturating_sub(used + gap + reserved);
        if entry.width() > room {
            if index > 0 {
                spans.push(Span::from(count).dim());
                return spans;
            }
            // One name that is too long gives way to its value.
            entry.value = shortened(&entry.value, room);
            entry.name = shortened(&entry.name, room.saturating_sub(width(&entry.value) + 1));
        }
        used += gap + entry.width();
        let space = if entry.name.is_empty() || entry.value.is_empty() { "" } else { " " };
        spans.push(Span::from(SPACE.get(..gap).unwrap_or_default()));
        spans.push(Span::styled(format!("{}{space}", entry.name), entry.name_style));
        spans.push(Span::styled(entry.value, entry.value_style));
    }
    if total > shown {
        spans.push(Span::from(format!("{SPACE}+{}", total - shown)).dim());
    }
    spans
}

/// The first word, where all names begin with the same one and go on after it.
fn common_word(entries: &[Entry]) -> Option<String> {
    let mut words = entries.iter().map(|entry| entry.name.split_once(' ').map(|(word, _)| word));
    let first = words.next()??;
    words.all(|word| word == Some(first)).then(|| first.to_owned())
}
