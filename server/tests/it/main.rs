//! The server from outside: use cases through its doors and sockets, on both databases.
//!
//! Invariant: a test waits for frames and conditions, never for time to pass, and asks through
//! the same doors as browsers do.

#![expect(
    clippy::disallowed_methods,
    reason = "tasks of a test end with its runtime, and a real server runs by real time"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect shall end there"
)]
// The deep types of Leptos reach this far, too.
#![recursion_limit = "256"]

mod world;

mod access;
mod admin;
mod attachments;
mod audience;
mod bots;
mod conversation;
mod database;
mod disk;
mod doors;
mod entrance;
mod faces;
mod facts;
mod flows;
mod hand_overs;
mod identity;
mod integration;
mod limits;
mod list;
mod own_chats;
mod own_teams;
mod presence;
mod process;
mod profiles;
mod race;
mod repeat;
mod resume;
mod sessions;
mod transfers;
mod upgrade;
mod wait_messages;
mod waits;
