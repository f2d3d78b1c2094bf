//! Stars that do not stand at the end alone.

use webhook_runtime::on;

#[on("*.idled", "session.*.idled", "session*", "**", "session.**", "*.*")]
async fn idled() {}

fn main() {}
