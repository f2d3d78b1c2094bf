//! String comparisons for constants, where `str`'s own operators are not available.

#![allow(
    clippy::indexing_slicing,
    reason = "constants cannot use `get`; every index is within the bounds of its loop"
)]

/// Returns whether `text` starts with `prefix`.
pub(crate) const fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    let length = prefix.len();
    text.len() >= length && common_prefix(text, prefix, length) == length
}

/// Returns whether two names are equal.
///
/// Compares from the end: names of one catalog differ in length or at the end more often than at the front.
pub(crate) const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = a.len();
    if i != b.len() {
        return false;
    }
    while i > 0 {
        i -= 1;
        if a[i] != b[i] {
            return false;
        }
    }
    true
}

/// Compares two strings by their bytes: negative if `a` sorts first, zero if they are equal, positive if `b` does.
pub(crate) const fn compare(a: &str, b: &str) -> isize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (length_a, length_b) = (a.len().cast_signed(), b.len().cast_signed());
    let shorter = if length_a < length_b {
        length_a
    } else {
        length_b
    };
    let common = common_prefix(a, b, shorter.cast_unsigned());
    if common == shorter.cast_unsigned() {
        length_a - length_b
    } else {
        a[common] as isize - b[common] as isize
    }
}

/// Returns the length of the common prefix, at most `length`. Both slices must be that long.
const fn common_prefix(a: &[u8], b: &[u8], length: usize) -> usize {
    let mut i = 0;
    while i < length && a[i] == b[i] {
        i += 1;
    }
    i
}
