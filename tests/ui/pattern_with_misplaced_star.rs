//! `*` that is not a whole segment at the end.

use webhook_runtime::on;

#[on("*.idled", "session.*.idled", "session*", "**", "session.**", "*.*")]
async fn idled() {}

fn main() {}
