//! Text for terminals. Text of senders is untrusted: it may contain control sequences.

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// Returns whether a character controls the terminal or is invisible: controls, direction marks, zero-width characters.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Escapes hidden characters, including line breaks: `\n`, `\u{1b}`.
pub(crate) fn line(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    escaped
}

/// Splits text into lines, and escapes each with [`line`].
pub(crate) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|text| line(&text.replace('\t', "    ")))
}

/// Escapes hidden characters in JSON: `\u001b`. Valid JSON contains them only in strings.
pub(crate) fn escape_json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
            false => escaped.push(c),
        }
    }
    escaped
}

/// Indents JSON. Keeps numbers, the order of keys and repeated keys as they are. `None` if the text is not JSON.
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

/// Formats a number with thousands separators.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut formatted = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            formatted.push(',');
        }
        formatted.push(digit);
    }
    formatted
}

/// Formats a number of rows: `1 row`, `1,042 rows`.
pub(crate) fn rows(count: u64) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", number(count)),
    }
}

/// Prints a message to standard error.
pub(crate) fn print_error(message: &str) {
    let mut stderr = io::stderr().lock();
    for line in lines(message) {
        // If standard error is closed, there is no other place for the message.
        let _ = writeln!(stderr, "{line}");
    }
}
