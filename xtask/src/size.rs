//! Measures what a visitor downloads, compressed as it is sent, against the promised budgets.
//!
//! Invariant: counts what lies in the site folder, not what the build believes it wrote.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, fs};

/// The script on the host page: all it needs, with its configuration, to show the bubble.
pub const LAUNCHER_BYTES_MAX: u64 = 10_000;
/// From the click on the bubble until the visitor can type.
pub const FRAME_BYTES_MAX: u64 = 100_000;

/// The names, in the source, of what the chat frame loads before the visitor can type.
pub const FRAME_FILES: [&str; 5] = [
    "chat/frame.html",
    "chat/boot.js",
    "chat/widget.css",
    "chat/widget.js",
    "chat/widget_bg.wasm",
];

#[derive(serde::Deserialize)]
struct Manifest {
    files: BTreeMap<String, String>,
}

/// What was measured, in bytes of brotli.
#[derive(serde::Serialize)]
pub struct Sizes {
    pub launcher: u64,
    pub frame: u64,
    pub frame_files: Vec<(&'static str, u64)>,
    pub pages: u64,
}

/// Measures the site as it was built last.
pub fn measure() -> Result<Sizes> {
    let site = workspace::path(workspace::SITE_FOLDER);
    let text = fs::read(site.join("manifest.json")).context("no site yet: cargo xtask build")?;
    let manifest: Manifest = serde_json::from_slice(&text)?;
    let packed_bytes = |name: &str| -> Result<u64> {
        let file = manifest
            .files
            .get(name)
            .with_context(|| format!("the site lacks {name}"))?;
        let packed = site.join(format!("{file}.br"));
        Ok(fs::metadata(&packed)
            .with_context(|| format!("no {}", packed.display()))?
            .len())
    };
    let frame_files: Vec<_> = FRAME_FILES
        .iter()
        .map(|name| Ok((*name, packed_bytes(name)?)))
        .collect::<Result<_>>()?;
    let (folder, name) = (workspace::PAGES_FOLDER, workspace::PAGES_NAME);
    let mut pages = 0;
    for end in [".js", "_bg.wasm", ".css"] {
        pages += packed_bytes(&format!("{folder}/{name}{end}"))?;
    }
    Ok(Sizes {
        launcher: packed_bytes("chat/index.js")?,
        frame: frame_files.iter().map(|(_, bytes)| bytes).sum(),
        frame_files,
        pages,
    })
}

impl Sizes {
    /// The lines a person reads.
    pub fn lines(&self) -> Vec<String> {
        let line = |name: &str, bytes: u64, limit: Option<u64>| {
            let limit = limit
                .map(|limit| format!("  of {limit:>7}"))
                .unwrap_or_default();
            format!("{name:<44}{bytes:>8} B{limit}")
        };
        let mut lines = vec![line(
            "launcher (chat/index.js)",
            self.launcher,
            Some(LAUNCHER_BYTES_MAX),
        )];
        lines.push(line(
            "bubble to ready-to-type",
            self.frame,
            Some(FRAME_BYTES_MAX),
        ));
        for (name, bytes) in &self.frame_files {
            lines.push(line(&format!("  {name}"), *bytes, None));
        }
        lines.push(line(
            "agents' pages (the tests' are larger)",
            self.pages,
            None,
        ));
        lines
    }

    /// An error, if a budget is exceeded.
    pub fn check(&self) -> Result<()> {
        if self.launcher > LAUNCHER_BYTES_MAX {
            bail!(
                "the launcher has {} B, allowed are {LAUNCHER_BYTES_MAX}",
                self.launcher
            );
        }
        if self.frame > FRAME_BYTES_MAX {
            bail!(
                "the chat frame has {} B, allowed are {FRAME_BYTES_MAX}",
                self.frame
            );
        }
        Ok(())
    }
}
