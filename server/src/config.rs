//! Everything that can be set, by flag or environment, parsed once.
//!
//! Invariant: nothing reads the environment after start.

use clap::Args;
use domain::limit;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What `aureole serve` can be told.
#[derive(Args, Debug, Clone)]
pub struct Config {
    /// The address to listen on. Port 0 takes a free one.
    #[arg(long, env = "AUREOLE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The origin people reach this installation under, such as `https://chat.example.com`.
    /// Without it, `http://` and the listening address.
    #[arg(long, env = "AUREOLE_PUBLIC_URL", value_parser = origin)]
    pub public_url: Option<String>,

    /// The database: `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:data/aureole.db")]
    pub database_url: String,

    /// The file with the key that encrypts secrets in the database; made when the first secret
    /// is set. Without it, beside the file of SQLite, and `data/aureole.key` with PostgreSQL.
    #[arg(long, env = "AUREOLE_KEY_FILE")]
    pub key_file: Option<PathBuf>,

    /// The folder of the files that people send. Without it, beside the file of SQLite, and
    /// `data/aureole.files` with PostgreSQL. Several servers on one database share it.
    #[arg(long, env = "AUREOLE_FILES_DIR")]
    pub files_dir: Option<PathBuf>,

    /// How many bytes all those files together may take; more are refused until some are gone.
    #[arg(long, env = "AUREOLE_FILES_BYTES_MAX", default_value_t = limit::FILES_BYTES_MAX)]
    pub files_bytes_max: u64,

    /// A database of countries by network address (MMDB, as `MaxMind` and DB-IP give them out), for
    /// the rules of chat profiles that name countries. Without it, none of those counts.
    #[arg(long, env = "AUREOLE_COUNTRY_MMDB")]
    pub country_mmdb: Option<PathBuf>,

    /// E-mail address of the admin whom the first start makes.
    #[arg(long, env = "AUREOLE_ADMIN_EMAIL", default_value = "admin@localhost")]
    pub admin_email: String,

    /// Password of the admin whom the first start makes. Without it, one is made and shown once.
    #[arg(long, env = "AUREOLE_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,

    /// Also serve a demo shop that embeds the chat.
    #[arg(long, env = "AUREOLE_DEMO")]
    pub demo: bool,

    /// The demo shop's address.
    #[arg(long, env = "AUREOLE_DEMO_LISTEN", default_value = "127.0.0.1:8081")]
    pub demo_listen: SocketAddr,

    /// The demo shop's origin. Without it, `http://localhost` and the demo's port: another site
    /// than `127.0.0.1`, so that browsers treat the chat as embedded on a stranger's page.
    #[arg(long, env = "AUREOLE_DEMO_URL", value_parser = origin)]
    pub demo_url: Option<String>,

    /// Networks of the proxies whose `X-Forwarded-For` is believed, separated by commas.
    #[arg(long, env = "AUREOLE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,

    /// Log as JSON, one object per line.
    #[arg(long, env = "AUREOLE_LOG_JSON")]
    pub log_json: bool,

    #[command(flatten)]
    pub rates: Rates,

    #[command(flatten)]
    pub test: TestSwitches,
}

/// How often is too often. An office behind one address, or a test, may need more.
#[derive(Args, Debug, Clone)]
pub struct Rates {
    /// Sign-in attempts per e-mail address and minute.
    #[arg(long, env = "AUREOLE_SIGN_IN_PER_MINUTE", default_value_t = limit::SIGN_IN_PER_MINUTE)]
    pub sign_in_per_minute: u32,

    /// Sign-in attempts per network address and minute.
    #[arg(long, env = "AUREOLE_SIGN_IN_PER_ADDRESS_PER_MINUTE",
        default_value_t = limit::SIGN_IN_PER_ADDRESS_PER_MINUTE)]
    pub sign_in_per_address_per_minute: u32,

    /// Conversations started per network address and minute.
    #[arg(long, env = "AUREOLE_STARTS_PER_ADDRESS_PER_MINUTE",
        default_value_t = limit::STARTS_PER_ADDRESS_PER_MINUTE)]
    pub starts_per_address_per_minute: u32,

    /// Frames of one connection per second; ten seconds' worth may come at once.
    #[arg(long, env = "AUREOLE_FRAMES_PER_SECOND", default_value_t = limit::FRAMES_PER_SECOND)]
    pub frames_per_second: u32,

    /// Requests to the API per network address and second; ten seconds' worth may come at once.
    #[arg(long, env = "AUREOLE_REQUESTS_PER_ADDRESS_PER_SECOND",
        default_value_t = limit::REQUESTS_PER_ADDRESS_PER_SECOND)]
    pub requests_per_address_per_second: u32,
}

/// Switches that break promises on purpose, so that tests can prove that they would notice.
#[derive(Args, Debug, Clone, Default)]
pub struct TestSwitches {
    /// For the crash test only: acknowledge before the disk has it.
    #[arg(long, env = "AUREOLE_TEST_ACK_BEFORE_COMMIT", hide = true)]
    pub ack_before_commit: bool,

    /// For tests only: speak another protocol version, as after an upgrade.
    #[arg(long, env = "AUREOLE_TEST_PROTOCOL_VERSION", hide = true)]
    pub protocol_version: Option<u32>,

    /// For tests only: agents who do nothing are idle after this many seconds.
    #[arg(long, env = "AUREOLE_TEST_AGENT_IDLE_SECONDS", hide = true)]
    pub agent_idle_seconds: Option<u64>,

    /// For tests only: visitors who wait hear a message after so many seconds, whatever their chat
    /// profile says of minutes.
    #[arg(long, env = "AUREOLE_TEST_WAIT_SECONDS", hide = true)]
    pub wait_seconds: Option<u64>,
}

impl Config {
    /// Where what belongs to the database lies if nobody says: beside the file of SQLite, else in
    /// the data folder.
    pub fn beside_database(&self, extension: &str) -> PathBuf {
        beside(&self.database_url, extension)
    }
}

fn beside(database_url: &str, extension: &str) -> PathBuf {
    let path = database_url.strip_prefix("sqlite:").map(|rest| {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        rest.split('?').next().unwrap_or(rest)
    });
    Path::new(path.unwrap_or("data/aureole.db")).with_extension(extension)
}

impl Rates {
    /// The rates as documented.
    pub fn standard() -> Self {
        Self {
            sign_in_per_minute: limit::SIGN_IN_PER_MINUTE,
            sign_in_per_address_per_minute: limit::SIGN_IN_PER_ADDRESS_PER_MINUTE,
            starts_per_address_per_minute: limit::STARTS_PER_ADDRESS_PER_MINUTE,
            frames_per_second: limit::FRAMES_PER_SECOND,
            requests_per_address_per_second: limit::REQUESTS_PER_ADDRESS_PER_SECOND,
        }
    }
}

/// An origin: scheme, host, maybe a port, and nothing behind it.
fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let is_origin = host.is_some_and(|host| {
        !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '"', '\'', '\\'])
    });
    if is_origin {
        Ok(text.to_lowercase())
    } else {
        Err("must be an origin such as https://chat.example.com".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_database_lies_beside_it() {
        for (url, want) in [
            ("sqlite:data/aureole.db", "data/aureole.key"),
            ("sqlite:///srv/chat.db?mode=rwc", "/srv/chat.key"),
            ("postgres://u@h/d", "data/aureole.key"),
        ] {
            assert_eq!(beside(url, "key"), Path::new(want), "{url}");
        }
    }
}
