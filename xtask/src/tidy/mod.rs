//! Checks what a machine can judge about the house; `cargo test -p xtask` runs them all.
//!
//! Invariant: reads, never writes; each finding names the file and what to do.

pub mod arrows;
pub mod builders;
pub mod lengths;
pub mod tree;
pub mod wire;

use anyhow::Result;

/// Everything that is not as it should be, one sentence each.
pub fn findings() -> Result<Vec<String>> {
    let mut findings = arrows::between_crates()?;
    findings.extend(arrows::between_folders()?);
    findings.extend(builders::differences()?);
    findings.extend(tree::machine_paths()?);
    findings.extend(tree::unnamed_folders()?);
    findings.extend(wire::without_snapshot()?);
    Ok(findings)
}
