//! Event patterns: `"session.created"`, `"session.*"` or `"*"`.

use proc_macro2::Span;
use syn::LitStr;

use super::errors::Errors;

/// Well-formed event pattern. The literal is kept for its span.
#[derive(Clone)]
pub(crate) struct Pattern {
    pub(crate) literal: LitStr,
}

impl Pattern {
    /// Creates the pattern; collects an error if it is malformed.
    pub(super) fn new(literal: LitStr, errors: &mut Errors) -> Option<Self> {
        match problem(&literal.value()) {
            Some(problem) => {
                errors.add(literal.span(), problem);
                None
            }
            None => Some(Self { literal }),
        }
    }

    /// Creates the patterns; collects an error for each malformed or repeated one.
    pub(super) fn list(
        literals: impl IntoIterator<Item = LitStr>,
        errors: &mut Errors,
    ) -> Vec<Self> {
        let mut patterns: Vec<Self> = Vec::new();
        for literal in literals {
            let Some(pattern) = Self::new(literal, errors) else {
                continue;
            };
            if patterns.iter().any(|other| other.text() == pattern.text()) {
                errors.add(pattern.span(), format!("duplicate `{}`", pattern.text()));
            } else {
                patterns.push(pattern);
            }
        }
        patterns
    }

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

/// Returns the hash by which the compiler finds a name in a catalog: FNV-1a, 64 bits.
///
/// The macro computes it, because the compiler evaluates constants about a hundred times slower than compiled code
/// runs.
pub(crate) fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |key, byte| {
        (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns the message for a malformed pattern; `None` if it is well-formed.
fn problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("empty event name: write a name such as \"session.created\"".to_owned());
    }
    if text == "*" {
        return None;
    }
    if let Some(invalid) = text
        .chars()
        .find(|c| !c.is_ascii_graphic() || matches!(c, '"' | '\\'))
    {
        return Some(format!(
            "invalid character {invalid:?} in event name: use printable ASCII without spaces, quotes and backslashes"
        ));
    }
    let (name, family) = match text.strip_suffix(".*") {
        Some(name) => (name, true),
        None => (text, false),
    };
    if name.contains('*') {
        let first = name.split(['.', '*']).next().unwrap_or_default();
        let fix = if first.is_empty() {
            "\"*\" for every event".to_owned()
        } else {
            format!("\"{first}.*\" for the family, or \"*\" for every event")
        };
        return Some(format!(
            "misplaced `*`: it matches whole segments at the end of a pattern; write {fix}"
        ));
    }
    if name.split('.').any(str::is_empty) {
        let segments: Vec<_> = name
            .split('.')
            .filter(|segment| !segment.is_empty())
            .collect();
        let mut fix = segments.join(".");
        if fix.is_empty() {
            return Some(format!(
                "empty segments in `{text}`: write a name such as \"session.created\""
            ));
        }
        if family {
            fix.push_str(".*");
        }
        return Some(format!(
            "empty segment in `{text}`; did you mean \"{fix}\"?"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn names_families_and_the_wildcard_are_well_formed() {
        for pattern in [
            "a",
            "a.b",
            "a_b.c-d",
            "a.*",
            "a.b.*",
            "*",
            "orders/create",
            "x:y",
        ] {
            assert_eq!(problem(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn malformed_patterns_are_rejected_with_a_suggestion() {
        for pattern in [
            "", ".", "a.", ".a", "a..b", "*.a", "a.*.b", "a*", "**", "a.**", "*.*", "a b", "é",
            ".*", "\n", "a\"b",
        ] {
            assert!(problem(pattern).is_some(), "{pattern}");
        }
        assert!(problem("a.").unwrap().contains("did you mean \"a\"?"));
        assert!(problem("a.*.b").unwrap().contains("\"a.*\""));
    }
}
