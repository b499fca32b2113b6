//! Joins a style sheet with everything it imports, and minifies it.
//!
//! Invariant: changes no meaning: nothing is lowered for old browsers, nothing renamed.

use crate::workspace;
use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};

/// The sheet at this path as one minified file.
pub fn bundle(relative: &str) -> Result<Vec<u8>> {
    let path = workspace::path(relative);
    let files = FileProvider::new();
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(&path)
        .map_err(|failure| anyhow!("{relative}: {failure}"))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|failure| anyhow!("{relative}: {failure}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..Default::default()
        })
        .map_err(|failure| anyhow!("{relative}: {failure}"))?;
    Ok(printed.code.into_bytes())
}
