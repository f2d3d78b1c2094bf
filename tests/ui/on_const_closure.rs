//! `#[on(…)]` on a constant.

use webhook_runtime::on;

#[on("session.status_idled")]
const IDLED: fn() = || {};

fn main() {}
