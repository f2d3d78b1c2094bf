//! Deserializer that rejects bodies which a derived payload type would accept: an array instead of an object, and a
//! second event type in the payload.
//!
//! A derived type reads its fields from an array, too. It ignores unknown keys, so it does not notice a repeated event
//! type for which it has no field.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Unexpected, Visitor};

/// Deserializer whose outermost object may contain `key` only once.
pub(crate) struct DuplicateKeyGuard<D> {
    inner: D,
    key: Option<&'static str>,
}

impl<D> DuplicateKeyGuard<D> {
    pub(super) const fn new(inner: D, key: Option<&'static str>) -> Self {
        Self { inner, key }
    }
}

/// Forwards the methods whose value cannot be an object.
macro_rules! forward {
    ($($method:ident($($arg:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($arg,)* visitor)
        }
    )*};
}

/// Forwards the methods whose value can be an object, with a visitor that counts the key.
macro_rules! guard {
    ($($method:ident($($arg:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $ty,)* visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($arg,)* GuardVisitor {
                inner: visitor,
                key: self.key,
                is_struct: stringify!($method) == "deserialize_struct",
            })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for DuplicateKeyGuard<D> {
    type Error = D::Error;

    guard! {
        deserialize_any()
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_option()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward! {
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_i128() deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64()
        deserialize_u128() deserialize_f32() deserialize_f64() deserialize_char() deserialize_str()
        deserialize_string() deserialize_bytes() deserialize_byte_buf() deserialize_unit()
        deserialize_seq() deserialize_identifier() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }
}

/// Visitor that guards an object and forwards every other value.
struct GuardVisitor<V> {
    inner: V,
    key: Option<&'static str>,
    is_struct: bool,
}

/// Forwards the values that are not objects.
macro_rules! visit {
    ($($method:ident($ty:ty))*) => {$(
        fn $method<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for GuardVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit! {
        visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str)
        visit_borrowed_str(&'de str) visit_string(String)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(DuplicateKeyGuard {
            inner,
            key: self.key,
        })
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        if self.is_struct {
            return Err(A::Error::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.inner.visit_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        match self.key {
            Some(key) => self.inner.visit_map(GuardMap {
                inner,
                key,
                seen: Cell::new(0),
            }),
            None => self.inner.visit_map(inner),
        }
    }
}

/// Object in which the occurrences of `key` are counted.
struct GuardMap<A> {
    inner: A,
    key: &'static str,
    seen: Cell<u32>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for GuardMap<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let counter = KeyCounter {
            key: self.key,
            seen: &self.seen,
        };
        let key = self.inner.next_key_seed(Key {
            inner: seed,
            counter,
        })?;
        if self.seen.get() > 1 {
            return Err(A::Error::duplicate_field(self.key));
        }
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// Counter of the occurrences of `key`.
#[derive(Clone, Copy)]
struct KeyCounter<'a> {
    key: &'static str,
    seen: &'a Cell<u32>,
}

impl KeyCounter<'_> {
    fn count(self, key: &str) {
        if key == self.key {
            self.seen.set(self.seen.get() + 1);
        }
    }
}

/// Wrapper that passes each key to the counter: around the seed, its deserializer and its visitor.
struct Key<'a, T> {
    inner: T,
    counter: KeyCounter<'a>,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<'_, K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<K::Value, D::Error> {
        self.inner.deserialize(Key {
            inner,
            counter: self.counter,
        })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, inner: V) -> Result<V::Value, D::Error> {
        // A JSON key is text, whichever method the payload's type calls.
        self.inner.deserialize_str(Key {
            inner,
            counter: self.counter,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Keys that the type reads as numbers or enums are not counted: they cannot be the guarded key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_enum(name, variants, visitor)
    }

    forward! {
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_i128() deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64()
        deserialize_u128() deserialize_f32() deserialize_f64()
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Key<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<V::Value, E> {
        self.counter.count(key);
        self.inner.visit_str(key)
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'de str) -> Result<V::Value, E> {
        self.counter.count(key);
        self.inner.visit_borrowed_str(key)
    }
}
