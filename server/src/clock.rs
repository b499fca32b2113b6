//! Time and chance, handed to everyone who decides. Tests own both.
//!
//! Invariant: the only place of the program that asks the machine for the time or for
//! randomness.

use domain::time::{Span, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's wall clock.
    System,
    /// Stands still until a test moves it.
    Test(Arc<watch::Sender<i64>>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn test(at: Timestamp) -> Self {
        Self::Test(Arc::new(watch::Sender::new(at.ms())))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock")]
                let now = std::time::SystemTime::now();
                let since = now
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Test(at) => Timestamp::from_ms(*at.borrow()),
        }
    }

    /// Moves a test's clock; the machine's goes by itself.
    pub fn advance(&self, span: Span) {
        if let Self::Test(at) = self {
            at.send_modify(|at| *at = Timestamp::from_ms(*at).plus(span).ms());
        }
    }

    /// Returns when it is this late.
    pub async fn reach(&self, at: Timestamp) {
        match self {
            Self::System => {
                let ahead = at.since(self.now());
                tokio::time::sleep(Duration::from_millis(ahead.ms())).await;
            }
            Self::Test(now) => {
                // The clock is held here, so it cannot be gone.
                let _ = now.subscribe().wait_for(|now| *now >= at.ms()).await;
            }
        }
    }
}

/// For rate limits, which count against the same clock as everything else.
impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Self::Instant {
        Duration::from_millis(Clock::now(self).ms().max(0).unsigned_abs())
    }
}

/// `N` unpredictable bytes from the operating system.
///
/// # Errors
/// When the operating system has none to give; nothing secret can be made then.
pub fn entropy<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}
