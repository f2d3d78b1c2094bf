//! Associated function, recognized by `Self`.

use webhook_runtime::anthropic::SessionCreated;
use webhook_runtime::{Event, on};

struct App;

impl App {
    #[on("session.created")]
    async fn created(_: Event<SessionCreated>, _: &Self) {}
}

fn main() {}
