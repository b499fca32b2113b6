//! From a tree of values to a type. Every form has one way in: what the wire never does (a struct
//! as a list, a variant as a number) is not understood, and costs nothing.
//!
//! Invariant: says that something is wrong, and nothing about what.

use super::{NotJson, Value};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt::Display;
use std::{slice, vec};

impl de::Error for NotJson {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }
    fn invalid_type(_found: Unexpected<'_>, _wanted: &dyn Expected) -> Self {
        Self
    }
    fn invalid_value(_found: Unexpected<'_>, _wanted: &dyn Expected) -> Self {
        Self
    }
    fn invalid_length(_length: usize, _wanted: &dyn Expected) -> Self {
        Self
    }
    fn unknown_variant(_variant: &str, _wanted: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_field: &str, _wanted: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_field: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_field: &'static str) -> Self {
        Self
    }
}

impl Value {
    fn unsigned<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Number(number) => visitor.visit_u64(number.parse().or(Err(NotJson))?),
            _ => Err(NotJson),
        }
    }

    fn signed<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Number(number) => visitor.visit_i64(number.parse().or(Err(NotJson))?),
            _ => Err(NotJson),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            _ => Err(NotJson),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::List(values) => visitor.visit_seq(Items(values.into_iter())),
            _ => Err(NotJson),
        }
    }

    /// A struct's fields in the order in which it names them: a reader made for a list is half as
    /// large as one that asks of each key which field it is.
    fn fields<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        match self {
            Self::Map(entries) => visitor.visit_seq(Fields {
                entries,
                names: names.iter(),
            }),
            _ => Err(NotJson),
        }
    }

    fn map<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Map(entries) => visitor.visit_map(Entries {
                rest: entries.into_iter(),
                value: None,
            }),
            _ => Err(NotJson),
        }
    }
}

macro_rules! one_way {
    ($($method:ident => $way:ident;)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
            self.$way(visitor)
        }
    )* };
}

macro_rules! no_way {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, NotJson> {
            Err(NotJson)
        }
    )* };
}

impl<'de> Deserializer<'de> for Value {
    type Error = NotJson;

    one_way! {
        deserialize_u8 => unsigned;
        deserialize_u16 => unsigned;
        deserialize_u32 => unsigned;
        deserialize_u64 => unsigned;
        deserialize_i8 => signed;
        deserialize_i16 => signed;
        deserialize_i32 => signed;
        deserialize_i64 => signed;
        deserialize_str => text;
        deserialize_string => text;
        deserialize_char => text;
        deserialize_identifier => text;
        deserialize_seq => list;
        deserialize_map => map;
    }

    no_way! {
        deserialize_any
        deserialize_f32
        deserialize_f64
        deserialize_bytes
        deserialize_byte_buf
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Bool(truth) => visitor.visit_bool(truth),
            _ => Err(NotJson),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        match self {
            Self::Null => visitor.visit_unit(),
            _ => Err(NotJson),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.fields(fields, visitor)
    }

    /// `"Variant"`, or `{"Variant": …}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        let (name, content) = match self {
            Self::Text(name) => (name, None),
            Self::Map(entries) => {
                let mut entries = entries.into_iter();
                let (Some((name, content)), None) = (entries.next(), entries.next()) else {
                    return Err(NotJson);
                };
                (name, Some(content))
            }
            _ => return Err(NotJson),
        };
        // By its number: a reader that compares numbers is smaller than one that compares words.
        let place = variants.iter().position(|variant| *variant == name);
        let place = place.and_then(|place| u32::try_from(place).ok());
        let place = place.ok_or(NotJson)?;
        visitor.visit_enum(Variant { place, content })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotJson> {
        visitor.visit_unit()
    }
}

impl IntoDeserializer<'_, NotJson> for Value {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = NotJson;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, NotJson> {
        self.0
            .next()
            .map(|value| seed.deserialize(value))
            .transpose()
    }
}

struct Fields {
    entries: Vec<(String, Value)>,
    names: slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = NotJson;

    /// None for a field that is not there: then its default counts, if it has one.
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, NotJson> {
        let found = self.names.next().and_then(|name| {
            let at = self.entries.iter().rposition(|(key, _)| key == name)?;
            Some(self.entries.swap_remove(at).1)
        });
        found.map(|value| seed.deserialize(value)).transpose()
    }
}

struct Entries {
    rest: vec::IntoIter<(String, Value)>,
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = NotJson;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, NotJson> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(Value::Text(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, NotJson> {
        seed.deserialize(self.value.take().ok_or(NotJson)?)
    }
}

struct Variant {
    place: u32,
    content: Option<Value>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = NotJson;
    type Variant = Content;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Content), NotJson> {
        let variant = seed.deserialize(self.place.into_deserializer())?;
        Ok((variant, Content(self.content)))
    }
}

struct Content(Option<Value>);

impl<'de> VariantAccess<'de> for Content {
    type Error = NotJson;

    fn unit_variant(self) -> Result<(), NotJson> {
        match self.0 {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(NotJson),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, NotJson> {
        seed.deserialize(self.0.ok_or(NotJson)?)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.0.ok_or(NotJson)?.list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotJson> {
        self.0.ok_or(NotJson)?.fields(fields, visitor)
    }
}
