//! Remembers what the slow tools made of which input, so that a second build takes seconds.
//!
//! Invariant: an answer depends only on the tool's name with its version and on the input.

use crate::workspace;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs,
    io::Write,
    time::{Instant, SystemTime},
};
use tempfile::NamedTempFile;

/// How many answers are kept; the oldest are thrown away.
const ANSWERS_MAX: usize = 400;

/// An answer that took longer than this is mentioned.
const SHOWN_FROM_SECONDS: f64 = 1.0;

/// The tool's answer to this input, from the cache or made now.
pub fn memo(
    tool: &str,
    input: &[u8],
    make: impl FnOnce(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let folder = workspace::target().join("xtask/cache");
    let mut key = Sha256::new();
    key.update(tool.as_bytes());
    key.update([0]);
    key.update(input);
    let file = folder.join(hex(&key.finalize()));
    if let Ok(answer) = fs::read(&file) {
        return Ok(answer);
    }
    let begun = Instant::now();
    let answer = make(input).with_context(|| format!("{tool} failed"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if seconds >= SHOWN_FROM_SECONDS {
        let name = tool.split(' ').next().unwrap_or_default();
        eprintln!("  {name} {seconds:.1} s");
    }
    fs::create_dir_all(&folder)?;
    // Moved into place, so that an interrupted build leaves no half answer.
    let mut unfinished = NamedTempFile::new_in(&folder)?;
    unfinished.write_all(&answer)?;
    unfinished.persist(&file)?;
    Ok(answer)
}

/// Throws the oldest answers away.
pub fn prune() -> Result<()> {
    let folder = workspace::target().join("xtask/cache");
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(());
    };
    let mut answers = Vec::new();
    for entry in entries {
        let entry = entry?;
        let made_at = entry
            .metadata()?
            .modified()
            .unwrap_or(SystemTime::UNIX_EPOCH);
        answers.push((made_at, entry.path()));
    }
    answers.sort();
    let surplus = answers.len().saturating_sub(ANSWERS_MAX);
    for (_, path) in answers.iter().take(surplus) {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// The first part of the content's hash, for the names of files.
pub fn short_hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content)).chars().take(16).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
