//! Installs what a fresh machine lacks: the wasm target, the pinned npm packages, and, as root on
//! Debian, Chromium and `PostgreSQL`.
//!
//! Invariant: does nothing, in milliseconds, when everything is there; and installs one thing at a
//! time, because checks run beside each other, and rustup and apt-get do not.

use crate::{
    cache, console,
    program::{find, output, program, run},
    workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The compiler's library for the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Chromium's engine without the windows around it, as Debian calls package and program.
const SHELL: &str = "chromium-headless-shell";

/// The names under which a machine may have Chromium.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The npm package around Lighthouse.
pub const LIGHTHOUSE_FOLDER: &str = "end2end/lighthouse";

/// Where Debian puts `PostgreSQL`'s programs, one folder per version.
const POSTGRES_FOLDER: &str = "/usr/lib/postgresql";

/// Held while something is looked for and installed.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The browser's target and the source of the standard library, when one is missing: rustup
/// installs what `rust-toolchain.toml` lists, unless an older toolchain of that name was there.
pub fn wasm_target() -> Result<()> {
    let _alone = alone();
    let library = rustc(&["--print", "target-libdir", "--target", WASM_TARGET])?;
    if !library.exists() {
        console::step("install the wasm target", || {
            run(program("rustup").args(["target", "add", WASM_TARGET]))
        })?;
    }
    let source = rustc(&["--print", "sysroot"])?.join("lib/rustlib/src/rust/library");
    if !source.exists() {
        console::step("install the source of the standard library", || {
            run(program("rustup").args(["component", "add", "rust-src"]))
        })?;
    }
    Ok(())
}

fn rustc(arguments: &[&str]) -> Result<PathBuf> {
    let path = output(program("rustc").args(arguments))?;
    Ok(PathBuf::from(String::from_utf8(path)?.trim()))
}

/// What builds the site, and the browser tests.
pub fn npm_tools() -> Result<()> {
    npm_ci("end2end", "install the npm tools")
}

/// Lighthouse, which nothing but its own command needs.
pub fn lighthouse() -> Result<()> {
    npm_ci(LIGHTHOUSE_FOLDER, "install Lighthouse")
}

/// `npm ci` in the folder, when its lock file changed since the last time.
fn npm_ci(folder: &str, title: &str) -> Result<()> {
    let _alone = alone();
    if find(&["npm"]).is_none() {
        bail!("node is missing: install Node.js 20 or newer, with npm");
    }
    let folder = workspace::path(folder);
    let lock = folder.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let installed = cache::short_hash(&lock);
    let stamp = folder.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == installed) {
        return Ok(());
    }
    console::step(title, || {
        run(program("npm")
            .current_dir(&folder)
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        fs::write(&stamp, installed)?;
        Ok(())
    })
}

/// The path of a program that `npm ci` installed.
pub fn npm_program(name: &str) -> String {
    workspace::path("end2end/node_modules/.bin")
        .join(name)
        .display()
        .to_string()
}

/// The version of a package that `npm ci` installed.
pub fn npm_version(package: &str) -> Result<String> {
    let path = workspace::path("end2end/node_modules")
        .join(package)
        .join("package.json");
    let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let description: serde_json::Value = serde_json::from_slice(&text)?;
    let version = description
        .get("version")
        .and_then(serde_json::Value::as_str);
    Ok(version.context("a package without version")?.to_owned())
}

/// The path of Chromium, for the browser tests and for Lighthouse.
pub fn chromium() -> Result<String> {
    let _alone = alone();
    if find(&BROWSERS).is_none() {
        debian_package("chromium")?;
    }
    find(&BROWSERS).context("chromium is not in PATH after its installation")
}

/// Chromium, and the shell in which stories take two thirds of the time. A machine for which there
/// is none runs them in Chromium itself.
pub fn browsers() -> Result<()> {
    chromium()?;
    let _alone = alone();
    if find(&[SHELL]).is_none()
        && may_install()
        && let Err(failure) = debian_package(SHELL)
    {
        eprintln!("  the stories take longer, in Chromium itself: {failure:#}");
    }
    Ok(())
}

/// The folder with `initdb`, `postgres` and `pg_isready`.
pub fn postgres() -> Result<PathBuf> {
    let _alone = alone();
    if let Some(folder) = newest_postgres() {
        return Ok(folder);
    }
    debian_package("postgresql")?;
    newest_postgres().with_context(|| format!("no PostgreSQL below {POSTGRES_FOLDER}"))
}

fn newest_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir(POSTGRES_FOLDER).ok()?.filter_map(Result::ok);
    let numbered = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let folder = entry.path().join("bin");
        folder.join("initdb").is_file().then_some((version, folder))
    });
    numbered.max().map(|(_, folder)| folder)
}

/// The command line of `SQLite`.
pub fn sqlite() -> Result<()> {
    let _alone = alone();
    if find(&["sqlite3"]).is_none() {
        debian_package("sqlite3")?;
    }
    Ok(())
}

fn may_install() -> bool {
    rustix::process::getuid().is_root() && Path::new("/usr/bin/apt-get").exists()
}

/// `apt-get install`, which only root may, and only Debian and its children have.
fn debian_package(name: &str) -> Result<()> {
    if !may_install() {
        bail!("{name} is missing: as root on Debian, apt-get install {name}");
    }
    console::step(&format!("install {name}"), || {
        run(program("apt-get").args(["update", "-qq"]))?;
        run(program("apt-get")
            .args(["install", "-qq", "-y", "--no-install-recommends", name])
            .env("DEBIAN_FRONTEND", "noninteractive"))
    })
}
