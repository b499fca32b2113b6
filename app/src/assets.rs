//! The addresses of the bundle's files, which carry a hash of their content. The server reads
//! them from the manifest of the site it embeds and lends them to the shell.
//!
//! Invariant: complete addresses, beginning with `/`; nobody else composes one.

/// What the shell of every page refers to.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// What is loaded when it is first wanted: emoji and files.
    pub more: String,
    /// The glue: an ES module that loads the WebAssembly and exports `hydrate`.
    pub script: String,
    /// The WebAssembly itself.
    pub wasm: String,
    /// The one style sheet.
    pub style: String,
}
