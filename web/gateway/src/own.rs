//! The gateway's own metrics.

use std::sync::{Arc, Weak};

use p95_core::instrument::{
    Clock, Counter, Descriptor, Family, GaugeFn, Histogram, RegisterError, Registry, bounds,
};
use p95_tower::HttpMetricsLayer;

use crate::ledger::Ledger;
use crate::reject::{Reason, Reject};
use crate::state::State;

/// What the gateway counts of itself. Every name begins with `p95_gateway_`, which nobody else's may.
#[derive(Debug)]
pub(crate) struct OwnMetrics {
    pub(crate) registry: Registry,
    pub(crate) http: HttpMetricsLayer,
    rejected: Family<Counter, 1>,
    /// Frames by `result`: `applied`, or `repeated` where they were seen before.
    pub(crate) frames: Family<Counter, 1>,
    /// Pushes to groups by method.
    pub(crate) pushes: Family<Counter, 1>,
    /// Samples for the server that gets everything, by `outcome`: `sent`, `refused`, `failed`.
    pub(crate) forwarded: Family<Counter, 1>,
    /// Series with a label value `other`, because there were too many values.
    pub(crate) others: Counter,
    /// How long it took to bring changes to the disk.
    pub(crate) flush_secs: Histogram,
}

/// The gauges that count what is held: name, help, how to count.
const LOOKS: [(&str, &str, Look); 4] = [
    ("series", "Series that are held, of frames and groups.", State::series),
    ("families", "Families that are held.", State::families),
    ("groups", "Groups of Pushgateway's protocol.", State::groups),
    ("sessions", "Pages whose frames are remembered.", State::sessions),
];

type Look = fn(&State) -> usize;

impl OwnMetrics {
    /// Registers everything.
    pub(crate) fn new(
        ledger: &Arc<Ledger>,
        live_ms: i64,
        clock: impl Clock + Clone + 'static,
    ) -> Result<Self, RegisterError> {
        let mut registry = Registry::with_clock(clock.clone());
        let mut scope = registry.scope("p95_gateway");
        let rejected = scope.register_family(
            Descriptor::new("rejected", "Requests that were refused, by reason."),
            ["reason"],
            Counter::default,
        )?;
        for reason in Reason::ALL {
            rejected.with([reason.label()]);
        }
        let frames = scope.register_family(
            Descriptor::new("frames", "Frames of web pages: applied, or repeated and so not counted again."),
            ["result"],
            Counter::default,
        )?;
        for result in ["applied", "repeated"] {
            frames.with([result]);
        }
        let pushes = scope.register_family(
            Descriptor::new("pushes", "Changes of groups by Pushgateway's protocol, by method."),
            ["method"],
            Counter::default,
        )?;
        let forwarded = scope.register_family(
            Descriptor::new("forwarded_samples", "Samples for the server that gets everything, by outcome."),
            ["outcome"],
            Counter::default,
        )?;
        for outcome in ["sent", "refused", "failed"] {
            forwarded.with([outcome]);
        }
        let others = scope.register(
            Descriptor::new(
                "other_label_values",
                "Series whose label got the value other: there were too many.",
            ),
            Counter::default(),
        )?;
        let flush_secs = scope.register(
            Descriptor::new("log_flush_seconds", "How long it took to bring changes to the disk.")
                .with_unit("seconds"),
            Histogram::new(bounds::LATENCY_SECS),
        )?;
        for (name, help, look) in LOOKS {
            scope.register(
                Descriptor::new(name, help),
                gauge(ledger, move |ledger| ledger.look(look) as f64),
            )?;
        }
        scope.register(
            Descriptor::new("live_sessions", "Pages that sent a frame lately."),
            gauge(ledger, move |ledger| {
                ledger.look(|state| state.sessions.live(clock.unix_ms() - live_ms)) as f64
            }),
        )?;
        scope.register(
            Descriptor::new("log_bytes", "The size of the log, without its snapshot.").with_unit("bytes"),
            gauge(ledger, |ledger| ledger.log_status().0 as f64),
        )?;
        scope.register(
            Descriptor::new("log_failing", "1 while the disk refuses to keep what is pushed."),
            gauge(ledger, |ledger| f64::from(u8::from(ledger.log_status().1))),
        )?;
        let http = HttpMetricsLayer::register(&mut scope, p95_clock::SystemClock)?;
        Ok(Self { registry, http, rejected, frames, pushes, forwarded, others, flush_secs })
    }

    /// Counts a refusal.
    pub(crate) fn reject(&self, reject: &Reject) {
        self.rejected.inc([reject.reason.label()]);
    }
}

/// A gauge that asks the ledger; NaN once that is gone.
fn gauge(ledger: &Arc<Ledger>, ask: impl Fn(&Ledger) -> f64 + Send + Sync + 'static) -> GaugeFn {
    let ledger = Arc::downgrade(ledger);
    GaugeFn::new(move || Weak::upgrade(&ledger).map_or(f64::NAN, |ledger| ask(&ledger)))
}
