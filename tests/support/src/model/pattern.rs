//! Patterns of event types, by dot-separated segments.

/// Returns whether a pattern matches an event type.
pub fn matches(pattern: &str, event_type: &str) -> bool {
    if pattern == "*" {
        return !event_type.is_empty();
    }
    let Some(family) = pattern.strip_suffix(".*") else {
        return pattern == event_type;
    };
    let family: Vec<&str> = family.split('.').collect();
    let segments: Vec<&str> = event_type.split('.').collect();
    let Some((first, rest)) = segments.split_at_checked(family.len()) else {
        return false;
    };
    first == family && !rest.join(".").is_empty()
}

/// Returns the most specific pattern that matches an event type: the exact name, then the longest family.
pub fn most_specific<'p>(patterns: &[&'p str], event_type: &str) -> Option<&'p str> {
    let matching = patterns
        .iter()
        .filter(|pattern| matches(pattern, event_type));
    matching
        .max_by_key(|pattern| (!pattern.ends_with('*'), pattern.split('.').count()))
        .copied()
}
