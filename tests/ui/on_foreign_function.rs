//! `#[on]` on a function without a body, at the top.

use webhook_runtime::on;

unsafe extern "C" {
    #[on("session.status_idled")]
    fn idled();
}

fn main() {}
