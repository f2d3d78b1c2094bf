//! Event names with invalid characters.

use webhook_runtime::on;

#[on(
    "session idled",
    "séance.idled",
    "session.idled\n",
    "session.\"idled\"",
    "session.idled "
)]
async fn idled() {}

fn main() {}
