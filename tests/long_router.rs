//! Router with more handlers than one generated future calls.

use webhook_runtime::testing::Driver;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{DeliveryOutcome, WebhookRouter, on};

macro_rules! handlers {
    ($($name:ident $event:literal,)*) => {
        $(
            #[on($event, unlisted)]
            async fn $name() -> Result<(), String> {
                Err($event.to_owned())
            }
        )*

        #[derive(WebhookRouter)]
        #[webhook(provider = Wacht, handlers($($name),*))]
        struct Long;

        const EVENTS: &[&str] = &[$($event),*];
    };
}

handlers! {
    h0 "long.h0", h1 "long.h1", h2 "long.h2", h3 "long.h3", h4 "long.h4", h5 "long.h5", h6 "long.h6",
    h7 "long.h7", h8 "long.h8", h9 "long.h9", h10 "long.h10", h11 "long.h11", h12 "long.h12",
    h13 "long.h13", h14 "long.h14", h15 "long.h15", h16 "long.h16", h17 "long.h17", h18 "long.h18",
    h19 "long.h19", h20 "long.h20", h21 "long.h21", h22 "long.h22", h23 "long.h23", h24 "long.h24",
    h25 "long.h25", h26 "long.h26", h27 "long.h27", h28 "long.h28", h29 "long.h29", h30 "long.h30",
    h31 "long.h31", h32 "long.h32", h33 "long.h33", h34 "long.h34", h35 "long.h35", h36 "long.h36",
    h37 "long.h37", h38 "long.h38", h39 "long.h39", h40 "long.h40", h41 "long.h41", h42 "long.h42",
    h43 "long.h43", h44 "long.h44", h45 "long.h45", h46 "long.h46", h47 "long.h47", h48 "long.h48",
    h49 "long.h49", h50 "long.h50", h51 "long.h51", h52 "long.h52", h53 "long.h53", h54 "long.h54",
    h55 "long.h55", h56 "long.h56", h57 "long.h57", h58 "long.h58", h59 "long.h59", h60 "long.h60",
    h61 "long.h61", h62 "long.h62", h63 "long.h63", h64 "long.h64", h65 "long.h65", h66 "long.h66",
    h67 "long.h67", h68 "long.h68", h69 "long.h69",
}

#[tokio::test]
async fn each_event_runs_its_own_handler() {
    let driver = Driver::new(Long);
    for event in EVENTS {
        let report = driver
            .deliver(format!(r#"{{"type":"{event}","data":{{}}}}"#))
            .await;
        match report.outcome() {
            DeliveryOutcome::Failed(error) => assert_eq!(error.to_string(), *event),
            other => panic!("{event}: {other:?}"),
        }
    }
}
