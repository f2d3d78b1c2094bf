//! A place in JSON as a user writes it: a JSON pointer, RFC 6901.

use syn::LitStr;

use super::Errors;

/// The keys on the way, without escapes; none of them with the mistake kept.
pub(super) fn pointer(literal: &LitStr, errors: &mut Errors) -> Vec<String> {
    read(&literal.value()).unwrap_or_else(|problem| {
        errors.add(literal.span(), problem);
        Vec::new()
    })
}

fn read(text: &str) -> Result<Vec<String>, String> {
    let Some(segments) = text.strip_prefix('/') else {
        return Err(format!(
            "a JSON pointer starts with `/`; {}",
            instead(text, &['.', '/', '[', ']', '$', '#'])
        ));
    };
    segments
        .split('/')
        .map(|segment| key(segment, text))
        .collect()
}

/// A segment without its escapes.
fn key(segment: &str, text: &str) -> Result<String, String> {
    if segment.is_empty() {
        return Err(format!(
            "a key of `{text}` is empty; {}",
            instead(text, &['/'])
        ));
    }
    let mut parts = segment.split('~');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escaped, rest) = match part.split_at_checked(1) {
            Some(("0", rest)) => ('~', rest),
            Some(("1", rest)) => ('/', rest),
            _ => {
                return Err(format!(
                    "a `~` in the key `{segment}` is written `~0`, and a `/` would be `~1`"
                ));
            }
        };
        key.push(escaped);
        key.push_str(rest);
    }
    Ok(key)
}

/// What was meant, as a pointer.
fn instead(text: &str, separators: &[char]) -> String {
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
    use super::read;

    #[test]
    fn segments_are_keys_without_their_escapes() {
        for (text, keys) in [
            ("/id", &["id"][..]),
            ("/data/id", &["data", "id"]),
            ("/items/0/id", &["items", "0", "id"]),
            ("/a~1b/m~0n", &["a/b", "m~n"]),
            ("/~01", &["~1"]),
            ("/~1~0", &["/~"]),
            ("/a b/é.c", &["a b", "é.c"]),
        ] {
            assert_eq!(read(text).unwrap(), keys, "{text}");
        }
    }

    #[test]
    fn other_forms_are_told_with_what_was_meant() {
        for (text, told) in [
            ("", "starts with `/`; write one such as"),
            ("$", "starts with `/`; write one such as"),
            ("id", "did you mean \"/id\"?"),
            ("data.id", "did you mean \"/data/id\"?"),
            (" /data/id", "did you mean \"/data/id\"?"),
            ("$.items[0].id", "did you mean \"/items/0/id\"?"),
            ("#/data/id", "did you mean \"/data/id\"?"),
            ("/", "empty; write one such as"),
            ("/data/", "empty; did you mean \"/data\"?"),
            ("//id", "empty; did you mean \"/id\"?"),
            ("/a~b", "`a~b` is written `~0`"),
            ("/a/b~", "`b~` is written `~0`"),
            ("/~2", "`~2` is written `~0`"),
            ("/~é", "`~é` is written `~0`"),
        ] {
            let problem = read(text).expect_err(text);
            assert!(problem.contains(told), "{text}: {problem}");
        }
    }
}
