//! Names of outcomes, log fields, spans and metrics, and what to alert on.
//!
//! Each delivery has one **outcome**. Log lines, metrics and [`Health`](crate::health::Health) use the same name for it.
//! None of them contains a body, a secret or a signature. An error that a handler returns is logged with its sources, so it
//! must not contain any of these either.
//!
//! # Outcomes
//! [`DeliveryOutcome::TABLE`](crate::DeliveryOutcome::TABLE) contains these rows as data.
//!
//! <!-- outcomes -->
//!
//! | outcome | status | `Retry-After` | health | level | message |
//! | --- | --- | --- | --- | --- | --- |
//! | `done` | 200 |  | success | `debug` | handled |
//! | `unhandled` | 200 |  | success | `warn` | no handler for this event: add one, or unsubscribe from the event at the provider |
//! | `retry_later` | 503 | from the handler | failure | `info` | handler asked for a retry: it returned `Outcome::RetryLater` |
//! | `failed` | 500 |  | failure | `error` | handler failed: it returned an error or `Outcome::Failed` |
//! | `gone` | 410 |  | gone | `warn` | handler returned `Outcome::Gone`: it wants no more deliveries; some providers disable the endpoint on a 410 |
//! | `panicked` | 500 |  | failure | `error` | handler panicked: the panic hook reports where |
//! | `undecodable` | 500 |  | failure | `error` | body does not match its event, though its signature is valid: see `error`; correct the payload type |
//! | `handler_cancelled` | 503 | 10 s | failure | `error` | handler timed out and was cancelled: it ran longer than `handler_timeout`; raise it or do less in the handler |
//! | `handler_timeout` | 503 | 10 s | failure | `warn` | handler timed out and keeps running: it runs longer than `handler_timeout`; raise it or do less in the handler |
//! | `client_disconnected` | 503 | 10 s | failure | `warn` | handled after the client disconnected: the sender saw no response; respond sooner or use an inbox |
//! | `aborted` | 503 | 10 s | failure | `error` | request aborted: its future was dropped before the delivery was handled; call `handle` on a tokio runtime |
//! | `at_capacity` | 503 | 10 s | failure | `warn` | no handler slot became free in time: `concurrency_limit` is reached; raise it or add processes |
//! | `shutting_down` | 503 | 10 s | failure | `warn` | endpoint is shutting down: it accepts no more deliveries |
//! | `duplicate` | 200 |  | success | `debug` | duplicate delivery: it was handled or stored before |
//! | `in_progress` | 503 | 10 s | failure | `warn` | delivery is in progress: another request holds its claim |
//! | `claim_lost` | 503 | 10 s | failure | `error` | claim lost: the lease expired while the handler ran, so the delivery may have run twice; raise `lease` |
//! | `store_unavailable` | 503 | 10 s | failure | `error` | store, inbox or queue failed or timed out: see `error`; check that it can be reached |
//! | `stored` | 200 |  | success | `debug` | stored in the inbox |
//! | `backlog_full` | 503 | 10 s | failure | `warn` | inbox is full: `max_backlog` or `max_backlog_age` is exceeded; add workers or raise the limit |
//! | `forwarded` | 200 |  | success | `debug` | forwarded to a queue, or extracted by a route |
//! | `handshake` | 200 |  | none | `info` | handshake answered |
//! | `handshake_rejected` | 403 |  | rejected | `warn` | handshake rejected: wrong token or malformed challenge; compare the token with the provider's console |
//! | `method_not_allowed` | 405 |  | rejected | `warn` | method not allowed: deliveries are sent with POST |
//! | `body_too_large` | 413 |  | rejected | `warn` | body too large: it exceeds `body_limit`; raise the limit if the provider sends such bodies |
//! | `body_timeout` | 408 |  | rejected | `warn` | body timed out: it did not arrive within `body_timeout` |
//! | `body_incomplete` | 400 |  | rejected | `warn` | body incomplete: the connection failed before its end |
//! | `missing_header` | 400 |  | rejected | `warn` | signature header missing: not sent by the provider, or dropped by a proxy; see `error` |
//! | `malformed_header` | 400 |  | rejected | `warn` | signature header malformed: see `error` |
//! | `malformed_timestamp` | 401 |  | rejected | `warn` | signed timestamp missing or malformed: see `error`; check where the scheme expects it in the body |
//! | `timestamp_too_old` | 401 |  | rejected | `warn` | timestamp too old: a replayed delivery, or a wrong clock; check the clock of this machine |
//! | `timestamp_too_new` | 401 |  | rejected | `warn` | timestamp in the future: a clock is wrong; check the clock of this machine |
//! | `bad_signature` | 401 |  | rejected | `warn` | no signature matches: forged, changed on the way, or signed with another secret; check the secret |
//! | `unknown_tenant` | 401 |  | rejected | `warn` | unknown tenant: the request names none, or the secret source does not know it |
//! | `secrets_unavailable` | 503 | 10 s | rejected | `error` | secrets unavailable, so the signature cannot be verified: the secret source failed; see `error` |
//!
//! <!-- /outcomes -->
//!
//! # Log
//! All lines have the target `webhook`. Each outcome is one line, with these fields:
//!
//! | field | outcomes |
//! | --- | --- |
//! | `provider` | all |
//! | `outcome` | all |
//! | `delivery_id` | with health `success`, `failure` or `gone` |
//! | `event_type` | with health `success`, `failure` or `gone` |
//! | `handler` | with health `success`, `failure` or `gone`, except `unhandled` |
//! | `error` | `failed`, `undecodable`, `store_unavailable`, `missing_header`, `malformed_header`, `malformed_timestamp`, `timestamp_too_old`, `timestamp_too_new`, `bad_signature`, `unknown_tenant`, `secrets_unavailable` |
//! | `read_bytes` | `body_too_large`, `body_timeout`, `body_incomplete` |
//! | `suppressed` | with health `rejected` |
//!
//! `tenant` is set if the delivery belongs to a tenant. `event_type` is cut after 128 bytes; it and `handler` are missing
//! where they are not known.
//!
//! Some outcomes have lines at another level than that of the table:
//!
//! - **Rejections are rate-limited**, because anybody can cause one. Each outcome is logged once in 10 seconds, and
//!   `suppressed` is the number of lines that were suppressed since the last one. Suppressed lines are logged at `debug`.
//!   Metrics count all.
//! - **`unhandled`** is a `warn` for the first delivery of an event type, with a handler to paste, and then a `debug`.
//! - **`aborted`** is a `debug` if the body was not complete: the request is not proven to be a delivery, and health does
//!   not count it.
//! - **A handler that finishes after its sender was answered** has two lines: one for the response, such as
//!   `handler_timeout`, and one with `after_response = true` for the handler's own outcome. The second is an `info` if that
//!   is `done`.
//! - **A delivery of an inbox or a queue** is `stored` or `forwarded` for its sender. Each attempt to handle it is a line
//!   with the outcome of the handler, at `error` unless that is `done` or `retry_later`. Metrics and health do not count
//!   attempts. After a failed attempt, another line reports a retry (`info`, with `attempt` and `backoff_seconds`) or a
//!   dead letter (`error`, with `attempt` and `error`).
//!
//! Each handler runs in a span, so its own log lines belong to its delivery:
//!
//! | span | level | fields |
//! | --- | --- | --- |
//! | `webhook.delivery` | `info` | `provider`, `delivery_id`, `event_type`, `handler`, `body_bytes`, `outcome`, `status`, `duration_us` |
//!
//! `outcome`, `status` and `duration_us` (microseconds) are set when the handler has finished. `tenant` is set as above.
//!
//! # Metrics
//! With the feature `metrics`, through the facade of the crate [`metrics`](https://docs.rs/metrics). Install a recorder,
//! such as that of `metrics-exporter-prometheus`, before endpoints are built: later, it receives values but no
//! descriptions.
//!
//! | metric | kind | labels | unit |
//! | --- | --- | --- | --- |
//! | `webhook_deliveries_total` | counter | `provider`, `event_type`, `outcome` | deliveries |
//! | `webhook_handler_duration_seconds` | histogram | `provider`, `event_type`, `outcome` | seconds |
//! | `webhook_handlers_in_flight` | gauge | `provider` | handlers |
//!
//! - `webhook_deliveries_total` counts each delivery and each rejected request once, by its response. A delivery counted as
//!   `handler_timeout` or `client_disconnected` stays counted as that, however its handler finishes.
//! - `webhook_handler_duration_seconds` has the outcomes of **handlers**, also of late ones: `done`, `retry_later`, `failed`,
//!   `gone`, `panicked`, `undecodable`, `handler_cancelled`, `aborted`. It is measured by the clock of the machine.
//! - `webhook_handlers_in_flight` counts running handlers, including those whose sender has disconnected. It has no label
//!   `event_type`, because a concurrency limit applies to all events.
//! - **The number of series is bounded**, whatever is sent. `event_type` is an event of the provider's catalog, `unlisted`
//!   for all other events, or `none` if the event is not known. Each provider and metric has at most *(events of the
//!   catalog + 2) × outcomes* series, and in practice some three for each event that you subscribe to.
//! - A handler that outlives its request may finish on another thread. A thread-local recorder does not receive its
//!   values; a global one does.
//!
//! # Alerts
//! | symptom | query |
//! | --- | --- |
//! | provider is about to give up on the endpoint | [`Health::is_failing`](crate::health::Health::is_failing), or the rate of outcomes with health *failure* while that of `done` is 0 |
//! | secret was rotated at the provider | `bad_signature` rises, and nothing is `done` or `unhandled` |
//! | clock is wrong | `timestamp_too_new`, `timestamp_too_old` |
//! | handlers are too slow for the provider | `client_disconnected`, `handler_timeout`, `handler_cancelled` |
//! | capacity is too low | `at_capacity`; `webhook_handlers_in_flight` near the limit |
//! | provider has a new event, or the subscription is too broad | `unhandled` |
//! | body limit is too low | `body_too_large` |
//!
//! # Stability
//! These change only with a major version: the target, names of spans and fields, names, kinds and labels of metrics,
//! outcomes, and their effect on health. Outcomes, fields and metrics may be added. Messages may change.

pub use super::outcome::{HealthImpact, LogLevel, OutcomeInfo, RetryAfter};
