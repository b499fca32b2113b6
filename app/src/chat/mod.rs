//! The agents' Chat area, and what of it is with an agent on every page: the line, the ring, the
//! title.
//!
//! Invariant: imports neither `admin` nor `widget`.

mod activity;
pub mod area;
mod aside;
pub mod availability;
pub mod conversation;
mod desk;
pub mod details;
pub mod device;
pub mod first_steps;
pub mod footer;
pub mod header;
mod hearing;
pub mod inbox;
pub mod inbox_row;
mod keeping;
mod list;
pub mod ring;
pub mod transfer;
pub mod waited;
mod words;

pub use area::ChatArea;
pub use availability::{AlertItems, set_availability};
pub use desk::{Desk, use_desk};
pub use ring::{Ring, WindowTitle};
