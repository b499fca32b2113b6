//! Texts with variables in them.
//!
//! `$NAME` is a fact, `$order` a kept answer, `$field.CFlevel` a custom field, and `$$` a dollar.
//! `${order|unknown}` says what stands there while the answer is not known. `$-WAITTIME` is
//! `$WAITTIME`, as Halo's texts spell it. Any other dollar is a dollar.
//!
//! Invariant: what is filled in is text and is never read for variables again.

use super::expression::Known;
use super::{Decimal, Fact, Facts, Value};
use crate::limit;
use std::collections::BTreeMap;

/// A text with variables, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    /// What was meant as a variable and is none.
    broken: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable { name: Name, fallback: String },
}

/// What a variable stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A fact.
    Fact(Fact),
    /// A custom field.
    Field(String),
    /// A kept answer, or nothing that is known.
    Kept(String),
}

impl Template {
    /// Reads a text. Every text is one.
    pub fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut broken = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            plain.push_str(before);
            if let Some(behind) = behind.strip_prefix('$') {
                plain.push('$');
                rest = behind;
            } else if let Some((name, fallback, behind)) = variable(behind) {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Variable { name, fallback });
                rest = behind;
            } else {
                if behind.starts_with('{') {
                    let name: String = behind.chars().take(limit::VALUE_NAME_CHARS_MAX).collect();
                    let name = name.split_inclusive('}').next().unwrap_or_default();
                    broken.push(name.to_owned());
                }
                plain.push('$');
                rest = behind;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Self { pieces, broken }
    }

    /// Whether it can be said where no flow runs: something is read whatever is known, and nothing in
    /// it is or was meant as an answer that a flow keeps.
    pub(crate) fn stands_alone(&self) -> bool {
        let is_kept = |name: &Name| matches!(name, Name::Kept(_));
        self.is_sure() && self.broken.is_empty() && !self.names().any(is_kept)
    }

    /// As it is said where no flow runs, cut where no message could hold more.
    pub(crate) fn filled_alone(&self, facts: &Facts) -> String {
        self.filled(Known {
            facts,
            kept: &BTreeMap::new(),
            chosen: &BTreeMap::new(),
        })
    }

    /// Whether something is read whatever is known: a text of its own, or a fallback.
    pub(super) fn is_sure(&self) -> bool {
        self.pieces.iter().any(|piece| {
            let (Piece::Text(text) | Piece::Variable { fallback: text, .. }) = piece;
            !text.trim().is_empty()
        })
    }

    /// What was meant as a variable and is none, as it is written behind its dollar.
    pub(super) fn broken(&self) -> &[String] {
        &self.broken
    }

    /// The names in it.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { name, .. } => Some(name),
            Piece::Text(_) => None,
        })
    }

    /// As it is said, cut where no message could hold more.
    pub(super) fn filled(&self, known: Known<'_>) -> String {
        let mut text = String::new();
        let mut room = limit::MESSAGE_CHARS_MAX;
        for piece in &self.pieces {
            let value = match piece {
                Piece::Text(plain) => plain.clone(),
                Piece::Variable { name, fallback } => {
                    let value = match name {
                        Name::Fact(Fact::WaitTime) => known.facts.wait_minutes.map(wait_time),
                        Name::Fact(fact) => fact.value(known.facts).map(|value| value.shown()),
                        Name::Field(name) => known.facts.fields.get(name).cloned(),
                        Name::Kept(name) => known.kept.get(name).map(Value::shown),
                    };
                    value.unwrap_or_else(|| fallback.clone())
                }
            };
            for c in value.chars().take(room) {
                text.push(c);
                room -= 1;
            }
        }
        // No text of a conversation holds it.
        text.retain(|c| c != '\0');
        text
    }
}

/// A wait as Halo says it: whole minutes, and `< 1` below one.
fn wait_time(minutes: u32) -> String {
    match minutes {
        0 => "< 1".to_owned(),
        minutes => Decimal::whole(i64::from(minutes)).to_string(),
    }
}

/// The variable behind a dollar with its fallback, and the text behind it.
fn variable(text: &str) -> Option<(Name, String, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        // The end is near or nowhere: a text full of beginnings is read in one go.
        let near = inner.char_indices().take(limit::TEASER_CHARS_MAX);
        let end = near.into_iter().find(|(_, c)| *c == '}')?.0;
        let (inner, behind) = inner.split_at_checked(end)?;
        let behind = behind.strip_prefix('}')?;
        let (word, fallback) = inner.split_once('|').unwrap_or((inner, ""));
        let (name, "") = name(word.trim())? else {
            return None;
        };
        return Some((name, fallback.to_owned(), behind));
    }
    let (name, behind) = name(text)?;
    Some((name, String::new(), behind))
}

/// The name at the beginning of a text, and the text behind it.
fn name(text: &str) -> Option<(Name, &str)> {
    let word =
        |text: &str, belongs: fn(char) -> bool| text.find(|c| !belongs(c)).unwrap_or(text.len());
    if let Some(fields) = text.strip_prefix("field.") {
        let end = word(fields, |c| c.is_ascii_alphanumeric() || c == '_');
        let (name, behind) = fields.split_at_checked(end)?;
        return (end > 0).then(|| (Name::Field(name.to_owned()), behind));
    }
    let text = match text.strip_prefix('-') {
        Some(hyphened) if hyphened.starts_with("WAITTIME") => hyphened,
        _ => text,
    };
    let first = text.chars().next()?;
    if first.is_ascii_uppercase() {
        let (name, behind) = text.split_at_checked(word(text, |c| c.is_ascii_uppercase()))?;
        if let Some(fact) = Fact::ALL.iter().find(|fact| fact.variable() == name) {
            return Some((Name::Fact(*fact), behind));
        }
        // Of a name that nothing has, `check` says so, and nothing is said in its place.
        let end = word(text, |c| c.is_ascii_alphanumeric() || c == '_');
        let (name, behind) = text.split_at_checked(end)?;
        return Some((Name::Kept(name.to_owned()), behind));
    }
    if first.is_ascii_lowercase() {
        let end = word(text, |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
        });
        let (name, behind) = text.split_at_checked(end)?;
        return Some((Name::Kept(name.to_owned()), behind));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in() {
        let kept = BTreeMap::from([
            ("order".to_owned(), Value::Text("$NAME".to_owned())),
            ("n".to_owned(), Value::Number(Decimal::whole(3))),
        ]);
        let mut facts = Facts {
            name: Some("Vera".to_owned()),
            wait_minutes: Some(4),
            fields: [("CFlevel".to_owned(), "gold".to_owned())].into(),
            ..Facts::default()
        };
        let chosen = BTreeMap::new();
        let say = |text: &str, facts: &Facts| {
            Template::parse(text).filled(Known {
                facts,
                kept: &kept,
                chosen: &chosen,
            })
        };
        for (text, want) in [
            ("", ""),
            ("Hello $NAME!", "Hello Vera!"),
            ("$order, $n.", "$NAME, 3."),
            ("${order}s ${none|nobody} ${none}", "$NAMEs nobody "),
            ("$field.CFlevel", "gold"),
            ("${field.CFother|-}", "-"),
            ("$WAITTIME, $-WAITTIME min", "4, 4 min"),
            ("$5, 5 $, $$NAME, US$", "$5, 5 $, $NAME, US$"),
            ("${", "${"),
            ("${a b}", "${a b}"),
            ("$field.", "$field."),
            ("$é", "$é"),
            ("$EMAIL|", "|"),
        ] {
            assert_eq!(say(text, &facts), want, "{text}");
        }
        let long = say(&"$order".repeat(5_000), &facts);
        assert_eq!(long.chars().count(), limit::MESSAGE_CHARS_MAX);
        assert_eq!(Template::parse("${a b} ${c").broken(), ["{a b}", "{c"]);
        let unknown = Template::parse("$Total").names().next().cloned();
        assert_eq!(unknown, Some(Name::Kept("Total".to_owned())));
        assert!(Template::parse("$a $b").broken().is_empty());
        for (text, is_sure) in [
            ("$a", false),
            (" $a ", false),
            ("${a|b}", true),
            ("a$a", true),
        ] {
            assert_eq!(Template::parse(text).is_sure(), is_sure, "{text}");
        }
        facts.wait_minutes = Some(0);
        assert_eq!(say("$-WAITTIME", &facts), "< 1");
    }
}
