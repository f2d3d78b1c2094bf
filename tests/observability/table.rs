//! The documentation's tables of outcomes are made from the table in the code.
//!
//! A table is the block between `<!-- outcomes -->` and `<!-- /outcomes -->`. To update all of them:
//!
//! ```sh
//! UPDATE_DOCS=1 cargo test --test observability table
//! ```

use std::path::Path;

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::observability::RetryAfter;

const BEGIN: &str = "<!-- outcomes -->\n";
const END: &str = "<!-- /outcomes -->";

/// Files with a table, and the prefix of their lines.
const FILES: [(&str, &str); 3] = [
    ("webhook-runtime/src/guide/operating.md", ""),
    ("webhook-runtime/src/observe/observability.rs", "//! "),
    ("README.md", ""),
];

/// Returns the table as Markdown.
fn markdown() -> String {
    let head = "| outcome | status | `Retry-After` | health | level | message |\n\
                | --- | --- | --- | --- | --- | --- |\n";
    let rows = DeliveryOutcome::TABLE.iter().map(|info| {
        let retry_after = match info.retry_after {
            RetryAfter::None => String::new(),
            other => other.to_string(),
        };
        format!(
            "| `{}` | {} | {retry_after} | {} | `{}` | {} |\n",
            info.name,
            info.status.as_u16(),
            info.health,
            info.level,
            info.message
        )
    });
    format!("{head}{}", rows.collect::<String>())
}

/// Returns the text with its block replaced by the table; `None` if it has no block.
fn updated(text: &str, prefix: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END).expect("the block ends");
    let table = markdown();
    let blank = prefix.trim_end();
    let lines = table.lines().map(|line| format!("{prefix}{line}\n"));
    let lines: String = lines.collect();
    Some(format!(
        "{before}{BEGIN}{blank}\n{lines}{blank}\n{prefix}{END}{after}"
    ))
}

#[test]
fn documented_tables_of_outcomes_match_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut tables = 0;
    for (file, prefix) in FILES {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let Some(expected) = updated(&text, prefix) else {
            continue;
        };
        tables += 1;
        if is_update {
            std::fs::write(&path, expected).unwrap();
        } else {
            assert!(
                text == expected,
                "{file} is out of date; run the test with UPDATE_DOCS=1"
            );
        }
    }
    assert!(tables >= 2, "the guide and the rustdoc page have a table");
}
