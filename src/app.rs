//! Everything a door needs, built once: by `cli` for a process, by a test for itself.

mod demo;
mod live;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use tokio::sync::Notify;

pub use demo::{Demo, SignIn, Stop};
pub use live::{Deaf, Ear, Live, Look, Signal};

use crate::clock::Clock;
use crate::desk::{Desk, Error, links};
use crate::mail::mailer::Mailer;
use crate::secrets::{self, Keys};
use crate::settings::{Limits, Settings};
use crate::store::Store;

pub struct App {
    pub store: Store,
    pub desk: Arc<Desk>,
    /// The time of the business: promises, rungs, events.
    pub clock: Arc<dyn Clock>,
    /// The time of the operating system: sign-in, links, limits.
    pub wall: Arc<dyn Clock>,
    pub keys: Keys,
    pub mailer: Mailer,
    /// Nudged when there may be a letter: whoever delivers does not wait for the next tick.
    pub mail_waiting: Notify,
    pub gates: Gates,
    /// For pages that stay open.
    pub live: Arc<Live>,
    pub settings: Settings,
    /// Set by `lizard demo` alone: nothing in here is real, so that all of it may be seen.
    pub demo: Option<Demo>,
    /// When this process last finished a sweep, on the wall clock; microseconds, 0 for never.
    swept_at: AtomicI64,
}

/// How often something may be tried.
pub struct Gates {
    pub sign_in: DefaultKeyedRateLimiter<String>,
    pub sign_in_from: DefaultKeyedRateLimiter<IpAddr>,
    pub reset: DefaultKeyedRateLimiter<String>,
    /// Links to sign in.
    pub link: DefaultKeyedRateLimiter<String>,
}

impl Gates {
    fn new(limits: &Limits) -> Self {
        let times = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            sign_in: RateLimiter::keyed(Quota::per_minute(times(limits.sign_in_per_minute))),
            sign_in_from: RateLimiter::keyed(Quota::per_minute(times(limits.sign_in_per_address_per_minute))),
            reset: RateLimiter::keyed(Quota::per_hour(times(limits.reset_per_hour))),
            link: RateLimiter::keyed(Quota::per_hour(times(limits.reset_per_hour))),
        }
    }

    /// Forgets whom nothing is held against.
    pub fn forget(&self) {
        self.sign_in.retain_recent();
        self.sign_in_from.retain_recent();
        self.reset.retain_recent();
        self.link.retain_recent();
    }
}

impl App {
    /// The store has been migrated and seeded. The signing key is made when it is missing.
    pub async fn new(
        settings: Settings,
        store: Store,
        clock: Arc<dyn Clock>,
        wall: Arc<dyn Clock>,
        mailer: Mailer,
    ) -> Result<Self, Error> {
        let fresh = secrets::random();
        let secret = store.write(move |db| links::signing_key(db, &fresh)).await?;
        Ok(Self {
            store,
            desk: Arc::new(Desk::new(&settings)),
            clock,
            wall,
            keys: Keys::new(secret),
            mailer,
            mail_waiting: Notify::new(),
            gates: Gates::new(&settings.limits),
            live: Arc::default(),
            settings,
            demo: None,
            swept_at: AtomicI64::new(0),
        })
    }

    /// The same, as a demo.
    #[must_use]
    pub fn as_demo(mut self, demo: Demo) -> Self {
        self.demo = Some(demo);
        self
    }

    /// How many times as fast as the wall's the business's clock runs.
    pub fn factor(&self) -> u32 {
        self.demo.as_ref().map_or(1, |demo| demo.factor)
    }

    /// A sweep was finished.
    pub fn swept(&self, at: Timestamp) {
        self.swept_at.store(at.as_microsecond(), Ordering::Relaxed);
    }

    /// When this process last finished one.
    pub fn last_sweep(&self) -> Option<Timestamp> {
        let at = self.swept_at.load(Ordering::Relaxed);
        Some(at).filter(|at| *at > 0).and_then(|at| Timestamp::from_microsecond(at).ok())
    }
}
