//! The two ways in which a use case ends early.
//!
//! Invariant: what went wrong inside is logged once, at the door, and never leaves the server;
//! the client gets the id of the log line.

use domain::api::Refusal;

/// Why a use case did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// The world says no, and the client is told why.
    Refused(Refusal),
    /// Our fault or the machine's.
    Internal(anyhow::Error),
}

/// What use cases return.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<sqlx::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Internal(error),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            tracing::warn!(%error, "the database takes nothing just now");
            Self::Refused(UNAVAILABLE)
        } else {
            Self::Internal(error.into())
        }
    }
}

/// What senders hear while the database refuses: nothing is known to be done, send again.
pub const UNAVAILABLE: Refusal = Refusal::Unavailable {
    retry_after_ms: 2000,
};

/// Whether time or an operator may mend this: a full disk, a lost connection, a lock that was
/// not given. Codes: SQLite's primary result codes, and the classes of SQLSTATE.
fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // PostgreSQL: connection exceptions, operator intervention, lack of resources,
            // system errors, and transactions that may simply be tried again.
            Some(code) if code.len() == 5 => ["08", "53", "57", "58", "40"]
                .iter()
                .any(|class| code.starts_with(class)),
            // SQLite: busy 5, locked 6, read-only 8, I/O error 10, full 13, cannot open 14.
            Some(code) => code
                .parse::<u32>()
                .is_ok_and(|code| matches!(code & 0xFF, 5 | 6 | 8 | 10 | 13 | 14)),
            None => false,
        },
        _ => false,
    }
}
