//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use p95_core::instrument::Clock;

use super::{Guard, Rates};
use crate::frame::NameRules;
use crate::ledger::Ledger;
use crate::options::GatewayOptions;
use crate::own::OwnMetrics;
use crate::reject::Reject;
use crate::state::{Change, Expire};
use crate::viewer::Proxy;

/// What all requests share.
pub(crate) struct Service {
    pub(crate) options: GatewayOptions,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) own: OwnMetrics,
    pub(crate) guard: Guard,
    pub(crate) rates: Rates,
    pub(crate) viewer: Proxy,
    pub(crate) clock: Box<dyn Clock>,
}

impl Service {
    /// The rules for names in what is pushed.
    pub(super) fn rules(&self) -> NameRules<'_> {
        NameRules { limits: &self.options.limits, metrics: self.guard.metrics() }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.unix_ms()
    }

    /// Pages whose last frame came before this moment are closed.
    pub(crate) fn live_before_ms(&self, now_ms: i64) -> i64 {
        now_ms - millis(self.options.expiry.live)
    }

    /// Lets go what was not used for long.
    pub(crate) fn expire(&self) -> Result<(), Reject> {
        let now_ms = self.now_ms();
        let expire = Expire {
            series_before_ms: now_ms - millis(self.options.expiry.series),
            live_before_ms: self.live_before_ms(now_ms),
            sessions_before_ms: now_ms - millis(self.options.expiry.session),
        };
        let plan =
            |state: &crate::state::State| Ok(state.has_expired(&expire).then_some(Change::Expire(expire)));
        self.rates.tidy();
        self.ledger.change(plan).map(drop)
    }
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
