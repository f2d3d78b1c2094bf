//! JSON with all members of each object, in order, duplicates included.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

pub enum Tree {
    Object(Vec<(String, Self)>),
    Text(String),
    Other,
}

impl Tree {
    /// Parses a body. `None`: it is not JSON, or exceeds `serde_json`'s limits on depth and numbers.
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Returns all values of a key.
    pub fn all<'t>(&'t self, key: &'t str) -> impl Iterator<Item = &'t Self> {
        let members = match self {
            Self::Object(members) => members.as_slice(),
            Self::Text(_) | Self::Other => &[],
        };
        members
            .iter()
            .filter(move |(other, _)| other == key)
            .map(|(_, value)| value)
    }

    /// Returns the first value at a path.
    pub fn at<'t>(&'t self, path: &[&'t str]) -> Option<&'t Self> {
        let mut found = self;
        for key in path {
            found = found.all(key).next()?;
        }
        Some(found)
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Object(_) | Self::Other => None,
        }
    }

    /// Returns whether an object has a duplicate of a key of this path.
    pub fn is_repeated(&self, path: &[&str]) -> bool {
        let Some((key, rest)) = path.split_first() else {
            return false;
        };
        let values: Vec<_> = self.all(key).collect();
        values.len() > 1 || values.iter().any(|value| value.is_repeated(rest))
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Tree::Object(members))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                while seq.next_element::<Tree>()?.is_some() {}
                Ok(Tree::Other)
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Text(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
                Ok(Tree::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
                Ok(Tree::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
                Ok(Tree::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
                Ok(Tree::Other)
            }
        }

        deserializer.deserialize_any(Any)
    }
}
