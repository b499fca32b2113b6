//! The longest files and functions, for the reader's judgement.
//!
//! Invariant: prints, never fails; a long file can be right.

use super::tree::tracked;
use crate::workspace;
use anyhow::Result;
use std::fs;

/// How many of each are shown.
const SHOWN: usize = 10;

/// Prints them.
pub fn print() -> Result<()> {
    let (mut files, mut functions) = (Vec::new(), Vec::new());
    for file in tracked()?
        .into_iter()
        .filter(|file| file.rsplit_once('.').is_some_and(|(_, end)| end == "rs"))
    {
        let Ok(text) = fs::read_to_string(workspace::path(&file)) else {
            continue;
        };
        files.push((text.lines().count(), file.clone()));
        functions.extend(lengths(&text).map(|(lines, name)| (lines, format!("{file}: {name}"))));
    }
    show("longest files, in lines", files);
    show("longest functions, in lines", functions);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
fn show(title: &str, mut lengths: Vec<(usize, String)>) {
    lengths.sort();
    println!("{title}");
    for (lines, name) in lengths.iter().rev().take(SHOWN) {
        println!("{lines:>6}  {name}");
    }
}

/// The functions of a formatted file: each ends at the brace in the column where it began.
fn lengths(text: &str) -> impl Iterator<Item = (usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = lines.iter().enumerate().filter_map(|(at, line)| {
        let code = line.trim_start();
        let (before, after) = code.split_once("fn ")?;
        let is_function = before
            .split_whitespace()
            .all(|word| matches!(word, "pub" | "const" | "async") || word.starts_with("pub("));
        let name: String = after
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        is_function.then(|| (at, line.len() - code.len(), name))
    });
    let found: Vec<_> = begins
        .filter_map(|(at, column, name)| {
            let end = format!("{}}}", " ".repeat(column));
            let length = lines.iter().skip(at).position(|line| *line == end)?;
            Some((length + 1, name))
        })
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_the_head_to_the_brace() {
        let text = "pub fn one() {\n    two();\n}\n\nimpl X {\n    async fn two() {\n    }\n}\n";
        let found: Vec<_> = lengths(text).collect();
        assert_eq!(found, [(3, "one".to_owned()), (2, "two".to_owned())]);
    }
}
