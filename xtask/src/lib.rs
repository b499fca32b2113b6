//! The two commands of a developer, `run` and `test`, and the checks that judge the house.
//!
//! Invariant: needs rustup, a C compiler and node; everything else it installs or says how to.

#![expect(
    clippy::disallowed_methods,
    reason = "measures how long its steps take"
)]

pub mod cache;
pub mod ci;
pub mod cleanup;
pub mod console;
pub mod crash;
pub mod install;
pub mod lighthouse;
pub mod postgres;
pub mod program;
pub mod serve;
pub mod site;
pub mod size;
pub mod tidy;
pub mod watch;
pub mod workspace;
