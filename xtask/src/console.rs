//! What a person sees of the progress: the name of each step and its seconds.
//!
//! Invariant: a step that fails is named by the last line on the screen.

use anyhow::{Context, Result};
use std::time::Instant;

/// Runs one step under its name, and says how long it took when that was noticeable.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("» {name}");
    let begun = Instant::now();
    let result = work().with_context(|| format!("step failed: {name}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if seconds >= 0.1 {
        eprintln!("  {seconds:.1} s");
    }
    Ok(result)
}
