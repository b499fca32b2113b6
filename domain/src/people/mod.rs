//! The persons of the system and what may be said of them.
//!
//! Invariant: a value here is a fact somebody stored; whether a person is at the keyboard right
//! now (presence) is known to the server's hub alone.

mod agent;
mod contact;
mod team;
mod visitor;

pub use agent::{Agent, Availability, Face, Role};
pub use contact::{Contact, ContactField, ContactFields, Person};
pub use team::Team;
pub use visitor::{Page, Voucher, label};
