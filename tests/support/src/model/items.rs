//! The items of a signature header.

/// Returns the items that are checked: the first 16 that end within the first 4096 bytes of all header lines together.
pub fn items<'h>(lines: &[&'h [u8]], separator: Option<u8>) -> Vec<&'h [u8]> {
    let mut items = Vec::new();
    let mut line_start = 0;
    for line in lines {
        let mut start = line_start;
        for item in line.split(|byte| Some(*byte) == separator) {
            let end = start + item.len();
            if !item.is_empty() && end <= 4096 {
                items.push(item);
            }
            start = end + 1;
        }
        line_start += line.len();
    }
    items.truncate(16);
    items
}
