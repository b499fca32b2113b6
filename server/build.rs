//! Has a release of the server compiled again when `cargo xtask build` made a new site, because the
//! binary carries the site's files. A debug build reads them from their folder as it runs, or every
//! new site would compile the server and all of its tests again.
//!
//! Invariant: works without a site, too (a fresh clone, `cargo test`): it is then empty.

use std::{env, fs, path::Path};

fn main() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    // The folder must exist: Cargo takes a watched path that is missing as changed each time.
    let _ = fs::create_dir_all(&site);
    println!("cargo::rerun-if-changed=build.rs");
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let digest = if is_release {
        let manifest = site.join("manifest.json");
        let watched = if manifest.exists() { &manifest } else { &site };
        println!("cargo::rerun-if-changed={}", watched.display());
        let text = fs::read_to_string(&manifest).unwrap_or_default();
        text.split_once("\"site\": \"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map_or_else(String::new, |(digest, _)| digest.to_owned())
    } else {
        String::new()
    };
    println!("cargo::rustc-env=AUREOLE_SITE={digest}");
}
