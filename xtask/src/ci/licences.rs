//! Compares the licences of everything we depend on with the committed list.
//!
//! Invariant: a licence that a person has not put on the list fails.

use crate::{
    program::{cargo, output},
    workspace,
};
use anyhow::{Context, Result, bail};
use spdx::{Expression, ParseMode};
use std::{collections::BTreeSet, fs};

const LIST: &str = "xtask/licences.txt";

#[derive(serde::Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(serde::Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// `None` for the crates of this workspace.
    source: Option<String>,
}

/// Fails with every package whose licence is not satisfied by the list.
pub fn check() -> Result<()> {
    let text = fs::read_to_string(workspace::path(LIST)).context(LIST)?;
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    let allowed: BTreeSet<&str> = lines.filter(|line| !line.is_empty()).collect();

    let metadata = output(cargo("metadata").args(["--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_slice(&metadata)?;
    let mut refused = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
    {
        let licence = package.license.as_deref().unwrap_or("none");
        if !is_allowed(licence, &allowed) {
            refused.push(format!("{} {}: {licence}", package.name, package.version));
        }
    }
    if !refused.is_empty() {
        bail!("licences that are not in {LIST}:\n{}", refused.join("\n"));
    }
    Ok(())
}

/// Whether the list satisfies the expression: one of those joined by `OR`, all joined by `AND`.
fn is_allowed(licence: &str, allowed: &BTreeSet<&str>) -> bool {
    // Lax, because older crates write `MIT/Apache-2.0`.
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| allowed.contains(requirement.to_string().as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_expressions() {
        let allowed = BTreeSet::from(["MIT", "Apache-2.0 WITH LLVM-exception"]);
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR (MIT AND Apache-2.0 WITH LLVM-exception)",
        ] {
            assert!(is_allowed(licence, &allowed), "{licence}");
        }
        for licence in ["none", "GPL-3.0-only", "MIT AND GPL-3.0-only"] {
            assert!(!is_allowed(licence, &allowed), "{licence}");
        }
    }
}
