//! One line for each target.

use p95_core::overview::{BaseUnit, Unit};
use p95_engine::{ScrapeRecord, Snapshot, TargetState, TargetStatus};
use ratatui::style::{Color, Style, Stylize as _};
use ratatui::text::{Line, Span};

use super::text::{fitted, shortened, width};
use crate::output::escape::escape;

/// The lines of the targets, at most `max_lines` of them: where there are more targets, those that are down come first
/// and the rest are counted. `now_ms` is the time for countdowns, in milliseconds since the Unix epoch.
pub(super) fn target_lines(
    snapshot: &Snapshot,
    now_ms: i64,
    max_width: usize,
    max_lines: usize,
) -> Vec<Line<'static>> {
    let mut targets: Vec<&TargetStatus> = snapshot.targets.iter().map(AsRef::as_ref).collect();
    let is_cut = targets.len() > max_lines;
    let shown = if is_cut { max_lines.saturating_sub(1) } else { targets.len() };
    if is_cut {
        targets.sort_by_key(|target| target.state != TargetState::Down);
    }
    let url_width = targets.iter().take(shown).map(|target| width(&escape(&target.url))).max();
    let url_width = url_width.unwrap_or_default().min(max_width * 9 / 20);
    let mut lines: Vec<_> = targets
        .iter()
        .take(shown)
        .map(|target| target_line(snapshot, target, now_ms, url_width, max_width))
        .collect();
    if is_cut && max_lines > 0 {
        lines.push(Line::from(format!("  … and {} more targets", targets.len() - shown)).dim());
    }
    lines
}

/// What changes in the lines of the targets as time passes: the seconds of the countdowns.
pub(super) fn countdowns_secs(snapshot: &Snapshot, now_ms: i64) -> Vec<Option<u64>> {
    let down = snapshot.targets.iter().filter(|target| target.state == TargetState::Down);
    down.map(|target| countdown_secs(target, now_ms)).collect()
}

fn target_line(
    snapshot: &Snapshot,
    target: &TargetStatus,
    now_ms: i64,
    url_width: usize,
    max_width: usize,
) -> Line<'static> {
    let (color, facts) = match (target.state, target.last_scrape(), &target.failure) {
        (TargetState::Up, ..) if snapshot.server.is_some() => (Color::Green, server_facts(target)),
        (TargetState::Up, Some(scrape), _) => (Color::Green, up_facts(scrape)),
        (TargetState::Up, None, _) => (Color::Green, "up".to_owned()),
        (TargetState::Down, _, Some(failure)) => {
            (Color::Red, format!("{} · {}", retry_text(target, now_ms), escape(&failure.to_string())))
        }
        (TargetState::Down, _, None) => (Color::Red, format!("down · {}", retry_text(target, now_ms))),
        (TargetState::Pending, ..) => (Color::Yellow, "first scrape…".to_owned()),
    };
    let facts_style = if target.state == TargetState::Down { Style::new().fg(color) } else { Style::new() };
    Line::from(vec![
        Span::from("● ").fg(color),
        Span::from(fitted(&escape(&target.url), url_width)).bold(),
        Span::styled(
            format!("  {}", shortened(&facts, max_width.saturating_sub(url_width + 4))),
            facts_style,
        ),
    ])
}

fn up_facts(scrape: &ScrapeRecord) -> String {
    let duration = Unit::of(BaseUnit::Seconds).format(scrape.duration_secs);
    format!("{duration:<8} {} series", scrape.samples.saturating_sub(scrape.duplicates))
}

fn server_facts(target: &TargetStatus) -> String {
    #[expect(clippy::cast_precision_loss, reason = "an interval has fewer than 53 bits")]
    let interval = Unit::of(BaseUnit::Seconds).format(target.interval_ms as f64 / 1_000.0);
    format!("server · scrapes every {interval}")
}

fn retry_text(target: &TargetStatus, now_ms: i64) -> String {
    match countdown_secs(target, now_ms) {
        _ if target.scraping => "trying…".to_owned(),
        Some(secs) => format!("next try in {secs} s"),
        None => "paused".to_owned(),
    }
}

/// The whole seconds until the next scrape.
fn countdown_secs(target: &TargetStatus, now_ms: i64) -> Option<u64> {
    target.next_scrape_ms.map(|next_ms| (next_ms - now_ms).max(0).unsigned_abs().div_ceil(1000))
}
