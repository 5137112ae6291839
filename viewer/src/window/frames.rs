//! How long frames take, and how long the window lets one wait for the next.

use std::time::Duration;

use egui::Context;
use tracing::{Level, debug, enabled, trace};
use web_time::Instant;

/// Where the lines go. `P95_LOG=p95::frames=debug` shows a line for each second. With `trace` the window draws without
/// rest, so that no delay is missed, and there is a line for each frame too.
const TARGET: &str = "p95::frames";
/// How often there is a line while frames are drawn.
const PERIOD: Duration = Duration::from_secs(1);

/// Watches the frames of a window, and logs a line each second in which there were any: how many, the longest, and the
/// longest gap.
///
/// A frame lasts from the window's input to its last drawing command: UI, tessellation and painting. A gap is the time
/// from the beginning of one frame to the beginning of the next, where the first asked for the next at once: how long a
/// window rests says nothing.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// When the last frame began.
    last: Option<Instant>,
    period: Option<Period>,
}

/// What has been seen since the last line.
#[derive(Clone, Copy, Debug)]
struct Period {
    begun: Instant,
    frames: u32,
    longest: Duration,
    longest_gap: Duration,
}

impl Frames {
    /// To be called at the beginning of each frame.
    pub(super) fn begin(&mut self, ctx: &Context, frame: &eframe::Frame) {
        if !enabled!(target: TARGET, Level::DEBUG) {
            return;
        }
        let now = Instant::now();
        let last_took = Duration::from_secs_f32(frame.info().cpu_usage.unwrap_or_default().max(0.0));
        let gap = self.gap(now, ctx.requested_repaint_last_pass());
        if enabled!(target: TARGET, Level::TRACE) {
            ctx.request_repaint();
            trace!(target: TARGET, last_ms = milliseconds(last_took), gap_ms = gap.map(milliseconds));
        }
        if let Some(Period { frames, longest, longest_gap, .. }) = self.note(now, last_took, gap) {
            let (longest_ms, longest_gap_ms) = (milliseconds(longest), milliseconds(longest_gap));
            debug!(target: TARGET, frames, longest_ms, longest_gap_ms);
        }
    }

    /// The time since the last frame began, where this one was wanted at once.
    fn gap(&mut self, now: Instant, is_wanted: bool) -> Option<Duration> {
        let last = self.last.replace(now)?;
        is_wanted.then(|| now - last)
    }

    /// Notes the beginning of a frame; returns what there is to be logged, once a period has passed.
    fn note(&mut self, now: Instant, last_took: Duration, gap: Option<Duration>) -> Option<Period> {
        let period = self.period.get_or_insert(Period::new(now));
        period.frames += 1;
        period.longest = period.longest.max(last_took);
        period.longest_gap = period.longest_gap.max(gap.unwrap_or_default());
        let ended = Some(*period).filter(|period| now - period.begun >= PERIOD);
        if ended.is_some() {
            self.period = Some(Period::new(now));
        }
        ended
    }
}

impl Period {
    fn new(begun: Instant) -> Self {
        Self { begun, frames: 0, longest: Duration::ZERO, longest_gap: Duration::ZERO }
    }
}

/// In milliseconds, to a tenth.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes frames at these times in milliseconds, each wanted by the last one or not, and expects the number of frames
    /// and the longest gap in milliseconds of each line.
    #[track_caller]
    fn check(frames: &[(u64, bool)], expect: &[(u32, u128)]) {
        let (mut watched, epoch) = (Frames::default(), Instant::now());
        let lines = frames.iter().filter_map(|&(at_ms, is_wanted)| {
            let now = epoch + Duration::from_millis(at_ms);
            let gap = watched.gap(now, is_wanted);
            let line = watched.note(now, Duration::from_millis(3), gap)?;
            assert_eq!(line.longest, Duration::from_millis(3));
            Some((line.frames, line.longest_gap.as_millis()))
        });
        assert_eq!(Vec::from_iter(lines), expect, "{frames:?}");
    }

    #[test]
    fn a_gap_counts_where_the_next_frame_was_wanted_at_once() {
        check(&[(0, false), (16, true), (66, true), (1_000, false)], &[(4, 50)]);
        check(&[(0, true), (400, false), (410, true), (1_000, false)], &[(4, 10)]);
        check(&[(0, false), (1_000, true)], &[(2, 1_000)]);
    }

    #[test]
    fn there_is_a_line_each_second() {
        let frames = Vec::from_iter((0..=250).map(|frame| (frame * 10, true)));
        check(&frames, &[(101, 10), (100, 10)]);
        check(&[(0, false), (5_000, false)], &[(2, 0)]);
        check(&[(0, false), (999, false)], &[]);
    }
}
