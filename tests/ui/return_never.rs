//! Return type `!`.

use webhook_runtime::{DeliveryId, on};

#[on("session.created")]
async fn created(_: DeliveryId) -> ! {
    loop {
        std::future::ready(()).await;
    }
}

fn main() {}
