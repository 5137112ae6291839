//! Live or paused, zoomed or not, and the way back.

use super::TimeSpan;

/// The shortest stretch that a chart shows.
const MIN_LENGTH_MS: i64 = 1_000;
/// While there is less of the past than a range shows, charts grow in steps of this length.
const GROWTH_MS: i64 = 30_000;
/// The most steps of the way back.
const MAX_PAST: usize = 100;

/// How much of the past is shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TimeRange {
    /// The last minute.
    Minute,
    /// The last five.
    #[default]
    FiveMinutes,
    /// The last fifteen.
    QuarterHour,
    /// The last hour.
    Hour,
    /// The last six.
    SixHours,
    /// Everything there is.
    All,
}

impl TimeRange {
    /// All ranges, from the shortest to the longest.
    pub(crate) const ALL: [Self; 6] =
        [Self::Minute, Self::FiveMinutes, Self::QuarterHour, Self::Hour, Self::SixHours, Self::All];

    /// What its button says.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::FiveMinutes => "5m",
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::All => "all",
        }
    }

    /// What it is called in full.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Minute => "the last minute",
            Self::FiveMinutes => "the last 5 minutes",
            Self::QuarterHour => "the last 15 minutes",
            Self::Hour => "the last hour",
            Self::SixHours => "the last 6 hours",
            Self::All => "everything there is",
        }
    }

    /// Its length in milliseconds, at most.
    pub(crate) fn length_ms(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::FiveMinutes => 300_000,
            Self::QuarterHour => 900_000,
            Self::Hour => 3_600_000,
            Self::SixHours => 21_600_000,
            Self::All => i64::MAX,
        }
    }
}

/// The time zone that times are written in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Zone {
    /// That of the machine.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
}

/// A change of what is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TimeAction {
    /// Follows the newest scrape, with so much of the past.
    SetRange(TimeRange),
    /// Shows a stretch, and stays there.
    Zoom(TimeSpan),
    /// Shows another stretch without a step of the way back: while a drag goes on.
    Pan(TimeSpan),
    /// Shows a shorter stretch around the middle.
    ZoomIn,
    /// Shows a longer one.
    ZoomOut,
    /// Shows what came before.
    Earlier,
    /// Shows what came after.
    Later,
    /// Shows what was shown before.
    Back,
    /// Stays where it is, or follows the newest scrape again.
    TogglePause,
    /// Writes times in this zone.
    SetZone(Zone),
}

/// What the engine has: the newest scrape and how much there is before it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Live {
    /// The first scrape, in milliseconds since the Unix epoch.
    pub(crate) first_ms: i64,
    /// The newest one.
    pub(crate) last_ms: i64,
}

/// Which stretch of time is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct TimeState {
    /// How much of the past is shown while it follows the newest scrape.
    pub(crate) range: TimeRange,
    /// The stretch that is shown while it does not.
    pub(crate) fixed: Option<TimeSpan>,
    /// The zone that times are written in.
    pub(crate) zone: Zone,
    /// What was shown before, the newest last.
    past: Vec<(TimeRange, Option<TimeSpan>)>,
}

impl TimeState {
    /// The stretch to be shown.
    pub(crate) fn span(&self, live: Live) -> TimeSpan {
        self.fixed.unwrap_or_else(|| {
            let age_ms = live.last_ms.saturating_sub(live.first_ms).max(1);
            // Whole half minutes: the axis grows in steps, not with every frame.
            let grown_ms = age_ms.saturating_add(GROWTH_MS - 1) / GROWTH_MS * GROWTH_MS;
            TimeSpan::before(live.last_ms, grown_ms.min(self.range.length_ms()))
        })
    }

    /// Whether there is a way back.
    pub(crate) fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// Changes what is shown.
    pub(crate) fn apply(&mut self, action: TimeAction, live: Live) {
        match action {
            TimeAction::SetRange(range) => self.go(range, None),
            TimeAction::Zoom(span) if span.length_ms() >= MIN_LENGTH_MS => self.go(self.range, Some(span)),
            TimeAction::Zoom(_) => {}
            TimeAction::Pan(span) if self.fixed.is_some() => self.fixed = Some(span),
            TimeAction::Pan(span) => self.go(self.range, Some(span)),
            TimeAction::ZoomIn => self.apply(TimeAction::Zoom(self.span(live).scaled(0.5)), live),
            TimeAction::ZoomOut => self.apply(TimeAction::Zoom(self.span(live).scaled(2.0)), live),
            TimeAction::Earlier => self.step(live, -1),
            TimeAction::Later => self.step(live, 1),
            TimeAction::Back => {
                if let Some((range, fixed)) = self.past.pop() {
                    (self.range, self.fixed) = (range, fixed);
                }
            }
            TimeAction::TogglePause => {
                self.fixed = if self.fixed.is_some() { None } else { Some(self.span(live)) };
            }
            TimeAction::SetZone(zone) => self.zone = zone,
        }
    }

    /// Goes on by a quarter of what is shown, forwards or backwards.
    fn step(&mut self, live: Live, sign: i64) {
        let span = self.span(live);
        self.go(self.range, Some(span.moved(sign * span.length_ms() / 4)));
    }

    fn go(&mut self, range: TimeRange, fixed: Option<TimeSpan>) {
        if (range, fixed) == (self.range, self.fixed) {
            return;
        }
        if self.past.len() == MAX_PAST {
            self.past.remove(0);
        }
        self.past.push((self.range, self.fixed));
        (self.range, self.fixed) = (range, fixed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: Live = Live { first_ms: 0, last_ms: 400_000 };

    #[test]
    fn a_range_shows_no_more_than_there_is() {
        #[track_caller]
        fn check(range: TimeRange, last_ms: i64, expect_ms: i64) {
            let state = TimeState { range, ..TimeState::default() };
            let span = state.span(Live { first_ms: 0, last_ms });
            assert_eq!((span.end_ms, span.length_ms()), (last_ms, expect_ms));
        }
        check(TimeRange::FiveMinutes, 0, 30_000);
        check(TimeRange::FiveMinutes, 31_000, 60_000);
        check(TimeRange::FiveMinutes, 400_000, 300_000);
        check(TimeRange::All, 400_000, 420_000);
    }

    #[test]
    fn zooms_are_undone_one_by_one() {
        let mut state = TimeState::default();
        let (wide, narrow) = (TimeSpan::before(300_000, 100_000), TimeSpan::before(280_000, 20_000));
        state.apply(TimeAction::Zoom(wide), LIVE);
        state.apply(TimeAction::Zoom(narrow), LIVE);
        state.apply(TimeAction::Zoom(TimeSpan::before(280_000, 10)), LIVE);
        assert_eq!(state.span(LIVE), narrow);
        state.apply(TimeAction::Back, LIVE);
        assert_eq!(state.span(LIVE), wide);
        state.apply(TimeAction::Back, LIVE);
        assert_eq!(state.span(LIVE), TimeSpan::before(400_000, 300_000));
        assert!(!state.has_past());
    }

    #[test]
    fn a_pause_stays_where_it_is() {
        let mut state = TimeState::default();
        state.apply(TimeAction::TogglePause, LIVE);
        let later = Live { last_ms: 500_000, ..LIVE };
        assert_eq!(state.span(later).end_ms, 400_000);
        state.apply(TimeAction::TogglePause, later);
        assert_eq!(state.span(later).end_ms, 500_000);
    }
}
