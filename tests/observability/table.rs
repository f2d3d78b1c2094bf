//! The documentation's tables of outcomes are made from the table in the code.
//!
//! A table is the block between `<!-- outcomes -->` and `<!-- /outcomes -->`. To update all of them:
//!
//! ```sh
//! UPDATE_DOCS=1 cargo test --test observability table
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use webhook_runtime::DeliveryOutcome;
use webhook_runtime::observability::RetryAfter;

const BEGIN: &str = "<!-- outcomes -->\n";
const END: &str = "<!-- /outcomes -->";

/// A file with a table, the prefix of its lines, and the table.
type Document = (&'static str, &'static str, fn() -> String);

const FILES: [Document; 3] = [
    ("webhook-runtime/src/guide/operating.md", "", all_columns),
    (
        "webhook-runtime/src/observe/observability.rs",
        "//! ",
        all_columns,
    ),
    ("README.md", "", by_status),
];

/// Returns the outcomes of each status as Markdown.
fn by_status() -> String {
    let mut names = BTreeMap::<u16, Vec<String>>::new();
    for info in DeliveryOutcome::TABLE {
        let name = format!("`{}`", info.name);
        names.entry(info.status.as_u16()).or_default().push(name);
    }
    let rows = names
        .iter()
        .map(|(status, names)| format!("| {status} | {} |\n", names.join(", ")));
    let rows: String = rows.collect();
    format!("| status | outcomes |\n| --- | --- |\n{rows}")
}

/// Returns the complete table as Markdown.
fn all_columns() -> String {
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
fn updated(text: &str, prefix: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END).expect("the block ends");
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
    for (file, prefix, table) in FILES {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = updated(&text, prefix, &table());
        let expected = expected.unwrap_or_else(|| panic!("{file} has no table of outcomes"));
        if is_update {
            std::fs::write(&path, expected).unwrap();
        } else {
            assert!(
                text == expected,
                "{file} is out of date; run the test with UPDATE_DOCS=1"
            );
        }
    }
}
