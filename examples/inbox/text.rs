//! What others have written, so that a terminal can show it.

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// Whether a character does something to a terminal, or cannot be seen: controls, marks of direction, invisible ones.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// One line, with all that is hidden in it written out: `\n`, `\u{1b}`.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// Lines as they are, each shown as [`line`] does.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|text| line(&text.replace('\t', "    ")))
}

/// The same JSON, with all that is hidden in its strings written out: `\u001b`. Nowhere else may it stand.
pub(crate) fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // A string takes everything.
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
            false => shown.push(c),
        }
    }
    shown
}

/// JSON in lines with indentation; numbers, the order of keys and what is there twice stay as they are.
pub(crate) fn pretty(text: &str) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut pretty = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            pretty.push(c);
            match c {
                '\\' => pretty.extend(chars.next()),
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match c {
            ' ' | '\n' | '\r' | '\t' => continue,
            '"' => in_string = true,
            _ => {}
        }
        if matches!(c, '}' | ']') {
            depth = depth.saturating_sub(1);
            if !pretty.ends_with(['{', '[']) {
                new_line(&mut pretty, depth);
            }
        }
        pretty.push(c);
        match c {
            '{' | '[' => {
                depth += 1;
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                if !matches!(chars.peek(), Some('}' | ']')) {
                    new_line(&mut pretty, depth);
                }
            }
            ',' => new_line(&mut pretty, depth),
            ':' => pretty.push(' '),
            _ => {}
        }
    }
    Some(pretty)
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A count, with its thousands apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut apart = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// `1 row`, `1,042 rows`.
pub(crate) fn rows(count: u64) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", number(count)),
    }
}

/// Says something to whoever runs the program, on standard error.
pub(crate) fn tell(message: &str) {
    let mut stderr = io::stderr().lock();
    for line in lines(message) {
        // There is nobody left to tell it to.
        let _ = writeln!(stderr, "{line}");
    }
}
