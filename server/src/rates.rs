//! How often somebody may do something, counted against the server's clock.
//!
//! Invariant: a refusal tells when to come back; nothing is ever silently dropped.

use crate::clock::Clock;
use crate::config;
use domain::api::Refusal;
use governor::clock::Reference;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

type At = <Clock as governor::clock::Clock>::Instant;
type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, Clock, NoOpMiddleware<At>>;

/// A limit for one connection.
pub type Single = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<At>>;

/// The server's limits.
pub struct Rates {
    clock: Clock,
    sign_in_by_email: Keyed<String>,
    sign_in_by_address: Keyed<IpAddr>,
    starts_by_address: Keyed<IpAddr>,
    requests_by_address: Keyed<IpAddr>,
    frames_per_second: Quota,
}

impl Rates {
    /// Limits as configured, counted against `clock`.
    pub fn new(config: &config::Rates, clock: Clock) -> Self {
        let per_minute = |n| Quota::per_minute(at_least_one(n));
        Self {
            sign_in_by_email: keyed(per_minute(config.sign_in_per_minute), &clock),
            sign_in_by_address: keyed(per_minute(config.sign_in_per_address_per_minute), &clock),
            starts_by_address: keyed(per_minute(config.starts_per_address_per_minute), &clock),
            requests_by_address: keyed(burst(config.requests_per_address_per_second), &clock),
            frames_per_second: burst(config.frames_per_second),
            clock,
        }
    }

    /// One more attempt to sign in.
    pub fn sign_in(&self, email: &str, address: IpAddr) -> Result<(), Refusal> {
        self.check(&self.sign_in_by_address, &address)?;
        self.check(&self.sign_in_by_email, &email.to_owned())
    }

    /// One more conversation.
    pub fn start(&self, address: IpAddr) -> Result<(), Refusal> {
        self.check(&self.starts_by_address, &address)
    }

    /// One more request.
    pub fn request(&self, address: IpAddr) -> Result<(), Refusal> {
        self.check(&self.requests_by_address, &address)
    }

    /// The limit of a new connection.
    pub fn frames(&self) -> Single {
        RateLimiter::direct_with_clock(self.frames_per_second, self.clock.clone())
    }

    /// One more frame.
    pub fn frame(&self, limit: &Single) -> Result<(), Refusal> {
        limit.check().map_err(|not_until| {
            too_many(
                not_until.earliest_possible(),
                governor::clock::Clock::now(&self.clock),
            )
        })
    }

    fn check<K: Hash + Eq + Clone>(&self, limit: &Keyed<K>, key: &K) -> Result<(), Refusal> {
        limit.check_key(key).map_err(|not_until| {
            too_many(
                not_until.earliest_possible(),
                governor::clock::Clock::now(&self.clock),
            )
        })
    }

    /// Forgets who has been quiet long enough to start afresh. Called now and then.
    pub fn forget_idle(&self) {
        self.sign_in_by_email.retain_recent();
        self.sign_in_by_address.retain_recent();
        self.starts_by_address.retain_recent();
        self.requests_by_address.retain_recent();
    }
}

fn too_many(at: At, now: At) -> Refusal {
    let wait = Duration::from(at.duration_since(now));
    let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Refusal::TooMany {
        retry_after_ms: ms.saturating_add(1),
    }
}

fn keyed<K: Hash + Eq + Clone>(quota: Quota, clock: &Clock) -> Keyed<K> {
    RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
}

fn burst(per_second: u32) -> Quota {
    let burst = at_least_one(per_second.saturating_mul(10));
    Quota::per_second(at_least_one(per_second)).allow_burst(burst)
}

fn at_least_one(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}
