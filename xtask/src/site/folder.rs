//! The files of the site while they are made, and how they come to the disk.
//!
//! Invariant: a file whose content did not change keeps its time, so nothing is compiled anew.

use crate::{
    cache::{memo, short_hash},
    site::Quality,
    workspace,
};
use anyhow::{Context, Result};
use brotli::enc::backward_references::BrotliEncoderMode;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
    thread,
};

/// Formats that brotli makes smaller; the others are compressed already.
const COMPRESSIBLE: [&str; 9] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];

/// The site in memory.
#[derive(Default)]
pub struct Folder {
    files: BTreeMap<String, Vec<u8>>,
    /// The name in the source against the name in the folder.
    names: BTreeMap<String, String>,
}

/// The manifest as the server reads it. `site` changes with any byte of any file.
#[derive(serde::Serialize)]
struct Manifest<'a> {
    site: String,
    files: &'a BTreeMap<String, String>,
}

impl Folder {
    /// Adds a file under its own name.
    pub fn add(&mut self, name: &str, content: Vec<u8>) {
        self.names.insert(name.to_owned(), name.to_owned());
        self.files.insert(name.to_owned(), content);
    }

    /// Adds a file under a name that carries the hash of its content, and returns the name.
    pub fn add_hashed(&mut self, name: &str, content: Vec<u8>) -> Result<String> {
        let (stem, extension) = name.rsplit_once('.').context("a file without extension")?;
        // The hash stands before `_bg`, so that glue and WebAssembly sort by their bundle.
        let (stem, suffix) = stem
            .strip_suffix("_bg")
            .map_or((stem, ""), |stem| (stem, "_bg"));
        let hashed = format!("{stem}-{}{suffix}.{extension}", short_hash(&content));
        self.names.insert(name.to_owned(), hashed.clone());
        self.files.insert(hashed.clone(), content);
        Ok(hashed)
    }

    /// Writes what changed, with the manifest, and removes what is old.
    pub fn write(self) -> Result<()> {
        let mut all = String::new();
        for (name, content) in &self.files {
            writeln!(all, "{name} {}", short_hash(content))?;
        }
        let manifest = Manifest {
            site: short_hash(all.as_bytes()),
            files: &self.names,
        };
        let manifest = serde_json::to_vec_pretty(&manifest)?;

        let root = workspace::path(workspace::SITE_FOLDER);
        for (name, content) in &self.files {
            write_changed(&root.join(name), content)?;
        }
        // Last, because the server is compiled again when it sees this file change.
        write_changed(&root.join("manifest.json"), &manifest)?;
        let mut kept: BTreeSet<String> = self.files.into_keys().collect();
        kept.insert("manifest.json".to_owned());
        remove_others(&root, &root, &kept)
    }

    /// Adds the brotli twins; one thread for each file, as two of them are large.
    pub fn pack(&mut self, quality: Quality) -> Result<()> {
        let pack = |content: &Vec<u8>| {
            if content.len() < LARGE || quality == Quality::Ship {
                let tool = "brotli 11, the better of two modes below a megabyte";
                memo(tool, content, brotli)
            } else {
                quickly(content)
            }
        };
        let packed = thread::scope(|scope| {
            let compressible = self.files.iter().filter(|(name, _)| {
                let (_, extension) = name.rsplit_once('.').unwrap_or_default();
                COMPRESSIBLE.contains(&extension)
            });
            let packing: Vec<_> = compressible
                .map(|(name, content)| (name, scope.spawn(|| pack(content))))
                .collect();
            let packed = packing.into_iter().map(|(name, packing)| {
                let packed = packing.join().ok().context("brotli panicked")??;
                Ok((format!("{name}.br"), packed))
            });
            packed.collect::<Result<Vec<_>>>()
        })?;
        self.files.extend(packed);
        Ok(())
    }
}

/// How the compressor takes bytes for related to those before them. WebAssembly gets smaller when
/// only their high bits count, texts do not; so each file is packed both ways.
const MODES: [BrotliEncoderMode; 2] = [
    BrotliEncoderMode::BROTLI_MODE_GENERIC,
    BrotliEncoderMode::BROTLI_FORCE_MSB_PRIOR,
];

/// So much is the pages' WebAssembly, and takes a minute a mode.
const LARGE: usize = 1024 * 1024;

/// In a moment, and somewhat larger.
fn quickly(content: &[u8]) -> Result<Vec<u8>> {
    packed(content, 5, BrotliEncoderMode::BROTLI_MODE_GENERIC)
}

pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut smallest = None::<Vec<u8>>;
    let modes = if content.len() < LARGE {
        &MODES[..]
    } else {
        &MODES[1..]
    };
    for mode in modes.iter().copied() {
        let packed = packed(content, 11, mode)?;
        if smallest
            .as_ref()
            .is_none_or(|smallest| packed.len() < smallest.len())
        {
            smallest = Some(packed);
        }
    }
    smallest.context("no way to compress")
}

fn packed(content: &[u8], quality: i32, mode: BrotliEncoderMode) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        lgblock: 20,
        mode,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed)
}

fn write_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

fn remove_others(root: &Path, folder: &Path, kept: &BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(root, &path, kept)?;
        } else if !kept.contains(path.strip_prefix(root)?.to_string_lossy().as_ref()) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
