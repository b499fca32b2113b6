//! The program `aureole`: reads the command line and calls the library.
//!
//! Invariant: holds no logic; everything it starts is in the library, where tests reach it.

use anyhow::{Context, anyhow, bail};
use clap::{Args, Parser, Subcommand};
use domain::text::{EmailAddress, Password};
use server::config::Config;
use server::{agents, db, first_steps, start};
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

/// Open live chat: agents answer the visitors of any website.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the agents' area, the chat frame and the API.
    Serve(Box<Config>),
    /// Give an agent a new password, read from standard input; their sessions end.
    SetPassword(SetPassword),
    /// Say that a backup was restored: open windows then forget what they hold.
    Restored(Restored),
}

#[derive(Args)]
struct SetPassword {
    /// The agent's e-mail address.
    email: String,
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:data/aureole.db")]
    database_url: String,
}

#[derive(Args)]
struct Restored {
    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:data/aureole.db")]
    database_url: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(config) => {
            log(config.log_json);
            start::serve(*config).await
        }
        Command::SetPassword(arguments) => set_password(arguments).await,
        Command::Restored(arguments) => restored(arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aureole: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// To standard error, filtered by `RUST_LOG`. Messages of visitors and secrets are never logged.
fn log(is_json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if is_json {
        lines.json().init();
    } else {
        lines.with_target(false).compact().init();
    }
}

async fn set_password(arguments: SetPassword) -> anyhow::Result<()> {
    let email = EmailAddress::parse(&arguments.email)
        .map_err(|reason| anyhow!("The e-mail address is {reason}."))?;
    if std::io::stdin().is_terminal() {
        eprintln!("New password for {email}, then Ctrl-D:");
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("reading the password")?;
    let password = Password::parse(text.trim_end_matches(['\r', '\n']))
        .map_err(|reason| anyhow!("The password is {reason}."))?;
    // A running server of an embedded database holds its lock; PostgreSQL needs no stop.
    let (database, _lock) = db::open(&arguments.database_url).await?;
    if !agents::set_password_by_email(&database, &email, password).await? {
        bail!("There is no agent with the address {email}.");
    }
    database.close().await;
    eprintln!("Done. {email} can sign in with the new password.");
    Ok(())
}

async fn restored(arguments: Restored) -> anyhow::Result<()> {
    let (database, _lock) = db::open(&arguments.database_url).await?;
    first_steps::restored(&database).await?;
    database.close().await;
    eprintln!("Done. Windows that were open before the backup will read everything anew.");
    Ok(())
}
