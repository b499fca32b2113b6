//! The work tree: which files git keeps, what they must not hold, which folders stand at the top.
//!
//! Invariant: judges tracked files only; what a developer has lying around is no matter.

use crate::{
    program::{output, program},
    workspace,
};
use anyhow::Result;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const MAP: &str = "ARCHITECTURE.md";

/// Beginnings of paths that exist on one machine only. Written in two parts, as this file is
/// tracked, too.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wor", "k/"),
    concat!("/roo", "t/"),
    concat!("/hom", "e/"),
    concat!("/User", "s/"),
];

/// Tracked files that name a path of somebody's machine.
pub fn machine_paths() -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in tracked()? {
        // A picture or a sound is not text and names no path.
        let Ok(text) = fs::read_to_string(workspace::path(&file)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if MACHINE_PATHS.iter().any(|path| names_path(line, path)) {
                findings.push(format!("{file}:{}: a path of one machine", number + 1));
            }
        }
    }
    Ok(findings)
}

/// Whether the path begins here; in the middle of an address the same letters are no matter.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || "/._-*}".contains(before))
    })
}

/// Top folders that the map of the house does not name.
pub fn unnamed_folders() -> Result<Vec<String>> {
    let map = fs::read_to_string(workspace::path(MAP)).unwrap_or_default();
    let tracked = tracked()?;
    let folders: BTreeSet<&str> = tracked
        .iter()
        .filter_map(|file| file.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    // What begins with a dot belongs to a tool, not to the house.
    let ours = folders
        .into_iter()
        .filter(|folder| !folder.starts_with('.'));
    Ok(ours
        .filter(|folder| !map.contains(&format!("{folder}/")))
        .map(|folder| format!("{MAP} does not name the folder {folder}/"))
        .collect())
}

/// The files that git keeps.
pub fn tracked() -> Result<Vec<String>> {
    let list = output(program("git").args(["ls-files", "-z"]))?;
    let list = String::from_utf8(list)?;
    Ok(list
        .split('\0')
        .filter(|file| !file.is_empty())
        .map(str::to_owned)
        .collect())
}

/// All files of the folder and its folders; none if it does not exist.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_path_from_an_address() {
        let home = concat!("/hom", "e/");
        assert!(names_path(&format!("open \"{home}ann/x\""), home));
        assert!(!names_path(&format!("https://example.org{home}x"), home));
    }
}
