//! Passwords and their hashes: argon2id with the parameters of the crate's default (19 MiB, two
//! passes, one lane: the first recommendation of the OWASP password storage cheat sheet).
//!
//! Invariant: at most `limit::PASSWORD_HASHES_AT_ONCE` hashes are computed at a time, on threads
//! of their own, so that sign-in is no lever against the processor.

use anyhow::{Context, anyhow};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use domain::limit;
use domain::text::Password;
use tokio::sync::Semaphore;

static AT_ONCE: Semaphore = Semaphore::const_new(limit::PASSWORD_HASHES_AT_ONCE);

/// A hash to compare with when there is no such agent, so that a wrong address takes as long as
/// a wrong password and nobody learns which addresses exist.
#[derive(Debug, Clone)]
pub struct Hasher {
    nobody: String,
}

impl Hasher {
    /// Makes the hash of nobody.
    pub async fn new() -> anyhow::Result<Self> {
        Ok(Self {
            nobody: hash_text("nobody has this password".to_owned()).await?,
        })
    }

    /// The hash of a new password, parameters and salt inside (PHC string format).
    pub async fn hash(password: Password) -> anyhow::Result<String> {
        hash_text(password.secret().to_owned()).await
    }

    /// Whether this password belongs to the hash; `None` is the hash of nobody.
    pub async fn fits(&self, hash: Option<&str>, password: &str) -> anyhow::Result<bool> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let password = password.to_owned();
        let _permit = AT_ONCE.acquire().await.context("hashing has ended")?;
        let fits = tokio::task::spawn_blocking(move || verify(&hash, &password)).await??;
        Ok(fits && is_known)
    }
}

async fn hash_text(password: String) -> anyhow::Result<String> {
    let salt: [u8; 16] = crate::clock::entropy()?;
    let _permit = AT_ONCE.acquire().await.context("hashing has ended")?;
    tokio::task::spawn_blocking(move || {
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| anyhow!("hashing a password: {error}"))?;
        Ok(hash.to_string())
    })
    .await?
}

fn verify(hash: &str, password: &str) -> anyhow::Result<bool> {
    let hash = PasswordHash::new(hash).map_err(|error| anyhow!("a stored hash: {error}"))?;
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok())
}
