//! Sixty handlers in one router.

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::{DeliveryId, Endpoint, WebhookRouter, on};

macro_rules! handlers {
    ($($name:ident $event:literal $($unlisted:ident)?,)*) => {
        $(
            #[on($event $(, $unlisted)?)]
            async fn $name(_: DeliveryId, _: &App) -> Result<(), String> {
                Ok(())
            }
        )*

        #[derive(WebhookRouter)]
        #[webhook(provider = Anthropic, handlers($($name),*))]
        struct App;
    };
}

handlers! {
    h0 "session.created",
    h1 "session.pending",
    h2 "session.running",
    h3 "session.idled",
    h4 "session.requires_action",
    h5 "session.archived",
    h6 "session.deleted",
    h7 "session.status_rescheduled",
    h8 "session.status_run_started",
    h9 "session.status_idled",
    h10 "session.status_terminated",
    h11 "session.thread_created",
    h12 "session.thread_idled",
    h13 "session.thread_terminated",
    h14 "session.outcome_evaluation_ended",
    h15 "session.budget_reached",
    h16 "session.updated",
    h17 "vault.created",
    h18 "vault.archived",
    h19 "vault.deleted",
    h20 "vault_credential.created",
    h21 "vault_credential.archived",
    h22 "vault_credential.deleted",
    h23 "vault_credential.refresh_failed",
    h24 "agent.archived",
    h25 "agent.created",
    h26 "agent.deleted",
    h27 "agent.updated",
    h28 "deployment.archived",
    h29 "deployment.created",
    h30 "deployment.deleted",
    h31 "deployment.paused",
    h32 "deployment.unpaused",
    h33 "deployment.updated",
    h34 "deployment_run.failed",
    h35 "deployment_run.started",
    h36 "deployment_run.succeeded",
    h37 "environment.archived",
    h38 "environment.created",
    h39 "environment.deleted",
    h40 "environment.updated",
    h41 "external_key.failed",
    h42 "external_key.recovered",
    h43 "memory_store.archived",
    h44 "memory_store.created",
    h45 "memory_store.deleted",
    h46 "user_profile.enforcement_action_opened",
    h47 "user_profile.enforcement_action_resolved",
    h48 "user_profile.program_status_updated",
    h49 "new.h49" unlisted,
    h50 "new.h50" unlisted,
    h51 "new.h51" unlisted,
    h52 "new.h52" unlisted,
    h53 "new.h53" unlisted,
    h54 "new.h54" unlisted,
    h55 "new.h55" unlisted,
    h56 "new.h56" unlisted,
    h57 "new.h57" unlisted,
    h58 "new.h58" unlisted,
    h59 "new.h59" unlisted,
}

fn main() {
    let _ = Endpoint::builder(App);
}
