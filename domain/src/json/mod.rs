//! A small reader and writer of JSON for the browser's side of the wire. The server, and the tests
//! that compare the two, use `serde_json`; its sentences about what is wrong with a text cost the
//! chat frame 20 kB that no visitor ever reads.
//!
//! Invariant: reads and writes the wire's types exactly as `serde_json` does (`tests/json.rs`);
//! never panics, and never recurses deeper than [`DEPTH_MAX`].

mod de;
mod parse;
mod ser;

pub use parse::{DEPTH_MAX, Value};

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// A text that is not JSON, or not of the wanted form; a value that JSON has no form for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not JSON of this form")
    }
}

impl std::error::Error for NotJson {}

/// Reads a value.
///
/// # Errors
/// [`NotJson`] when the text is not JSON, or not of this form.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, NotJson> {
    T::deserialize(Value::parse(text)?)
}

/// Writes a value.
///
/// # Errors
/// [`NotJson`] for what the wire does not know: numbers with a fraction, bytes, and maps whose
/// keys are no texts.
pub fn write<T: Serialize>(value: &T) -> Result<String, NotJson> {
    let mut out = String::new();
    value.serialize(ser::Writer::new(&mut out))?;
    Ok(out)
}

/// Writes a text in quotes.
pub fn push_text(out: &mut String, text: &str) {
    ser::push_text(out, text);
}
