//! Has the server compiled again when `cargo xtask build` made a new site, because the binary
//! carries the site's files.
//!
//! Invariant: works without a site, too (a fresh clone, `cargo test`): it is then empty.

use std::{fs, path::Path};

fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    let manifest = site.join("manifest.json");
    // The folder must exist: Cargo takes a watched path that is missing as changed each time.
    let _ = fs::create_dir_all(&site);
    let watched = if manifest.exists() { &manifest } else { &site };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=build.rs");

    let text = fs::read_to_string(&manifest).unwrap_or_default();
    let digest = text
        .split_once("\"site\": \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("none", |(digest, _)| digest);
    println!("cargo::rustc-env=AUREOLE_SITE={digest}");
}
