//! What operators see: the vocabulary of the log, the metrics and the health of an endpoint.
//!
//! Every delivery ends once, with an **outcome**; the log, the metrics and [`Health`](crate::health::Health) speak of it by the
//! same name. Nothing of this ever holds a body, a secret or a signature; what a handler returns as its error is the
//! handler's own text, and is logged.
//!
//! # Outcomes
//! All values of `outcome`, in [`DeliveryOutcome::NAMES`](crate::DeliveryOutcome::NAMES) too. The fields are those of the log line,
//! beside `provider` and `outcome`, which every line has.
//!
//! | outcome | what happened | level | fields | health |
//! | --- | --- | --- | --- | --- |
//! | `done` | handled | `debug` | `delivery_id`, `event_type`, `handler` | success |
//! | `unhandled` | nobody handles the event; the first of its type prints a handler to paste | `warn`, `debug` | `delivery_id`, `event_type` | success |
//! | `retry_later` | the handler asks the sender to come again | `info` | `delivery_id`, `event_type`, `handler` | failure |
//! | `failed` | the handler failed; `error` is its own, with what caused it | `error` | `delivery_id`, `event_type`, `handler`, `error` | failure |
//! | `gone` | the handler wants no more | `warn` | `delivery_id`, `event_type`, `handler` | gone |
//! | `panicked` | the handler panicked | `error` | `delivery_id`, `event_type`, `handler` | failure |
//! | `undecodable` | authentic, and the body does not fit its event, or names none | `error` | `delivery_id`, `event_type`, `handler`, `error` | failure |
//! | `handler_cancelled` | the handler did not end before its deadline, and was dropped | `error` | `delivery_id`, `event_type`, `handler` | failure |
//! | `handler_timeout` | the handler did not end before its deadline, and runs on | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `client_disconnected` | the handler ended well after its request had gone | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `aborted` | dropped with its request: authentic, while it waited for a place or in its handler (`error`); or while its body came (`debug`, and no delivery for the health) | `error`, `debug` | `delivery_id`, `event_type`, `handler` | failure |
//! | `at_capacity` | no place among the handlers became free in time | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `shutting_down` | the endpoint takes no more | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `duplicate` | handled before, or stored before: answered with 200 | `debug` | `delivery_id`, `event_type`, `handler` | success |
//! | `in_progress` | the store says that an earlier delivery of the same id is being handled | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `claim_lost` | the handler was so slow that its lease ran out, and the delivery was taken over | `error` | `delivery_id`, `event_type`, `handler` | failure |
//! | `store_unavailable` | the store, the inbox or the queue failed or was slow | `error` | `delivery_id`, `event_type`, `handler`, `error` | failure |
//! | `stored` | laid down in the inbox | `debug` | `delivery_id`, `event_type`, `handler` | success |
//! | `backlog_full` | too many deliveries wait in the inbox, or one for too long | `warn` | `delivery_id`, `event_type`, `handler` | failure |
//! | `forwarded` | taken over by the queue, or by a route that extracts it | `debug` | `delivery_id`, `event_type`, `handler` | success |
//! | `handshake` | a handshake was answered | `info` | none | nothing |
//! | `handshake_refused` | a handshake was not as agreed | `warn`, `debug` | `suppressed` | refused |
//! | `method_not_allowed` | not POST | `warn`, `debug` | `suppressed` | refused |
//! | `body_too_large` | the body is over the limit | `warn`, `debug` | `read_bytes`, `suppressed` | refused |
//! | `body_timeout` | the body did not come in time | `warn`, `debug` | `read_bytes`, `suppressed` | refused |
//! | `body_incomplete` | the body ended before its end | `warn`, `debug` | `read_bytes`, `suppressed` | refused |
//! | `missing_header` | a header of the scheme is missing or empty | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `malformed_header` | a header of the scheme cannot be right | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `malformed_timestamp` | signed, and no time stands in the body where the scheme says | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `timestamp_too_old` | signed longer ago than the tolerance | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `timestamp_too_new` | signed further in the future than the tolerance | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `bad_signature` | no signature matches | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `unknown_tenant` | the request names no tenant, or one that the source does not know | `warn`, `debug` | `error`, `suppressed` | refused |
//! | `secrets_unavailable` | the source of secrets failed, so nothing could be verified | `error`, `debug` | `error`, `suppressed` | refused |
//!
//! # The log
//! With the feature `tracing`, under the target `webhook`.
//!
//! | span | level | fields |
//! | --- | --- | --- |
//! | `webhook.delivery` | `info` | `provider`, `delivery_id`, `event_type`, `handler`, `body_bytes`, `outcome`, `status`, `duration_us` |
//!
//! The span is around each handler, so what a handler logs belongs to its delivery. `outcome`, `status` and
//! `duration_us` (microseconds) are there once the handler has ended, and tell what it came to.
//!
//! - **Strangers cannot flood the log.** What is refused can be sent by anybody, a thousand times a second: each
//!   outcome is one `warn` in 10 seconds, whose `suppressed` says how many were left out since the one before. Those
//!   are for the level `debug`; the metrics count all.
//! - **What is authentic is told one by one**, since the provider decides how much of it there is: a failure is one
//!   `error` with the delivery that it is about.
//! - **A handler past its deadline** has two lines: `handler_timeout` when its sender is told, and one with `late = true` when
//!   it ends, by its own outcome (`info` if that is `done`).
//! - **A delivery of an inbox or a queue** is `stored` or `forwarded` for its sender. Each attempt of a handler is
//!   another line by the handler's own outcome, which the counter of deliveries and the health leave out, and one that
//!   says what becomes of it: tried again (`info`, with `attempt` and `after_s`), or a dead letter (`error`).
//! - `tenant` stands in every line and span of a delivery that names one.
//! - `event_type` is cut after 128 bytes. It is left out where it is not known, and so is `handler`.
//!
//! # Metrics
//! With the feature `metrics`, through the facade of the crate [`metrics`](https://docs.rs/metrics): the program
//! installs a recorder, such as that of `metrics-exporter-prometheus`. Install it before endpoints are built, or it
//! does not learn the descriptions; it counts from when it is installed.
//!
//! | metric | kind | labels | unit |
//! | --- | --- | --- | --- |
//! | `webhook_deliveries_total` | counter | `provider`, `event_type`, `outcome` | deliveries |
//! | `webhook_handler_duration_seconds` | histogram | `provider`, `event_type`, `outcome` | seconds |
//! | `webhook_handlers_in_flight` | gauge | `provider` | handlers |
//!
//! - `webhook_deliveries_total` counts what the **sender** was told: each delivery and each refused request once, with
//!   any outcome of the table. A handler that is `handler_timeout` or `client_disconnected` is counted as that, however it ends.
//! - `webhook_handler_duration_seconds` tells what **handlers** came to, however late: `done`, `retry_later`, `failed`,
//!   `gone`, `panicked`, `undecodable`, `handler_cancelled`, `aborted`. Its clock is the machine's.
//! - `webhook_handlers_in_flight` counts handlers that run, with those whose senders are gone. It has no `event_type`:
//!   a limit of concurrency knows none.
//! - **The number of series is bounded**, whatever anybody sends. `event_type` is a name of the provider's catalog;
//!   `unlisted` for all that the catalog does not list; `none` for what ended before its event was known. So there are
//!   at most *(events of the catalog + 2) × outcomes* for each provider and metric, and in practice some three for each
//!   event that you subscribe to.
//! - A handler that outlives its request ends on another task, perhaps on another thread: a recorder that is local to a
//!   thread does not see it, a global one does.
//!
//! # What to alert on
//! | symptom | ask |
//! | --- | --- |
//! | the provider will give up on the endpoint | [`Health::is_failing`](crate::health::Health::is_failing), or the rate of the outcomes whose health is *failure* while that of `done` is 0 |
//! | the secret was rotated at the provider | `bad_signature` rises, and nothing is `done` or `unhandled` |
//! | a clock is wrong | `timestamp_too_new`, `timestamp_too_old` |
//! | handlers are too slow for the provider | `client_disconnected`, `handler_timeout`, `handler_cancelled` |
//! | too little capacity | `at_capacity`; `webhook_handlers_in_flight` near the limit |
//! | the provider has a new event, or the console is subscribed to too much | `unhandled` |
//! | the limit of the body is too low | `body_too_large` |
//!
//! # What is stable
//! The target, the name of the span, the names of fields, the names, kinds and labels of metrics, the outcomes, and what
//! each means for the health: they change with a new major version alone. Outcomes, fields and metrics may be added.
//! Messages are for people, and may change.
