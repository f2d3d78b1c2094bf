//! JSON pointers (RFC 6901): locations in a body.

use syn::LitStr;

use super::errors::Errors;

/// Returns the unescaped keys of a pointer; collects an error and returns no keys if it is malformed.
pub(super) fn pointer(literal: &LitStr, errors: &mut Errors) -> Vec<String> {
    keys(&literal.value()).unwrap_or_else(|problem| {
        errors.add(literal.span(), format!("invalid JSON pointer: {problem}"));
        Vec::new()
    })
}

/// Returns the unescaped keys, or the problem and its fix.
fn keys(text: &str) -> Result<Vec<String>, String> {
    let Some(segments) = text.strip_prefix('/') else {
        return Err(format!(
            "it must start with `/`; {}",
            fix(text, &['.', '/', '[', ']', '$', '#'])
        ));
    };
    segments
        .split('/')
        .map(|segment| key(segment, text))
        .collect()
}

/// Returns a segment without its escapes.
fn key(segment: &str, text: &str) -> Result<String, String> {
    if segment.is_empty() {
        return Err(format!("empty key in `{text}`; {}", fix(text, &['/'])));
    }
    let mut parts = segment.split('~');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escaped, rest) = match part.split_at_checked(1) {
            Some(("0", rest)) => ('~', rest),
            Some(("1", rest)) => ('/', rest),
            _ => {
                return Err(format!(
                    "unescaped `~` in the key `{segment}`; write `~0` for `~` and `~1` for `/`"
                ));
            }
        };
        key.push(escaped);
        key.push_str(rest);
    }
    Ok(key)
}

/// Returns the suggestion of a well-formed pointer for the same location.
fn fix(text: &str, separators: &[char]) -> String {
    let keys: Vec<_> = text
        .split(separators)
        .map(str::trim)
        .filter(|key| !key.is_empty())
        .collect();
    if keys.is_empty() {
        "write one such as \"/data/id\"".to_owned()
    } else {
        format!("did you mean \"/{}\"?", keys.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn segments_become_unescaped_keys() {
        for (text, expected) in [
            ("/id", &["id"][..]),
            ("/data/id", &["data", "id"]),
            ("/items/0/id", &["items", "0", "id"]),
            ("/a~1b/m~0n", &["a/b", "m~n"]),
            ("/~01", &["~1"]),
            ("/~1~0", &["/~"]),
            ("/a b/é.c", &["a b", "é.c"]),
        ] {
            assert_eq!(keys(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn malformed_pointers_are_rejected_with_a_suggestion() {
        for (text, expected) in [
            ("", "must start with `/`; write one such as"),
            ("$", "must start with `/`; write one such as"),
            ("id", "did you mean \"/id\"?"),
            ("data.id", "did you mean \"/data/id\"?"),
            (" /data/id", "did you mean \"/data/id\"?"),
            ("$.items[0].id", "did you mean \"/items/0/id\"?"),
            ("#/data/id", "did you mean \"/data/id\"?"),
            ("/", "empty key in `/`; write one such as"),
            ("/data/", "empty key in `/data/`; did you mean \"/data\"?"),
            ("//id", "empty key in `//id`; did you mean \"/id\"?"),
            ("/a~b", "unescaped `~` in the key `a~b`"),
            ("/a/b~", "unescaped `~` in the key `b~`"),
            ("/~2", "unescaped `~` in the key `~2`"),
            ("/~é", "unescaped `~` in the key `~é`"),
        ] {
            let problem = keys(text).expect_err(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
