//! How a window stands to the server.
//!
//! Invariant: says what is so, not what to do about it; banners and signs are made of it.

use domain::api::Refusal;
use domain::time::Timestamp;

/// How the window stands to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Link {
    /// Not there yet, for the first time.
    #[default]
    Connecting,
    /// Everything the server has is here, within a moment.
    UpToDate,
    /// The same by asking again and again: `WebSockets` do not come through.
    Polling,
    /// The line is lost, or may be; it is tried again by itself.
    NotUpToDate {
        /// When the server was last heard.
        since: Timestamp,
    },
    /// The session has ended: sign in, then `Live::restart`.
    SignedOut,
    /// The server is newer than this page: reload it.
    Outdated,
    /// The server does not talk with this window; it is asked again now and then.
    Refused(Refusal),
}
