//! `Trunk.toml` and the cargo-leptos section serve people who have those tools. They must name
//! what `xtask` builds.
//!
//! Invariant: compares values, so a key that is renamed or lost is found, too.

use crate::workspace::{
    self as names, FRAME_ADDRESS, FRAME_DOCUMENT, FRAME_PACKAGE, PAGES_FOLDER, PAGES_NAME,
    PAGES_PACKAGE, PAGES_STYLE, PUBLIC_FOLDER, SERVER_PACKAGE, SERVER_PROGRAM, SITE_FOLDER,
    WASM_PROFILE,
};
use anyhow::{Context, Result};
use std::fs;
use toml::{Table, Value};

/// Where the two descriptions say something else than `xtask` does.
pub fn differences() -> Result<Vec<String>> {
    let mut findings = leptos()?;
    findings.extend(trunk()?);
    Ok(findings)
}

fn leptos() -> Result<Vec<String>> {
    let manifest = table("Cargo.toml")?;
    let section = manifest
        .get("workspace")
        .and_then(|table| table.get("metadata")?.get("leptos")?.get(0))
        .context("Cargo.toml has no [[workspace.metadata.leptos]]")?;
    let expected = [
        ("output-name", PAGES_NAME),
        ("site-root", SITE_FOLDER),
        ("site-pkg-dir", PAGES_FOLDER),
        ("style-file", PAGES_STYLE),
        ("assets-dir", PUBLIC_FOLDER),
        ("bin-package", SERVER_PACKAGE),
        ("bin-target", SERVER_PROGRAM),
        ("lib-package", PAGES_PACKAGE),
        ("lib-profile-release", WASM_PROFILE),
    ];
    Ok(compare("Cargo.toml", section, &expected))
}

fn trunk() -> Result<Vec<String>> {
    let description = table("Trunk.toml")?;
    let section = description
        .get("build")
        .context("Trunk.toml has no [build]")?;
    let expected = [("target", FRAME_DOCUMENT), ("public_url", FRAME_ADDRESS)];
    let mut findings = compare("Trunk.toml", section, &expected);
    if section.get("filehash").and_then(Value::as_bool) != Some(false) {
        findings
            .push("Trunk.toml: filehash is not false, but boot.js finds plain names".to_owned());
    }
    let document = fs::read_to_string(names::path(FRAME_DOCUMENT)).context(FRAME_DOCUMENT)?;
    for part in [
        format!("data-bin=\"{FRAME_PACKAGE}\""),
        "data-bindgen-target=\"web\"".to_owned(),
        format!("data-cargo-profile-release=\"{WASM_PROFILE}\""),
        "data-wasm-opt=\"z\"".to_owned(),
    ] {
        if !document.contains(&part) {
            findings.push(format!("{FRAME_DOCUMENT}: the link for Trunk lacks {part}"));
        }
    }
    Ok(findings)
}

fn compare(file: &str, section: &Value, expected: &[(&str, &str)]) -> Vec<String> {
    let differing = expected
        .iter()
        .filter(|(key, value)| section.get(*key).and_then(Value::as_str) != Some(*value));
    differing
        .map(|(key, value)| format!("{file}: {key} is not \"{value}\""))
        .collect()
}

fn table(file: &str) -> Result<Table> {
    fs::read_to_string(names::path(file))?
        .parse()
        .with_context(|| format!("reading {file}"))
}
