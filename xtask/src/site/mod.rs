//! Builds the folder that the server embeds: bundles, style sheets, the launcher, the document
//! of the chat frame, public files, each with its brotli twin, and the manifest of their names.
//!
//! Invariant: the same sources make the same folder; an unchanged folder is not touched.

pub mod folder;
pub mod frame;
pub mod script;
pub mod style;
pub mod wasm;

use crate::{cache, console::step, install, workspace as names};
use anyhow::{Context, Result};
use folder::Folder;
use std::{fs, path::Path, thread};
use wasm::{Bundle, Which};

/// What the build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// What visitors and agents download: optimised, minified, compressed.
    Ship,
    /// The same for the tests, which ask of the pages' bundle what it does and not what it weighs:
    /// that one is as cargo leaves it, and compressed quickly.
    Test,
    /// What a developer looks at while writing: compiled quickly, nothing else.
    Draft,
}

impl Quality {
    /// Whether anything is made small.
    pub fn is_small(self) -> bool {
        self != Self::Draft
    }
}

/// Builds the whole site.
pub fn build(quality: Quality) -> Result<()> {
    write(make(quality)?)
}

/// Makes the whole site, in memory.
pub fn make(quality: Quality) -> Result<Made> {
    install::wasm_target()?;
    install::npm_tools()?;
    let mut folder = Folder::default();
    let (of_pages, of_frame) = bundles(quality)?;
    pages(&mut folder, of_pages)?;
    frame(&mut folder, of_frame, quality)?;
    step("copy the public files", || public(&mut folder))?;
    if quality.is_small() {
        step("compress the site", || folder.pack(quality))?;
    }
    Ok(Made(folder))
}

/// A site that is made and not written yet.
pub struct Made(Folder);

/// Writes what changed of it.
pub fn write(Made(folder): Made) -> Result<()> {
    step("write the site", || folder.write())?;
    cache::prune()
}

/// What the chat frame's bundle weighs as the sources are now, glue and `WebAssembly`, in bytes of
/// brotli. The site stays as it was built last.
pub fn weigh_frame() -> Result<(usize, usize)> {
    let compiled = wasm::compile(Which::Frame, Quality::Ship)?;
    let Bundle { glue, wasm } = wasm::finish(Which::Frame, &compiled, Quality::Ship)?;
    Ok((folder::brotli(&glue)?.len(), folder::brotli(&wasm)?.len()))
}

/// Both bundles. The other tools work on the first while cargo compiles the second.
fn bundles(quality: Quality) -> Result<(Bundle, Bundle)> {
    let compiled = step("compile the pages", || wasm::compile(Which::Pages, quality))?;
    thread::scope(|scope| {
        let of_pages = scope.spawn(|| wasm::finish(Which::Pages, &compiled, quality));
        let compiled = step("compile the chat frame", || {
            wasm::compile(Which::Frame, quality)
        })?;
        step("make the bundles small", || {
            let of_frame = wasm::finish(Which::Frame, &compiled, quality);
            let of_pages = of_pages
                .join()
                .ok()
                .context("making the pages small panicked")?;
            Ok((of_pages?, of_frame?))
        })
    })
}

/// The bundle that hydrates the pages, and their style sheet.
fn pages(folder: &mut Folder, bundle: Bundle) -> Result<()> {
    let name = |end: &str| format!("{}/{}{end}", names::PAGES_FOLDER, names::PAGES_NAME);
    folder.add_hashed(&name(".js"), bundle.glue)?;
    folder.add_hashed(&name("_bg.wasm"), bundle.wasm)?;
    folder.add_hashed(&name(".css"), style::bundle(names::PAGES_STYLE)?)?;
    Ok(())
}

/// The launcher, and everything that the chat frame loads.
fn frame(folder: &mut Folder, bundle: Bundle, quality: Quality) -> Result<()> {
    folder.add(
        "chat/index.js",
        script::classic(&source(names::LAUNCHER)?, quality)?,
    );

    let boot = script::classic(&source(names::FRAME_BOOT)?, quality)?;
    let loaded = [
        // Later, when a visitor wants what is in it.
        (
            "more.js",
            script::module(&source(names::FRAME_MORE)?, quality)?,
        ),
        ("later.css", style::bundle(names::FRAME_STYLE_LATER)?),
        ("boot.js", boot),
        ("widget.js", bundle.glue),
        ("widget_bg.wasm", bundle.wasm),
        ("widget.css", style::bundle(names::FRAME_STYLE)?),
    ];
    let mut document = frame::without_trunk(&String::from_utf8(source(names::FRAME_DOCUMENT)?)?);
    for (name, content) in loaded {
        let hashed = folder.add_hashed(&format!("chat/{name}"), content)?;
        document = frame::name_file(&document, name, &format!("/{hashed}"))?;
    }
    folder.add("chat/frame.html", document.into_bytes());
    Ok(())
}

/// Icons, sounds, robots.txt: to the site's root, under their own names.
fn public(folder: &mut Folder) -> Result<()> {
    let root = names::path(names::PUBLIC_FOLDER);
    let mut open = vec![root.clone()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).with_context(|| format!("reading {}", path.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root)?.to_string_lossy().into_owned();
                folder.add(&name, fs::read(&path)?);
            }
        }
    }
    Ok(())
}

fn source(relative: &str) -> Result<Vec<u8>> {
    let path: &Path = &names::path(relative);
    fs::read(path).with_context(|| format!("reading {relative}"))
}
