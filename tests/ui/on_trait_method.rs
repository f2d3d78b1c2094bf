//! `#[on(…)]` on a method of a trait.

use webhook_runtime::on;

trait Handles {
    #[on("session.status_idled")]
    fn idled();
}

fn main() {}
