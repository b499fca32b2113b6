//! The one-way arrows: between crates by their manifests, between the folders of `app` by what
//! they name.
//!
//! Invariant: an arrow that is not in these tables is an error, not a default.

use crate::{
    program::{cargo, output},
    workspace,
};
use anyhow::Result;
use std::{collections::BTreeSet, fs, path::Path};

/// What each crate of the workspace may know of the others.
const CRATES: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("app", &["domain"]),
    ("hydration", &["app"]),
    ("server", &["app", "domain"]),
    ("widget", &["app", "domain"]),
    // Judges the others from outside, so it shares no code with them.
    ("xtask", &[]),
];

/// All that the pure crate may need.
const DOMAIN_NEEDS: [&str; 2] = ["serde", "thiserror"];

/// What the folders of `app` must not know.
const FOLDERS: [(&str, &[&str]); 8] = [
    (
        "api",
        &[
            "admin",
            "around",
            "chat",
            "live",
            "transcript",
            "ui",
            "widget",
        ],
    ),
    (
        "live",
        &["admin", "around", "chat", "transcript", "ui", "widget"],
    ),
    (
        "locale",
        &[
            "admin",
            "around",
            "chat",
            "live",
            "transcript",
            "ui",
            "widget",
        ],
    ),
    (
        "ui",
        &["admin", "around", "chat", "live", "transcript", "widget"],
    ),
    ("transcript", &["admin", "around", "chat", "widget"]),
    ("chat", &["admin", "widget"]),
    ("admin", &["chat", "widget"]),
    ("widget", &["admin", "around", "chat"]),
];

#[derive(serde::Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(serde::Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(serde::Deserialize)]
struct Dependency {
    name: String,
    /// `None`, `dev` or `build`.
    kind: Option<String>,
}

/// Crates that know more than they may.
pub fn between_crates() -> Result<Vec<String>> {
    let metadata = output(cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_slice(&metadata)?;
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let Some((_, may_know)) = CRATES.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!(
                "crate {} has no arrows in xtask/src/tidy",
                package.name
            ));
            continue;
        };
        for Dependency { name, kind } in &package.dependencies {
            if members.contains(name.as_str()) && !may_know.contains(&name.as_str()) {
                findings.push(format!("crate {} must not know {name}", package.name));
            }
            let is_needed = kind.is_some() || DOMAIN_NEEDS.contains(&name.as_str());
            if package.name == "domain" && !is_needed {
                findings.push(format!("domain is pure and must not need {name}"));
            }
        }
    }
    Ok(findings)
}

/// Files of `app` that name a folder they must not know.
pub fn between_folders() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (folder, must_not_know) in FOLDERS {
        let root = workspace::path("app/src").join(folder);
        let mut files = super::tree::files_below(&root)?;
        files.push(root.with_extension("rs"));
        for file in files.iter().filter(|file| file.is_file()) {
            let text = fs::read_to_string(file)?;
            for named in named_folders(&text) {
                if must_not_know.contains(&named.as_str()) {
                    let file = file
                        .strip_prefix(workspace::root())
                        .unwrap_or(Path::new(folder));
                    findings.push(format!("{}: must not know {named}", file.display()));
                }
            }
        }
    }
    Ok(findings)
}

/// The first words after each `crate::`, also of the groups in braces.
fn named_folders(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, path) in text.match_indices("crate::") {
        let rest = text.get(at + path.len()..).unwrap_or_default();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_usize;
            let mut begins_path = true;
            let mut word = String::new();
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        named.insert(std::mem::take(&mut word));
                        begins_path = true;
                    }
                    _ if depth == 0 && begins_path && is_word(letter) => word.push(letter),
                    _ if depth == 0 && !letter.is_whitespace() => begins_path = false,
                    _ => {}
                }
            }
            named.insert(word);
        } else {
            named.insert(rest.chars().take_while(|letter| is_word(*letter)).collect());
        }
    }
    named
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_folders_a_file_names() {
        let text = "use crate::chat::list;\nuse crate::{\n    ui::{Button, field},\n    \
                    live::store::Store,\n    locale,\n};\nlet x = crate::api::request(y);";
        let named = named_folders(text);
        let named: Vec<&str> = named
            .iter()
            .map(String::as_str)
            .filter(|one| !one.is_empty())
            .collect();
        assert_eq!(named, ["api", "chat", "live", "locale", "ui"]);
    }
}
