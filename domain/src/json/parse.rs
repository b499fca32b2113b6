//! From text to a tree of values.
//!
//! Invariant: any text is read to its end or refused.

use super::NotJson;

/// Lists and maps may lie this deep in each other, as in `serde_json`.
pub const DEPTH_MAX: u32 = 127;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth.
    Bool(bool),
    /// A number as it is written: who wants it knows which kind.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name, in the order they are written; of two of one name the last counts.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Reads a text.
    ///
    /// # Errors
    /// [`NotJson`] when it is none, or lies deeper than [`DEPTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, NotJson> {
        let mut parser = Parser { rest: text };
        let value = parser.value(0)?;
        parser.space();
        if parser.rest.is_empty() {
            Ok(value)
        } else {
            Err(NotJson)
        }
    }

    /// The value of this name in a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.parse().ok(),
            _ => None,
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes this text if it comes next.
    fn takes(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next(&mut self) -> Result<char, NotJson> {
        let mut chars = self.rest.chars();
        let next = chars.next().ok_or(NotJson)?;
        self.rest = chars.as_str();
        Ok(next)
    }

    fn value(&mut self, depth: u32) -> Result<Value, NotJson> {
        if depth >= DEPTH_MAX {
            return Err(NotJson);
        }
        self.space();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.text().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.takes("null") => Ok(Value::Null),
            _ if self.takes("true") => Ok(Value::Bool(true)),
            _ if self.takes("false") => Ok(Value::Bool(false)),
            _ => Err(NotJson),
        }
    }

    /// After a value of a list or map: whether another one follows.
    fn goes_on(&mut self, end: &str) -> Result<bool, NotJson> {
        self.space();
        if self.takes(",") {
            Ok(true)
        } else if self.takes(end) {
            Ok(false)
        } else {
            Err(NotJson)
        }
    }

    fn list(&mut self, depth: u32) -> Result<Value, NotJson> {
        self.next()?;
        let mut values = Vec::new();
        self.space();
        if self.takes("]") {
            return Ok(Value::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if !self.goes_on("]")? {
                return Ok(Value::List(values));
            }
        }
    }

    fn map(&mut self, depth: u32) -> Result<Value, NotJson> {
        self.next()?;
        let mut entries = Vec::new();
        self.space();
        if self.takes("}") {
            return Ok(Value::Map(entries));
        }
        loop {
            self.space();
            let key = self.text()?;
            self.space();
            if !self.takes(":") {
                return Err(NotJson);
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.goes_on("}")? {
                return Ok(Value::Map(entries));
            }
        }
    }

    fn number(&mut self) -> Result<Value, NotJson> {
        let whole = self.rest;
        self.takes("-");
        let digits = self.digits();
        if digits == 0 || (digits > 1 && whole.trim_start_matches('-').starts_with('0')) {
            return Err(NotJson);
        }
        if self.takes(".") && self.digits() == 0 {
            return Err(NotJson);
        }
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            if self.digits() == 0 {
                return Err(NotJson);
            }
        }
        let length = whole.len() - self.rest.len();
        whole
            .get(..length)
            .map(|number| Value::Number(number.to_owned()))
            .ok_or(NotJson)
    }

    fn digits(&mut self) -> usize {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        before - self.rest.len()
    }

    fn text(&mut self) -> Result<String, NotJson> {
        if !self.takes("\"") {
            return Err(NotJson);
        }
        let mut out = String::new();
        loop {
            match self.next()? {
                '"' => return Ok(out),
                '\\' => out.push(self.escaped()?),
                '\0'..='\u{1F}' => return Err(NotJson),
                c => out.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, NotJson> {
        Ok(match self.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{C}',
            c @ ('"' | '\\' | '/') => c,
            'u' => {
                let first = self.four_digits()?;
                let code = match first {
                    0xD800..=0xDBFF => {
                        // Two halves of a character beyond the first 65,536.
                        if !self.takes("\\u") {
                            return Err(NotJson);
                        }
                        let second = self.four_digits()?;
                        if !(0xDC00..=0xDFFF).contains(&second) {
                            return Err(NotJson);
                        }
                        0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    code => code,
                };
                char::from_u32(code).ok_or(NotJson)?
            }
            _ => return Err(NotJson),
        })
    }

    fn four_digits(&mut self) -> Result<u32, NotJson> {
        (0..4).try_fold(0, |code, _| {
            let digit = self.next()?.to_digit(16).ok_or(NotJson)?;
            Ok(code * 16 + digit)
        })
    }
}
