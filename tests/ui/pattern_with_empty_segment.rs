//! Event names with empty segments.

use webhook_runtime::on;

#[on(".", "session.", ".idled", "session..idled", "session..*", ".*")]
async fn idled() {}

fn main() {}
