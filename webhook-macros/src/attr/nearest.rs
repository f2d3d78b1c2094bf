//! Suggestion for a misspelled option.

/// Returns the known option whose beginning and end agree with more than half of its letters.
pub(super) fn nearest<'a>(option: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|known| (agreement(option, known), *known))
        .filter(|(agreement, known)| agreement * 2 > known.len())
        .max_by_key(|(agreement, _)| *agreement)
        .map(|(_, known)| known)
}

/// Returns the number of equal letters at the beginning and at the end.
fn agreement(a: &str, b: &str) -> usize {
    let beginning = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let end = a
        .bytes()
        .rev()
        .zip(b.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    beginning + end
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn misspelled_option_suggests_the_nearest_known_one() {
        let known = ["max", "backoff"];
        for (option, expected) in [
            ("bakoff", Some("backoff")),
            ("max_retries", Some("max")),
            ("attempts", None),
            ("", None),
        ] {
            assert_eq!(nearest(option, &known), expected, "{option}");
        }
        assert_eq!(
            nearest("handler", &["exhaustive", "handlers"]),
            Some("handlers")
        );
    }
}
