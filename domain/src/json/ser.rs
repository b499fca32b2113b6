//! From a type to text.
//!
//! Invariant: writes exactly what `serde_json` writes for the same value.

use super::NotJson;
use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::Display;

impl ser::Error for NotJson {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }
}

/// Writes one value.
pub(super) struct Writer<'a> {
    out: &'a mut String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut String) -> Self {
        Self { out }
    }

    /// Opens a list or map; `end` closes it.
    fn open(self, begin: &str, end: &'static str) -> Many<'a> {
        self.out.push_str(begin);
        Many {
            out: self.out,
            end,
            is_first: true,
        }
    }

    /// Opens the map around a variant.
    fn variant(&mut self, name: &str) {
        self.out.push('{');
        push_text(self.out, name);
        self.out.push(':');
    }

    fn number(self, is_negative: bool, size: u64) {
        if is_negative {
            self.out.push('-');
        }
        let mut digits = [b'0'; 20];
        let mut rest = size;
        let mut used = 0;
        for place in digits.iter_mut().rev() {
            *place = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        let number = digits.iter().skip(digits.len() - used);
        self.out.extend(number.map(|digit| char::from(*digit)));
    }
}

/// Writes a text in quotes.
pub(super) fn push_text(out: &mut String, text: &str) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    out.push('"');
    for c in text.chars() {
        let short = match c {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\t' => 't',
            '\r' => 'r',
            '\u{8}' => 'b',
            '\u{C}' => 'f',
            '\0'..='\u{1F}' => {
                out.push_str("\\u00");
                out.push(if c < '\u{10}' { '0' } else { '1' });
                let digit = HEX.get((c as usize) & 15).copied();
                out.push(digit.unwrap_or('0'));
                continue;
            }
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
}

/// A list or map being written.
pub(super) struct Many<'a> {
    out: &'a mut String,
    end: &'static str,
    is_first: bool,
}

impl Many<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotJson> {
        self.comma();
        value.serialize(Writer::new(self.out))
    }

    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), NotJson> {
        self.comma();
        push_text(self.out, name);
        self.out.push(':');
        value.serialize(Writer::new(self.out))
    }
}

macro_rules! numbers {
    ($($method:ident $kind:ty, $value:ident => $is_negative:expr, $size:expr;)*) => { $(
        fn $method(self, $value: $kind) -> Result<(), NotJson> {
            self.number($is_negative, $size);
            Ok(())
        }
    )* };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = NotJson;
    type SerializeSeq = Many<'a>;
    type SerializeTuple = Many<'a>;
    type SerializeTupleStruct = Many<'a>;
    type SerializeTupleVariant = Many<'a>;
    type SerializeMap = Many<'a>;
    type SerializeStruct = Many<'a>;
    type SerializeStructVariant = Many<'a>;

    numbers! {
        serialize_u8 u8, n => false, n.into();
        serialize_u16 u16, n => false, n.into();
        serialize_u32 u32, n => false, n.into();
        serialize_u64 u64, n => false, n;
        serialize_i8 i8, n => n < 0, n.unsigned_abs().into();
        serialize_i16 i16, n => n < 0, n.unsigned_abs().into();
        serialize_i32 i32, n => n < 0, n.unsigned_abs().into();
        serialize_i64 i64, n => n < 0, n.unsigned_abs();
    }

    fn serialize_bool(self, truth: bool) -> Result<(), NotJson> {
        self.out.push_str(if truth { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, _number: f32) -> Result<(), NotJson> {
        Err(NotJson)
    }

    fn serialize_f64(self, _number: f64) -> Result<(), NotJson> {
        Err(NotJson)
    }

    fn serialize_char(self, c: char) -> Result<(), NotJson> {
        push_text(self.out, c.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), NotJson> {
        push_text(self.out, text);
        Ok(())
    }

    fn serialize_bytes(self, _bytes: &[u8]) -> Result<(), NotJson> {
        Err(NotJson)
    }

    fn serialize_none(self) -> Result<(), NotJson> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotJson> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotJson> {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), NotJson> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), NotJson> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), NotJson> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotJson> {
        self.variant(variant);
        value.serialize(Writer::new(self.out))?;
        self.out.push('}');
        Ok(())
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Many<'a>, NotJson> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _length: usize) -> Result<Many<'a>, NotJson> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Many<'a>, NotJson> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Many<'a>, NotJson> {
        self.variant(variant);
        Ok(self.open("[", "]}"))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Many<'a>, NotJson> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Many<'a>, NotJson> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Many<'a>, NotJson> {
        self.variant(variant);
        Ok(self.open("{", "}}"))
    }
}

macro_rules! many {
    ($($form:ident :: $method:ident ($($name:ident)?) => $way:ident;)*) => { $(
        impl $form for Many<'_> {
            type Ok = ();
            type Error = NotJson;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), NotJson> {
                self.$way($($name,)? value)
            }

            fn end(self) -> Result<(), NotJson> {
                self.out.push_str(self.end);
                Ok(())
            }
        }
    )* };
}

many! {
    SerializeSeq::serialize_element() => item;
    SerializeTuple::serialize_element() => item;
    SerializeTupleStruct::serialize_field() => item;
    SerializeTupleVariant::serialize_field() => item;
    SerializeStruct::serialize_field(name) => entry;
    SerializeStructVariant::serialize_field(name) => entry;
}

impl SerializeMap for Many<'_> {
    type Ok = ();
    type Error = NotJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotJson> {
        let before = self.out.len();
        self.item(key)?;
        // A number would read back as something else than a key.
        let written = self.out.get(before..).unwrap_or_default();
        if written.trim_start_matches(',').starts_with('"') {
            Ok(())
        } else {
            Err(NotJson)
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotJson> {
        self.out.push(':');
        value.serialize(Writer::new(self.out))
    }

    fn end(self) -> Result<(), NotJson> {
        self.out.push_str(self.end);
        Ok(())
    }
}
