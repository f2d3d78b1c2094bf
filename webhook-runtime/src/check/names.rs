//! Comparison of strings in a constant.

pub(crate) const fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    let length = prefix.len();
    text.len() >= length && shared(text, prefix, length) == length
}

/// How many of the first bytes are the same, up to a length that both have.
const fn shared(a: &[u8], b: &[u8], length: usize) -> usize {
    let mut i = 0;
    while i < length && a[i] == b[i] {
        i += 1;
    }
    i
}

/// Whether two names are the same. Names differ in length or at the end more often than at the front.
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

/// Below, at or above zero, as the bytes of `a` come before, with or behind those of `b`.
pub(crate) const fn compare(a: &str, b: &str) -> isize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (length_a, length_b) = (a.len().cast_signed(), b.len().cast_signed());
    let shorter = if length_a < length_b {
        length_a
    } else {
        length_b
    };
    let at = shared(a, b, shorter.cast_unsigned());
    if at == shorter.cast_unsigned() {
        length_a - length_b
    } else {
        a[at] as isize - b[at] as isize
    }
}
