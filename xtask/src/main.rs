//! The command line of `cargo xtask`: each command is a module of the library.
//!
//! Invariant: holds no logic.

#![expect(clippy::print_stdout, reason = "answers the person who called it")]

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use xtask::{
    ci, cleanup, crash, lighthouse, serve,
    site::{self, Quality},
    size, tidy, watch,
};

/// Builds, runs and checks Aureole.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve it with a demo shop, on embedded `SQLite` in `./data`.
    Run {
        /// Build and start again when a source changes (quick, unoptimised bundles).
        #[arg(long, conflicts_with = "release")]
        watch: bool,
        /// Build the server with optimisations.
        #[arg(long)]
        release: bool,
    },
    /// Build the site and the server.
    Build {
        /// Build the server with optimisations.
        #[arg(long)]
        release: bool,
    },
    /// Run everything that CI runs.
    Test(ci::Choice),
    /// Kill the server again and again, and prove that nothing was lost.
    Crash(crash::Choice),
    /// Print what a visitor downloads, and fail above the budgets.
    Size {
        /// For programs.
        #[arg(long)]
        json: bool,
        /// Compile the chat frame's bundle and weigh it alone: for whoever counts its bytes.
        #[arg(long, conflicts_with = "json")]
        frame: bool,
    },
    /// Compare the demo shop with and without the chat in Lighthouse, and fail if the chat costs.
    Lighthouse(lighthouse::Choice),
    /// Check what a machine can judge about the source, and print what a reader may judge.
    Tidy,
}

fn main() -> ExitCode {
    match answer(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure:#}");
            ExitCode::FAILURE
        }
    }
}

fn answer(command: Command) -> Result<()> {
    cleanup::on_signals()?;
    match command {
        Command::Run { watch: true, .. } => watch::run(),
        Command::Run { release, .. } => {
            build(release)?;
            serve::run(release)
        }
        Command::Build { release } => build(release),
        Command::Test(choice) => ci::run_all(&choice),
        Command::Crash(choice) => crash(&choice),
        Command::Size { frame: true, .. } => print_frame(),
        Command::Size { json, .. } => print_sizes(json),
        Command::Lighthouse(choice) => lighthouse::run(&choice),
        Command::Tidy => print_findings(),
    }
}

fn build(is_release: bool) -> Result<()> {
    site::build(Quality::Ship)?;
    serve::build(is_release)
}

fn crash(choice: &crash::Choice) -> Result<()> {
    println!("{}", crash::run(choice)?.join("\n"));
    Ok(())
}

fn print_sizes(is_json: bool) -> Result<()> {
    let sizes = size::measure()?;
    if is_json {
        println!("{}", serde_json::to_string(&sizes)?);
    } else {
        println!("{}", sizes.lines().join("\n"));
    }
    sizes.check()
}

fn print_frame() -> Result<()> {
    let (glue, wasm) = site::weigh_frame()?;
    println!("glue {glue} B, WebAssembly {wasm} B");
    Ok(())
}

fn print_findings() -> Result<()> {
    tidy::lengths::print()?;
    let findings = tidy::findings()?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    Ok(())
}
