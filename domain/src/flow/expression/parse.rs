//! From text to expression: a reader by recursive descent.
//!
//! Invariant: depth and length are bounded before anything is read.

use super::{Comparison, Expression, ExpressionDefect};
use crate::date::Date;
use crate::flow::{Decimal, Fact, StepId, Value};
use crate::limit;
use crate::text::chars;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(Decimal),
    Sign(&'static str),
}

const SIGNS: [&str; 12] = [
    "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", ".",
];

pub(super) fn parse(text: &str) -> Result<Expression, ExpressionDefect> {
    if text.trim().is_empty() {
        return Err(ExpressionDefect::Empty);
    }
    if chars(text) > limit::EXPRESSION_CHARS_MAX {
        return Err(ExpressionDefect::TooLong);
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        end: chars(text),
        at: 0,
        depth: 0,
    };
    let whole = reader.any()?;
    match reader.peek() {
        None => Ok(whole),
        Some(_) => Err(reader.unexpected()),
    }
}

/// The tokens with the characters where they begin.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionDefect> {
    let all: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = all.get(at).copied() {
        let rest = all.get(at..).unwrap_or_default();
        let (token, length) = if first.is_whitespace() {
            at += 1;
            continue;
        } else if first == '"' {
            quoted(rest).ok_or(ExpressionDefect::Unexpected { at })?
        } else if first.is_ascii_digit() {
            let number = run_of(rest, |c| c.is_ascii_digit() || c == '.');
            let length = number.len();
            let number = Decimal::parse(&number).ok_or(ExpressionDefect::Unexpected { at })?;
            (Token::Number(number), length)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let word = run_of(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            let length = word.len();
            (Token::Word(word), length)
        } else {
            let is_here = |sign: &&&str| {
                sign.chars()
                    .enumerate()
                    .all(|(i, c)| rest.get(i) == Some(&c))
            };
            let sign = SIGNS.iter().find(is_here);
            let sign = sign.ok_or(ExpressionDefect::Unexpected { at })?;
            (Token::Sign(sign), sign.len())
        };
        tokens.push((at, token));
        at += length;
    }
    Ok(tokens)
}

fn run_of(rest: &[char], belongs: fn(char) -> bool) -> String {
    rest.iter().copied().take_while(|c| belongs(*c)).collect()
}

/// A text in quotes, in which a quote is written twice, and how many characters it takes.
fn quoted(rest: &[char]) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut at = 1;
    loop {
        match (rest.get(at)?, rest.get(at + 1)) {
            ('"', Some('"')) => {
                text.push('"');
                at += 2;
            }
            ('"', _) => return Some((Token::Text(text), at + 1)),
            (c, _) => {
                text.push(*c);
                at += 1;
            }
        }
    }
}

struct Reader {
    tokens: Vec<(usize, Token)>,
    /// Characters of the whole text.
    end: usize,
    at: usize,
    depth: usize,
}

type Read = Result<Expression, ExpressionDefect>;

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn unexpected(&self) -> ExpressionDefect {
        let at = self.tokens.get(self.at).map_or(self.end, |(at, _)| *at);
        ExpressionDefect::Unexpected { at }
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let is_here = self.peek() == Some(wanted);
        self.at += usize::from(is_here);
        is_here
    }

    fn takes_sign(&mut self, sign: &'static str) -> bool {
        self.takes(&Token::Sign(sign))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_here = matches!(self.peek(), Some(Token::Word(own)) if own == word);
        self.at += usize::from(is_here);
        is_here
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), ExpressionDefect> {
        if self.takes_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn any(&mut self) -> Read {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(alone_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Read {
        let mut parts = vec![self.not()?];
        while self.takes_word("and") {
            parts.push(self.not()?);
        }
        Ok(alone_or(parts, Expression::All))
    }

    fn not(&mut self) -> Read {
        let mut is_turned = false;
        let mut turns = 0;
        while self.takes_word("not") {
            is_turned = !is_turned;
            turns += 1;
        }
        let inner = self.comparison()?;
        // An even number of them still says that this is yes or no.
        Ok(match (turns, is_turned) {
            (0, _) => inner,
            (_, true) => Expression::Not(Box::new(inner)),
            (_, false) => Expression::Not(Box::new(Expression::Not(Box::new(inner)))),
        })
    }

    fn comparison(&mut self) -> Read {
        let left = self.sum()?;
        if self.takes_word("in") {
            self.sign("(")?;
            let mut others = vec![self.sum()?];
            while self.takes_sign(",") {
                others.push(self.sum()?);
            }
            self.sign(")")?;
            return Ok(Expression::Among(Box::new(left), others));
        }
        let Some(comparison) = self.peek().and_then(comparison) else {
            return Ok(left);
        };
        self.at += 1;
        let right = self.sum()?;
        Ok(Expression::Compare(
            comparison,
            Box::new(left),
            Box::new(right),
        ))
    }

    fn sum(&mut self) -> Read {
        let first = self.one()?;
        let mut rest = Vec::new();
        loop {
            if self.takes_sign("+") {
                rest.push((false, self.one()?));
            } else if self.takes_sign("-") {
                rest.push((true, self.one()?));
            } else if rest.is_empty() {
                return Ok(first);
            } else {
                return Ok(Expression::Sum(Box::new(first), rest));
            }
        }
    }

    fn one(&mut self) -> Read {
        if self.takes_sign("(") {
            let inner = self.deeper()?;
            self.sign(")")?;
            return Ok(inner);
        }
        if self.takes_sign("-") {
            let Some(Token::Number(number)) = self.peek() else {
                return Err(self.unexpected());
            };
            let number = Decimal::default().minus(*number);
            self.at += 1;
            return Ok(Expression::Value(Value::Number(number)));
        }
        let found = match self.peek() {
            Some(Token::Text(text)) => Expression::Value(Value::Text(text.clone())),
            Some(Token::Number(number)) => Expression::Value(Value::Number(*number)),
            Some(Token::Word(word)) => {
                let word = word.clone();
                return self.word(&word);
            }
            Some(Token::Sign(_)) | None => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(found)
    }

    fn deeper(&mut self) -> Read {
        self.depth += 1;
        if self.depth > limit::EXPRESSION_DEPTH_MAX {
            return Err(ExpressionDefect::TooDeep);
        }
        let inner = self.any();
        self.depth -= 1;
        inner
    }

    fn word(&mut self, word: &str) -> Read {
        if RESERVED.contains(&word) {
            return Err(self.unexpected());
        }
        self.at += 1;
        // A word of ours means something only before what belongs to it: an answer may be kept
        // as `number` or `date`.
        let belongs = if word == "field" { "." } else { "(" };
        if FUNCTIONS.contains(&word) && self.peek() != Some(&Token::Sign(belongs)) {
            return Ok(Expression::Kept(word.to_owned()));
        }
        match word {
            "yes" => Ok(Expression::Value(Value::YesNo(true))),
            "no" => Ok(Expression::Value(Value::YesNo(false))),
            "field" => {
                self.sign(".")?;
                let Some(Token::Word(name)) = self.peek() else {
                    return Err(self.unexpected());
                };
                let name = name.clone();
                self.at += 1;
                Ok(Expression::Field(name))
            }
            "date" => {
                self.sign("(")?;
                let date = match self.peek() {
                    Some(Token::Text(text)) => Date::parse(text),
                    _ => None,
                };
                let date = date.ok_or_else(|| self.unexpected())?;
                self.at += 1;
                self.sign(")")?;
                Ok(Expression::Value(Value::Date(date)))
            }
            "chosen" => {
                self.sign("(")?;
                let step = self.id()?;
                self.sign(",")?;
                let answer = self.id()?;
                self.sign(")")?;
                Ok(Expression::Chosen(StepId(step), answer))
            }
            "known" => self.of(Expression::Known),
            "number" => self.of(Expression::Number),
            "length" => self.of(Expression::Length),
            word => {
                let fact = Fact::ALL.iter().find(|fact| fact.word() == word);
                Ok(fact.map_or_else(
                    || Expression::Kept(word.to_owned()),
                    |fact| Expression::Fact(*fact),
                ))
            }
        }
    }

    fn of(&mut self, make: fn(Box<Expression>) -> Expression) -> Read {
        self.sign("(")?;
        let inner = self.deeper()?;
        self.sign(")")?;
        Ok(make(Box::new(inner)))
    }

    fn id(&mut self) -> Result<u32, ExpressionDefect> {
        let number = match self.peek() {
            Some(Token::Number(number)) => number.to_string().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        Ok(number)
    }
}

/// Words that mean something before a bracket (`field`: before a point).
const FUNCTIONS: [&str; 6] = ["field", "date", "chosen", "known", "number", "length"];

/// Words that join, and so can name nothing.
const RESERVED: [&str; 8] = [
    "and",
    "or",
    "not",
    "in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
];

/// Whether a kept answer may have this name: a word in small letters that means nothing else.
pub(in crate::flow) fn is_free_name(name: &str) -> bool {
    let mut letters = name.chars();
    let is_word = letters.next().is_some_and(|c| c.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= limit::VALUE_NAME_CHARS_MAX;
    is_word
        && !RESERVED.contains(&name)
        // The last would be read as a custom field wherever a sentence ends behind it.
        && !["yes", "no", "field"].contains(&name)
        && Fact::ALL.iter().all(|fact| fact.word() != name)
}

fn comparison(token: &Token) -> Option<Comparison> {
    Some(match token {
        Token::Sign("=") => Comparison::Equal,
        Token::Sign("!=") => Comparison::Unequal,
        Token::Sign("<") => Comparison::Less,
        Token::Sign("<=") => Comparison::AtMost,
        Token::Sign(">") => Comparison::More,
        Token::Sign(">=") => Comparison::AtLeast,
        Token::Word(word) => match word.as_str() {
            "contains" => Comparison::Contains,
            "starts_with" => Comparison::StartsWith,
            "ends_with" => Comparison::EndsWith,
            "matches" => Comparison::Matches,
            _ => return None,
        },
        _ => return None,
    })
}

fn alone_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() > 1 {
        return join(parts);
    }
    parts
        .pop()
        .unwrap_or(Expression::Value(Value::YesNo(false)))
}
