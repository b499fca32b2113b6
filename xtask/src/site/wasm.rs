//! Compiles the two bundles and makes them small: cargo, wasm-bindgen (as a library), wasm-opt
//! and terser.
//!
//! Invariant: the two are compiled by two calls of cargo, or their features would be unified;
//! the chat frame's bundle exports no `hydrate`, or it would carry the agents' pages.

use crate::{
    cache::memo,
    install::{WASM_TARGET, npm_program, npm_version},
    program::{cargo, program, run},
    site::{Quality, script},
    workspace::{self, FRAME_PACKAGE, PAGES_NAME, PAGES_PACKAGE, WASM_PROFILE},
};
use anyhow::{Context, Result, bail};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};
use wasm_bindgen_cli_support::Bindgen;

/// What a browser loads: an ES module and the `WebAssembly` it is given.
pub struct Bundle {
    pub glue: Vec<u8>,
    pub wasm: Vec<u8>,
}

/// The two bundles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Hydrates the pages.
    Pages,
    /// Draws the chat frame.
    Frame,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Pages => PAGES_NAME,
            Self::Frame => FRAME_PACKAGE,
        }
    }

    /// What tells cargo to build it, and the stem of the file it leaves.
    fn arguments(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Pages => (&["--package", PAGES_PACKAGE, "--lib"], PAGES_PACKAGE),
            Self::Frame => (
                &["--package", FRAME_PACKAGE, "--bin", FRAME_PACKAGE],
                FRAME_PACKAGE,
            ),
        }
    }
}

/// Cargo's part.
pub fn compile(which: Which, quality: Quality) -> Result<Vec<u8>> {
    // Cargo calls the folder of its profile `dev` by another name.
    let (profile, folder) = match quality {
        Quality::Ship | Quality::Test => (WASM_PROFILE, WASM_PROFILE),
        Quality::Draft => ("dev", "debug"),
    };
    let (arguments, stem) = which.arguments();
    let mut build = cargo("build");
    build
        .args(["--target", WASM_TARGET, "--profile", profile])
        .args(arguments);
    if quality.is_small() {
        without_panic_texts(&mut build);
    }
    run(&mut build)?;
    let path = workspace::target()
        .join(WASM_TARGET)
        .join(folder)
        .join(stem);
    let path = path.with_extension("wasm");
    fs::read(&path).with_context(|| format!("reading {}", path.display()))
}

/// The part of the other tools.
pub fn finish(which: Which, compiled: &[u8], quality: Quality) -> Result<Bundle> {
    let bundle = shrink(compiled, which, quality)?;
    let has_hydrate = exports(&bundle.wasm)?.iter().any(|name| name == "hydrate");
    match which {
        Which::Pages if !has_hydrate => bail!("the pages' bundle exports no `hydrate`"),
        Which::Frame if has_hydrate => {
            bail!("the chat frame's bundle exports `hydrate`, and so carries the agents' pages")
        }
        Which::Pages | Which::Frame => Ok(bundle),
    }
}

/// Has the standard library compiled with the bundle, and a panic be an abort without words.
/// The words and what formats them were a fifth of the chat frame's bytes, and nobody reads them
/// there: the page notices the abort and says so itself. The compiler is pinned, so that its
/// unstable switches mean tomorrow what they mean today.
fn without_panic_texts(build: &mut Command) {
    build
        .args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ])
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "-Zunstable-options -Cpanic=immediate-abort",
        );
}

fn shrink(compiled: &[u8], which: Which, quality: Quality) -> Result<Bundle> {
    let name = which.name();
    // One answer of two files: the glue's length, the glue, the WebAssembly.
    let tool = format!(
        "wasm-bindgen {} {name} with short names, pruned twice",
        workspace::locked_version("wasm-bindgen")?
    );
    let bound = memo(&tool, compiled, |compiled| {
        let (glue, wasm) = shorten(bind(compiled, name)?)?;
        let mut both = u64::try_from(glue.len())?.to_le_bytes().to_vec();
        both.extend(glue);
        both.extend(wasm);
        Ok(both)
    })?;
    let (length, both) = bound.split_first_chunk().context("a torn cache entry")?;
    let length = usize::try_from(u64::from_le_bytes(*length))?;
    let (glue, wasm) = both
        .split_at_checked(length)
        .context("a torn cache entry")?;
    Ok(Bundle {
        glue: script::module(glue, quality)?,
        wasm: optimise(wasm, which, quality)?,
    })
}

/// wasm-bindgen's work: the glue between the `WebAssembly` and the browser.
fn bind(compiled: &[u8], name: &str) -> Result<(Vec<u8>, Vec<u8>)> {
    let folder = workspace::target().join("xtask/bindgen").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Bindgen::new()
        .input_bytes(name, compiled.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&folder)?;
    if folder.join("snippets").exists() {
        bail!("a crate brings scripts of its own; the site knows no place for them yet");
    }
    let read = |file: &Path| fs::read(file).with_context(|| format!("reading {}", file.display()));
    Ok((
        read(&folder.join(format!("{name}.js")))?,
        read(&folder.join(format!("{name}_bg.wasm")))?,
    ))
}

/// For size as it is sent, after brotli: measured against `-Oz` alone, 4 % of the chat frame's
/// bundle and 10 % of the pages'. Flat code is found equal more often; the two memory switches
/// hold for whatever rustc links (its stack comes first, its memory begins as zeros); functions
/// of one caller are moved there only when small, as large ones repeat less when on their own.
const WASM_OPT: [&str; 8] = [
    "--low-memory-unused",
    "--zero-filled-memory",
    "--one-caller-inline-max-function-size",
    "40",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
];

/// What glue and `WebAssembly` call each other by: names of forty characters, half of them a hash
/// that nothing compresses. Both ends get the same short ones. What only a crate of Leptos' (the
/// streams of server functions, which nobody here calls) wants exported is no longer a way in.
fn shorten((glue, wasm): (Vec<u8>, Vec<u8>)) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut module = walrus::Module::from_buffer(&wasm)?;
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains("intounderlying"))
        .map(walrus::Export::id)
        .collect();
    for export in unused {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(&mut module);
    let wanted: BTreeSet<_> = module.imports.iter().map(|one| one.name.clone()).collect();
    let mut short = BTreeMap::new();
    for import in module.imports.iter_mut() {
        let next = format!("${}", short.len());
        let name = short.entry(import.name.clone()).or_insert(next);
        import.name.clone_from(name);
    }
    for export in module.exports.iter_mut() {
        if export.name.starts_with("__") || export.name.starts_with("wasm_bindgen__") {
            let next = format!("${}", short.len());
            let name = short.entry(export.name.clone()).or_insert(next);
            export.name.clone_from(name);
        }
    }
    let glue = prune(&String::from_utf8(glue)?, &wanted)?;
    let mut renamed = String::with_capacity(glue.len());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = glue.as_str();
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !is_word(c)).unwrap_or(word.len()));
        renamed.push_str(before);
        renamed.push_str(short.get(word).map_or(word, String::as_str));
        rest = after;
    }
    renamed.push_str(rest);
    Ok((renamed.into_bytes(), module.emit_wasm()))
}

/// The glue without what nobody calls: those streams' classes, the functions that the `WebAssembly`
/// asks for no more, and ways in for scripts that have it otherwise than by an address or as an
/// answer. By lines, as wasm-bindgen, whose version is pinned, writes them: what begins a part says
/// which line ends it.
fn prune(glue: &str, wanted: &BTreeSet<String>) -> Result<String> {
    let end_of = |line: &str| {
        let function = line.strip_prefix("        ").and_then(|line| {
            let (name, rest) = line.split_once(": function(")?;
            rest.ends_with('{').then_some(name)
        });
        if line.starts_with("export class IntoUnderlying") {
            Some("}")
        } else if line.starts_with("const IntoUnderlying") {
            Some("    : ")
        } else if line.starts_with("if (Symbol.dispose) IntoUnderlying") {
            Some("if ")
        } else if line.starts_with("async function __wbg_load(") {
            Some("export {")
        } else if function.is_some_and(|name| !wanted.contains(name)) {
            Some("        },")
        } else {
            None
        }
    };
    let mut pruned = String::with_capacity(glue.len());
    let mut until = None;
    for line in glue.lines() {
        until = until.or_else(|| end_of(line));
        match until {
            Some(end) if line.starts_with(end) => until = None,
            Some(_) => {}
            None => {
                pruned.push_str(line);
                pruned.push('\n');
            }
        }
    }
    let is_cut = !pruned.contains("IntoUnderlying") && !pruned.contains("initSync");
    if until.is_some() || !is_cut || !pruned.contains("function __wbg_finalize_init(") {
        bail!("wasm-bindgen writes its glue in another way than the one that is cut here");
    }
    pruned.push_str(WAY_IN);
    Ok(pruned)
}

/// The way in, for an address or the answer from there. A proxy may have taken away the type that
/// compiling while it arrives asks for.
const WAY_IN: &str = "
export default async ({module_or_path}) => {
    const answer = await (typeof module_or_path === 'string' ? fetch(module_or_path) : module_or_path);
    const imports = __wbg_get_imports();
    const is_told = answer.headers.get('Content-Type') === 'application/wasm';
    const {instance} = is_told
        ? await WebAssembly.instantiateStreaming(answer, imports)
        : await WebAssembly.instantiate(await answer.arrayBuffer(), imports);
    return __wbg_finalize_init(instance);
};
";

/// wasm-opt, on everything that ships, and on whatever is measured.
fn optimise(wasm: &[u8], which: Which, quality: Quality) -> Result<Vec<u8>> {
    match (which, quality) {
        (_, Quality::Draft) | (Which::Pages, Quality::Test) => return Ok(wasm.to_owned()),
        (_, Quality::Ship) | (Which::Frame, Quality::Test) => {}
    }
    let tool = format!(
        "wasm-opt {} {}",
        npm_version("binaryen")?,
        WASM_OPT.join(" ")
    );
    memo(&tool, wasm, |wasm| {
        let folder = tempfile::tempdir()?;
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        fs::write(&before, wasm)?;
        let mut command = program(&npm_program("wasm-opt"));
        run(command.args(WASM_OPT).arg(&before).arg("-o").arg(&after))?;
        Ok(fs::read(&after)?)
    })
}

fn exports(wasm: &[u8]) -> Result<Vec<String>> {
    let module = walrus::Module::from_buffer(wasm)?;
    Ok(module
        .exports
        .iter()
        .map(|export| export.name.clone())
        .collect())
}
