//! An endpoint for a struct that is no router.

use webhook_runtime::Endpoint;

struct App;

fn main() {
    let _ = Endpoint::builder(App);
}
