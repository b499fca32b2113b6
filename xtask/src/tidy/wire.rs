//! What travels must be in a snapshot: each request by its own, each variant and field of a
//! serialised type by its name in some snapshot. A change of the wire is then seen in review.
//!
//! Invariant: reads formatted source; an item begins in the first column, its parts four behind.

use super::tree::files_below;
use crate::workspace;
use anyhow::Result;
use std::{collections::BTreeSet, fs};

const TYPES: &str = "domain/src";
const SNAPSHOTS: &str = "domain/tests/snapshots";

/// Serialised for the disk; what travels of them is made of other types.
const KEPT_ONLY: [&str; 1] = ["Conversation"];

/// Names that travel and stand in no snapshot.
pub fn without_snapshot() -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    let mut snapshots = String::new();
    for file in files_below(&workspace::path(SNAPSHOTS))? {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        names.extend(name.split_once("__").map(|(_, name)| name.to_owned()));
        snapshots.push_str(&fs::read_to_string(&file)?);
    }
    let mut findings = Vec::new();
    for file in files_below(&workspace::path(TYPES))? {
        let text = fs::read_to_string(&file)?;
        let file = file.strip_prefix(workspace::root())?.display().to_string();
        for request in requests(&text).filter(|request| !names.contains(*request)) {
            findings.push(format!("{file}: the request {request} has no snapshot"));
        }
        for (owner, name) in travelling(&text) {
            if KEPT_ONLY.contains(&owner.as_str()) {
                continue;
            }
            if !snapshots.contains(&format!("\"{name}\"")) {
                findings.push(format!("{file}: {owner}'s `{name}` is in no snapshot"));
            }
        }
    }
    Ok(findings)
}

fn requests(text: &str) -> impl Iterator<Item = &str> {
    let requests = text
        .lines()
        .filter_map(|line| line.strip_prefix("impl Endpoint for "));
    requests.map(|rest| rest.split([' ', '<']).next().unwrap_or_default())
}

/// (type, name on the wire) of each part of each type that derives `Serialize`.
fn travelling(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut is_serialised = false;
    let mut is_skipped = false;
    let mut owner: Option<(String, bool)> = None;
    for line in text.lines() {
        if line.starts_with("#[derive(") {
            is_serialised = line.contains("Serialize");
        } else if let Some((kind, rest)) = item(line) {
            let name = word(rest);
            owner = (is_serialised && line.ends_with('{')).then(|| (name, kind == "enum"));
            is_serialised = false;
        } else if line.starts_with('}') {
            owner = None;
        } else if let Some((owner, is_enum)) = &owner {
            let part = line.strip_prefix("    ").unwrap_or_default();
            let name = match (is_enum, part.strip_prefix("pub ")) {
                (false, Some(field)) => word(field),
                (true, _) if part.starts_with(char::is_uppercase) => snake_case(&word(part)),
                _ => {
                    is_skipped |= part == "#[serde(skip)]";
                    continue;
                }
            };
            // What serde leaves out does not travel.
            if !std::mem::take(&mut is_skipped) {
                found.push((owner.clone(), name));
            }
        }
    }
    found
}

fn item(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("pub ")?;
    let (kind, rest) = rest.split_once(' ')?;
    matches!(kind, "struct" | "enum").then_some((kind, rest))
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_travels() {
        let text = "#[derive(Debug, Serialize)]\npub enum Frame {\n    /// One.\n    PutBack {\n        \
                    at: u8,\n    },\n    Ping,\n    #[serde(skip)]\n    Own {\n        by: u8,\n    },\n    \
                    Pong,\n}\n\n#[derive(Debug)]\npub struct Own {\n    pub x: u8,\n}\n\n\
                    #[derive(Serialize)]\npub struct Marks {\n    pub seen: u8,\n}\n\n\
                    impl Endpoint for SaveTeam {\n    type Reply = Team;\n}\n";
        let found = travelling(text);
        let found: Vec<_> = found
            .iter()
            .map(|(owner, name)| format!("{owner}.{name}"))
            .collect();
        assert_eq!(
            found,
            ["Frame.put_back", "Frame.ping", "Frame.pong", "Marks.seen"]
        );
        assert_eq!(requests(text).collect::<Vec<_>>(), ["SaveTeam"]);
    }
}
