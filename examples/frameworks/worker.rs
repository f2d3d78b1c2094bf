//! Cloudflare Workers: with the feature `http` of `worker`, requests have the type of the `http` crate.
//!
//! Workers have no threads, no tokio runtime and no `SystemTime`: depend on webhook-runtime with
//! `default-features = false, features = ["openai"]`, and set a clock that uses `worker::Date`. Wrap futures of `worker`
//! (KV, queues, fetch) that a handler awaits in `worker::send::SendFuture`.

use std::sync::OnceLock;

use webhook_runtime::openai::{BatchCompleted, OpenAi};
use webhook_runtime::{BuildError, Clock, Endpoint, Event, Timestamp, endpoint::ResponseBody};
use webhook_runtime::{Secret, WebhookRouter, on};
use worker::{Context, Date, Env, HttpRequest, event};

#[on("batch.completed")]
async fn completed(event: Event<BatchCompleted>) {
    worker::console_log!("{} is complete", event.data.id);
}

#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(completed))]
pub(crate) struct App;

struct WorkerClock;

impl Clock for WorkerClock {
    fn now(&self) -> Timestamp {
        let seconds = Date::now().as_millis() / 1000;
        Timestamp::from_second(seconds.try_into().unwrap_or(i64::MAX))
    }
}

pub(crate) fn endpoint(
    secret: &str,
    clock: impl Clock + 'static,
) -> Result<Endpoint<App>, BuildError> {
    let secret = Secret::new(secret);
    Endpoint::builder(App).secret(secret).clock(clock).build()
}

#[event(fetch)]
async fn fetch(
    request: HttpRequest,
    env: Env,
    _: Context,
) -> worker::Result<http::Response<ResponseBody>> {
    static ENDPOINT: OnceLock<Endpoint<App>> = OnceLock::new();
    if ENDPOINT.get().is_none() {
        let secret = env.secret("OPENAI_WEBHOOK_SECRET")?.to_string();
        let built = endpoint(&secret, WorkerClock);
        let _ = ENDPOINT.set(built.map_err(|error| worker::Error::RustError(error.to_string()))?);
    }
    match ENDPOINT.get() {
        Some(endpoint) => Ok(endpoint.handle(request).await),
        None => Err(worker::Error::RustError(
            "endpoint is not initialized".into(),
        )),
    }
}
