//! Builds the server's program and becomes it.
//!
//! Invariant: the site is built before, because the program carries it.

use crate::{
    console,
    program::{cargo, run as run_program},
    workspace::{self, SERVER_PACKAGE, SERVER_PROGRAM},
};
use anyhow::{Result, bail};
use std::{os::unix::process::CommandExt, path::PathBuf, process::Command};

/// Compiles the program.
pub fn build(is_release: bool) -> Result<()> {
    console::step("build the server", || {
        let mut command = cargo("build");
        command.args(["--package", SERVER_PACKAGE, "--bin", SERVER_PROGRAM]);
        if is_release {
            command.arg("--release");
        }
        run_program(&mut command)
    })
}

/// Where cargo put the program.
pub fn program(is_release: bool) -> PathBuf {
    let profile = if is_release { "release" } else { "debug" };
    workspace::target().join(profile).join(SERVER_PROGRAM)
}

/// Replaces this process by the server with its demo shop.
pub fn run(is_release: bool) -> Result<()> {
    let path = program(is_release);
    let failure = Command::new(&path)
        .current_dir(workspace::root())
        .args(["serve", "--demo"])
        .exec();
    bail!("cannot start {}: {failure}", path.display());
}
