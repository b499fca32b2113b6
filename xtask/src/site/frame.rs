//! Turns `widget/index.html`, which Trunk can build too, into the document of the chat frame.
//!
//! Convention: the document names `boot.js`, `widget.css`, `widget.js` and `widget_bg.wasm`
//! plainly in attributes (`src`, `href`, `data-glue`, `data-wasm`, with or without `/chat/`
//! before); here each becomes the address with the hash. `boot.js` reads the attributes of its
//! own tag: `<script src="boot.js" data-glue="widget.js" data-wasm="widget_bg.wasm">`.
//!
//! Invariant: a name that does not occur is an error, as the frame could not load its file.

use crate::workspace::FRAME_ADDRESS;
use anyhow::{Result, bail};

/// The document without the links that only Trunk understands.
pub fn without_trunk(document: &str) -> String {
    let mut kept = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(at) = rest.find("<link") {
        let (before, tag) = rest.split_at(at);
        let (tag, after) = tag.split_at(tag.find('>').map_or(tag.len(), |end| end + 1));
        kept.push_str(before);
        if tag.contains("data-trunk") {
            // The line's break goes with the tag.
            kept.truncate(kept.trim_end_matches([' ', '\t']).len());
            rest = after.strip_prefix('\n').unwrap_or(after);
        } else {
            kept.push_str(tag);
            rest = after;
        }
    }
    kept.push_str(rest);
    kept
}

/// Writes the address in the place of the plain name, wherever an attribute has it as value.
pub fn name_file(document: &str, name: &str, address: &str) -> Result<String> {
    let mut named = document.to_owned();
    for before in ["", "./", FRAME_ADDRESS] {
        named = named.replace(&format!("=\"{before}{name}\""), &format!("=\"{address}\""));
    }
    if named == document {
        bail!("the chat frame's document does not name {name} in an attribute");
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_what_only_trunk_understands() {
        let document = "<head>\n  <link data-trunk rel=\"rust\" />\n  <link rel=\"icon\">\n</head>";
        assert_eq!(
            without_trunk(document),
            "<head>\n  <link rel=\"icon\">\n</head>"
        );
    }

    #[test]
    fn names_files_with_their_hash() {
        let document = r#"<script src="boot.js" data-wasm="/chat/boot.js"></script>"#;
        let named = name_file(document, "boot.js", "/chat/boot-1.js").unwrap();
        assert_eq!(
            named,
            r#"<script src="/chat/boot-1.js" data-wasm="/chat/boot-1.js"></script>"#
        );
        assert!(name_file(document, "widget.js", "/chat/widget-1.js").is_err());
    }
}
