//! `#[on(…)]` on a struct.

use webhook_runtime::on;

#[on("session.status_idled")]
struct Idled;

fn main() {}
