//! Tuple as an argument.

use webhook_runtime::on;

#[on("session.status_idled")]
async fn idled(_: (u8, u8)) {}

fn main() {}
