//! Minifies scripts with terser, one of the pinned npm tools.
//!
//! Invariant: no name that a page or another file may ask for is changed.

use crate::{
    cache::memo,
    install::{npm_program, npm_version},
    program::{filter, program},
    site::Quality,
};
use anyhow::Result;

/// A classic script: its top level is the page's, so its names there are kept.
pub fn classic(source: &[u8], quality: Quality) -> Result<Vec<u8>> {
    minify(
        source,
        quality,
        &["--compress", "passes=2", "--mangle", "--ecma", "2020"],
    )
}

/// A module: only its exports are visible.
pub fn module(source: &[u8], quality: Quality) -> Result<Vec<u8>> {
    minify(
        source,
        quality,
        &[
            "--module",
            "--compress",
            "passes=2",
            "--mangle",
            "--ecma",
            "2020",
        ],
    )
}

fn minify(source: &[u8], quality: Quality, arguments: &[&str]) -> Result<Vec<u8>> {
    match quality {
        Quality::Draft => Ok(source.to_owned()),
        Quality::Ship | Quality::Test => {
            let tool = format!("terser {} {arguments:?}", npm_version("terser")?);
            memo(&tool, source, |source| {
                filter(program(&npm_program("terser")).args(arguments), source)
            })
        }
    }
}
