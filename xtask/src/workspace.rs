//! Where things lie in the work tree, and the names that `Trunk.toml` and the cargo-leptos
//! section of `Cargo.toml` must repeat (a test compares them).
//!
//! Invariant: every path is made from the workspace's root, so the caller's folder is no matter.

use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The stem of the pages' bundle.
pub const PAGES_NAME: &str = "aureole";
/// The crate of the pages' bundle.
pub const PAGES_PACKAGE: &str = "hydration";
/// The crate and program of the chat frame's bundle.
pub const FRAME_PACKAGE: &str = "widget";
/// The profile of what visitors and agents download.
pub const WASM_PROFILE: &str = "wasm-release";
/// The crate of the server and its program.
pub const SERVER_PACKAGE: &str = "server";
pub const SERVER_PROGRAM: &str = "aureole";

/// The sources of the site that no crate compiles.
pub const PAGES_STYLE: &str = "style/main.css";
pub const FRAME_STYLE: &str = "style/widget.css";
pub const FRAME_STYLE_LATER: &str = "style/widget_later.css";
pub const FRAME_DOCUMENT: &str = "widget/index.html";
pub const FRAME_BOOT: &str = "widget/boot.js";
pub const FRAME_MORE: &str = "widget/more.js";
pub const LAUNCHER: &str = "widget/launcher.js";
pub const PUBLIC_FOLDER: &str = "public";

/// The folder that the server embeds, with the folder of the pages' bundle inside it.
pub const SITE_FOLDER: &str = "target/site";
pub const PAGES_FOLDER: &str = "pkg";
/// Where the chat frame's files are served.
pub const FRAME_ADDRESS: &str = "/chat/";

/// The root of the workspace, whichever folder the command was called from.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// A path below the root.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| path("target"), PathBuf::from)
}

/// The version of a crate in the lock file.
pub fn locked_version(name: &str) -> Result<String> {
    let lock: toml::Table = fs::read_to_string(path("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let package = packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name));
    let version = package.and_then(|package| package.get("version")?.as_str());
    Ok(version
        .with_context(|| format!("{name} is not in Cargo.lock"))?
        .to_owned())
}
