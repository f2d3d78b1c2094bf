//! Method as a handler.

use webhook_runtime::anthropic::SessionStatusIdled;
use webhook_runtime::{Event, on};

struct App;

impl App {
    #[on("session.status_idled")]
    async fn idled(&self, _: Event<SessionStatusIdled>) {}
}

fn main() {}
