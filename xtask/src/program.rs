//! Starts other programs: cargo, npm, rustup, and what they installed.
//!
//! Invariant: a program that is missing or fails is an error that names its command line, and
//! none outlives us when we are told to stop.

use crate::{
    cleanup::{Cleanup, at_end, signal},
    workspace,
};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

/// A program to be run in the root of the workspace.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(workspace::root());
    command
}

/// The cargo that runs us. Under `CI=true` the lock file may not change on the way.
pub fn cargo(subcommand: &str) -> Command {
    let mut command = program(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    // Set for this crate by cargo; they would make the build scripts of others run again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command.arg(subcommand);
    if is_ci() && subcommand != "fmt" {
        command.arg("--locked");
    }
    command
}

/// Whether a machine asks: then nothing may be left out.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The path of the first of these programs that the machine has.
pub fn find(names: &[&str]) -> Option<String> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&folders).collect();
    let paths = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    paths
        .into_iter()
        .find(|path| path.is_file())
        .map(|path| path.display().to_string())
}

/// Runs it with its output on our screen.
pub fn run(command: &mut Command) -> Result<()> {
    let (mut child, ending) = start(command)?;
    let status = child.wait()?;
    ending.forget();
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs it with its output on our screen, and shows each line to `reader` as well.
pub fn run_reading(command: &mut Command, mut reader: impl FnMut(&str)) -> Result<()> {
    let (mut child, ending) = start(command.stdout(Stdio::piped()))?;
    let output = BufReader::new(child.stdout.take().context("no standard output")?);
    for text in output.split(b'\n') {
        let text = String::from_utf8_lossy(&text?).into_owned();
        let mut screen = std::io::stdout().lock();
        writeln!(screen, "{text}")?;
        reader(&text);
    }
    let status = child.wait()?;
    ending.forget();
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs it and returns what it wrote.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    filter(command, b"")
}

/// Sends it the input and returns what it wrote.
pub fn filter(command: &mut Command, input: &[u8]) -> Result<Vec<u8>> {
    let (mut child, ending) = start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    // The programs we filter through read everything before they write, so this cannot block.
    child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(input)?;
    let output = child.wait_with_output()?;
    ending.forget();
    if !output.status.success() {
        bail!("{} ended with {}", line(command), output.status);
    }
    Ok(output.stdout)
}

fn start(command: &mut Command) -> Result<(Child, Cleanup)> {
    let child = command
        .spawn()
        .with_context(|| format!("cannot start {}", line(command)))?;
    let id = child.id();
    Ok((child, at_end(move || signal(id, Signal::TERM))))
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
