//! `#[on(…)]` on a module.

use webhook_runtime::on;

#[on("session.status_idled")]
mod idled {}

fn main() {}
