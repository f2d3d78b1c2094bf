//! Function without a body.

use webhook_runtime::on;

unsafe extern "C" {
    #[on("session.status_idled")]
    fn idled();
}

fn main() {}
