//! The items of a signature header.

/// Every item that may be looked at: the first 16, within the first 4096 bytes of all lines together.
pub fn items<'h>(lines: &[&'h [u8]], separator: Option<u8>) -> Vec<&'h [u8]> {
    let mut items = Vec::new();
    let mut line_starts = 0;
    for line in lines {
        let mut starts = line_starts;
        for item in line.split(|byte| Some(*byte) == separator) {
            let ends = starts + item.len();
            if !item.is_empty() && ends <= 4096 {
                items.push(item);
            }
            starts = ends + 1;
        }
        line_starts += line.len();
    }
    items.truncate(16);
    items
}
