//! Items of a signature header, within bounds.

/// Maximum number of items that are read: enough for every key rotation, and few enough to be checked quickly.
pub(super) const MAX_ITEMS: usize = 16;
/// Maximum number of bytes that are read.
pub(super) const MAX_BYTES: usize = 4096;

/// Calls `visit` for every item within the bounds, which all header lines share.
///
/// A line without `prefix` counts as one item, but is not visited. Without a separator, each line is one item.
pub(super) fn each_item<'h>(
    values: impl Iterator<Item = &'h [u8]>,
    prefix: &[u8],
    separator: Option<u8>,
    mut visit: impl FnMut(&'h [u8]),
) {
    let mut bytes_left = MAX_BYTES;
    let mut items_left = MAX_ITEMS;
    for value in values {
        let read = value.get(..bytes_left).unwrap_or(value);
        // A bound between two items truncates neither.
        let next = value.get(bytes_left);
        let is_truncated = next.is_some() && next != separator.as_ref();
        bytes_left -= read.len();
        let (has_prefix, read) = match read.strip_prefix(prefix) {
            Some(rest) => (true, rest),
            None => (false, read),
        };
        let mut items = read
            .split(|byte| has_prefix && separator == Some(*byte))
            .peekable();
        while let Some(item) = items.next() {
            if item.is_empty() {
                continue;
            }
            // An item that the bound truncates is ignored.
            if items_left == 0 || (is_truncated && items.peek().is_none()) {
                return;
            }
            items_left -= 1;
            if has_prefix {
                visit(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(values: &[&str], prefix: &str, separator: Option<u8>) -> Vec<String> {
        let mut items = Vec::new();
        let values = values.iter().map(|value| value.as_bytes());
        each_item(values, prefix.as_bytes(), separator, |item| {
            items.push(String::from_utf8(item.to_vec()).unwrap());
        });
        items
    }

    #[test]
    fn items_are_split_at_separators() {
        assert_eq!(items(&[",a,,b,"], "", Some(b',')), ["a", "b"]);
        assert_eq!(items(&["a,b", "c"], "", Some(b',')), ["a", "b", "c"]);
        assert_eq!(items(&["a,b", "c"], "", None), ["a,b", "c"]);
        assert_eq!(items(&["x:a,b", "c,d", "x:"], "x:", Some(b',')), ["a", "b"]);
        assert_eq!(items(&["", "x:"], "x:", None), [""; 0]);
    }

    #[test]
    fn items_after_the_sixteenth_are_ignored() {
        let ahead = |count| format!("{}good", "x,".repeat(count));
        assert_eq!(items(&[&ahead(15)], "", Some(b',')).last().unwrap(), "good");
        assert_eq!(items(&[&ahead(16)], "", Some(b',')).last().unwrap(), "x");
        let mut lines = vec!["x"; 15];
        lines.push("good");
        assert_eq!(items(&lines, "", None).last().unwrap(), "good");
        lines.insert(0, "x");
        assert_eq!(items(&lines, "", None).last().unwrap(), "x");
        // Lines without the prefix count towards the bound.
        lines[16] = "v=good";
        assert_eq!(items(&lines, "v=", None), [""; 0]);
        assert_eq!(items(&lines[1..], "v=", None), ["good"]);
    }

    #[test]
    fn bytes_after_the_first_4096_are_ignored() {
        let filler = "x".repeat(MAX_BYTES - "good".len() - 1);
        let last = |line: &str| items(&[line], "", Some(b' ')).pop();
        assert_eq!(last(&format!("{filler} good")), Some("good".to_owned()));
        assert_eq!(last(&format!("{filler} good y")), Some("good".to_owned()));
        // The bound ends where a good item would end, but the item is longer.
        assert_eq!(last(&format!("{filler} goodx")), Some(filler.clone()));
        assert_eq!(last(&format!("x{filler} good")), Some(format!("x{filler}")));
        // Without a separator, a line that is too long has no item.
        assert_eq!(items(&[&"x".repeat(MAX_BYTES)], "", None).len(), 1);
        assert_eq!(items(&[&"x".repeat(MAX_BYTES + 1)], "", None), [""; 0]);
        // All lines share the bound.
        let half = "x".repeat(MAX_BYTES / 2 + 1);
        assert_eq!(items(&[&half, &half], "", None).len(), 1);
    }
}
