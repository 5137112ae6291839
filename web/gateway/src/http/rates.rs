//! How often one address or app may push.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::options::Limits;
use crate::reject::{Reason, Reject, refuse};

/// The most addresses and the most apps whose rates are known. Beyond, new ones wait until others have calmed down.
const MAX_KEYS: usize = 100_000;

/// The token buckets.
#[derive(Debug)]
pub(crate) struct Rates {
    addresses: Option<Buckets<IpAddr>>,
    apps: Option<Buckets<String>>,
}

type Buckets<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

impl Rates {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { addresses: buckets(limits.address_per_sec), apps: buckets(limits.app_per_sec) }
    }

    pub(super) fn address(&self, address: IpAddr) -> Result<(), Reject> {
        let address = match address {
            // One customer of a provider has at least so many addresses.
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            },
            IpAddr::V4(_) => address,
        };
        if may(self.addresses.as_ref(), &address) {
            return Ok(());
        }
        refuse(Reason::AddressRate, "this address pushes too often")
    }

    pub(super) fn app(&self, app: &str) -> Result<(), Reject> {
        if may(self.apps.as_ref(), &app.to_owned()) {
            return Ok(());
        }
        refuse(Reason::AppRate, "this app pushes too often")
    }

    /// Forgets those whose buckets are full again.
    pub(crate) fn tidy(&self) {
        self.addresses.iter().for_each(RateLimiter::retain_recent);
        self.apps.iter().for_each(RateLimiter::retain_recent);
    }
}

fn buckets<K: Clone + Eq + Hash>(per_sec: u32) -> Option<Buckets<K>> {
    let per_sec = NonZeroU32::new(per_sec)?;
    let burst = per_sec.saturating_mul(NonZeroU32::new(2)?);
    Some(RateLimiter::hashmap(Quota::per_second(per_sec).allow_burst(burst)))
}

fn may<K: Clone + Eq + Hash>(buckets: Option<&Buckets<K>>, key: &K) -> bool {
    let Some(buckets) = buckets else { return true };
    if buckets.len() >= MAX_KEYS {
        buckets.retain_recent();
        if buckets.len() >= MAX_KEYS {
            return false;
        }
    }
    buckets.check_key(key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_bucket_of_its_own() {
        let rates = Rates::new(&Limits { address_per_sec: 1, app_per_sec: 0, ..Limits::default() });
        let often = |address: &str| {
            let address = address.parse().unwrap();
            (0..10).filter(|_| rates.address(address).is_ok()).count()
        };
        assert_eq!(often("10.0.0.1"), 2);
        assert_eq!(often("::ffff:10.0.0.1"), 0);
        assert_eq!(often("10.0.0.2"), 2);
        assert_eq!(often("2001:db8::1"), 2);
        assert_eq!(often("2001:db8::2"), 0);
        assert_eq!(often("2001:db8:0:1::1"), 2);
        assert!((0..1_000).all(|_| rates.app("shop").is_ok()));
    }
}
