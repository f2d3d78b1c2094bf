//! An event pattern as a user writes it: a literal whose form is right.

use proc_macro2::Span;
use syn::LitStr;

/// A literal such as `"session.idled"`, `"session.*"` or `"*"`.
#[derive(Clone)]
pub(crate) struct Pattern {
    pub(crate) literal: LitStr,
}

impl Pattern {
    pub(crate) fn span(&self) -> Span {
        self.literal.span()
    }

    pub(crate) fn text(&self) -> String {
        self.literal.value()
    }

    pub(crate) fn is_exact(&self) -> bool {
        !self.text().ends_with('*')
    }
}

/// The key of a name, by which the compiler finds it among a catalog's: FNV-1a, 64 bits.
///
/// It is worked out here, because code in constants is interpreted, a few hundred times slower.
pub(crate) fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |key, byte| {
        (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What is wrong with the form of a pattern.
pub(crate) fn problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("the event name is empty; write one such as \"session.created\"".to_owned());
    }
    if text == "*" {
        return None;
    }
    if let Some(odd) = text
        .chars()
        .find(|c| !c.is_ascii_graphic() || matches!(c, '"' | '\\'))
    {
        return Some(format!("{odd:?} cannot stand in an event name"));
    }
    let (name, family) = match text.strip_suffix(".*") {
        Some(name) => (name, true),
        None => (text, false),
    };
    if name.contains('*') {
        let first = name.split(['.', '*']).next().unwrap_or_default();
        let instead = if first.is_empty() {
            "\"*\" for every event".to_owned()
        } else {
            format!("\"{first}.*\" for the family, or \"*\" for every event")
        };
        return Some(format!(
            "`*` stands for whole segments at the end alone: write {instead}"
        ));
    }
    if name.split('.').any(str::is_empty) {
        let joined: Vec<_> = name
            .split('.')
            .filter(|segment| !segment.is_empty())
            .collect();
        let mut instead = joined.join(".");
        if instead.is_empty() {
            return Some(
                "the event name has no segment; write one such as \"session.created\"".to_owned(),
            );
        }
        if family {
            instead.push_str(".*");
        }
        return Some(format!(
            "a segment of `{text}` is empty; did you mean \"{instead}\"?"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn names_families_and_everything_are_patterns() {
        for right in [
            "a",
            "a.b",
            "a_b.c-d",
            "a.*",
            "a.b.*",
            "*",
            "orders/create",
            "x:y",
        ] {
            assert_eq!(problem(right), None, "{right}");
        }
    }

    #[test]
    fn other_forms_are_told_apart() {
        for wrong in [
            "", ".", "a.", ".a", "a..b", "*.a", "a.*.b", "a*", "**", "a.**", "*.*", "a b", "é",
            ".*", "\n", "a\"b",
        ] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
        assert!(problem("a.").unwrap().contains("did you mean \"a\"?"));
        assert!(problem("a.*.b").unwrap().contains("\"a.*\""));
    }
}
