//! Files that are coming in, and how much is there already: nobody's slowness becomes everybody's,
//! and files do not take the room of messages.
//!
//! Invariant: an upload is counted from before its first byte until it is stored or given up.

use crate::error::{self, Result};
use domain::api::Refusal;
use domain::id::ConversationId;
use domain::limit;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is coming in from where.
type Going = Vec<(ConversationId, IpAddr)>;

/// The files that are coming in.
pub struct Uploads {
    going: Arc<Mutex<Going>>,
    held_bytes: AtomicU64,
    bytes_max: u64,
}

/// One of them; dropped when it has arrived.
pub(super) struct Turn {
    going: Arc<Mutex<Going>>,
    from: (ConversationId, IpAddr),
}

impl Uploads {
    /// None yet; of all together at most so many bytes are held.
    pub fn new(bytes_max: u64) -> Self {
        Self {
            going: Arc::default(),
            held_bytes: AtomicU64::new(0),
            bytes_max,
        }
    }

    /// So many more bytes are held.
    pub(super) fn add(&self, bytes: u64) {
        self.held_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many bytes are held no longer.
    pub(super) fn remove(&self, bytes: u64) {
        self.held_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts one more, unless there are too many of the same sender, or of all.
    pub(super) fn begin(&self, conversation: &ConversationId, address: IpAddr) -> Result<Turn> {
        if self.held_bytes.load(Ordering::Relaxed) >= self.bytes_max {
            tracing::warn!("the folder of files is as full as it may be");
            return Err(error::UNAVAILABLE.into());
        }
        let mut going = held(&self.going);
        let here = going.iter().filter(|(of, _)| of == conversation).count();
        let from_there = going.iter().filter(|(_, from)| *from == address).count();
        if here >= limit::UPLOADS_PER_CONVERSATION_AT_ONCE
            || from_there >= limit::UPLOADS_PER_ADDRESS_AT_ONCE
        {
            let retry_after_ms = 1_000;
            return Err(Refusal::TooMany { retry_after_ms }.into());
        }
        if going.len() >= limit::UPLOADS_AT_ONCE {
            return Err(error::UNAVAILABLE.into());
        }
        let from = (conversation.clone(), address);
        going.push(from.clone());
        Ok(Turn {
            going: Arc::clone(&self.going),
            from,
        })
    }
}

fn held(going: &Mutex<Going>) -> MutexGuard<'_, Going> {
    // Nothing panics while it is held, and it is whole after every line.
    going.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut going = held(&self.going);
        if let Some(at) = going.iter().position(|from| *from == self.from) {
            going.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_few_and_all_together_have_many() {
        let uploads = Uploads::new(100);
        let conversation = |n: usize| ConversationId::from_value(n as u128);
        let address = |n: usize| IpAddr::from([10, 0, 0, u8::try_from(n / 8).unwrap()]);
        let begin = |n: usize| uploads.begin(&conversation(n), address(n));
        let here: Vec<_> = (0..limit::UPLOADS_PER_CONVERSATION_AT_ONCE)
            .map(|_| begin(0).unwrap())
            .collect();
        assert!(begin(0).is_err());
        let others: Vec<_> = (here.len()..limit::UPLOADS_AT_ONCE)
            .map(|n| begin(n).unwrap())
            .collect();
        assert!(begin(999).is_err(), "all together");
        drop(here);
        assert!(begin(0).is_ok());
        drop(others);
        assert!(held(&uploads.going).is_empty());
        let home: Vec<_> = (0..limit::UPLOADS_PER_ADDRESS_AT_ONCE)
            .map(|n| uploads.begin(&conversation(n), address(0)).unwrap())
            .collect();
        assert!(uploads.begin(&conversation(999), address(0)).is_err());
        assert!(begin(999).is_ok());
        drop(home);
        uploads.add(100);
        assert!(begin(0).is_err(), "full");
        uploads.remove(1);
        assert!(begin(0).is_ok());
    }
}
