//! `#[on(…)]` on an `impl`.

use webhook_runtime::on;

struct App;

#[on("session.status_idled")]
impl App {}

fn main() {}
