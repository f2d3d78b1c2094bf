//! Signature scheme of Slack.

use super::{Algorithm, FieldLocation, Scheme, SignedPart, TimestampUnit};

impl Scheme {
    /// Slack: `X-Slack-Signature: v0=<hex>`, HMAC-SHA256 over `v0:`, the time, a colon and the body.
    ///
    /// The time is in `X-Slack-Request-Timestamp`; the tolerance is 300 seconds. The secret is the text of the app's
    /// signing secret. In the Events API, the delivery id is `/event_id`, the event type is `/event/type`, and the
    /// payload is `/event`. Slash commands and interactions are forms, not JSON: verify them with
    /// [`Verifier::from_scheme`](crate::Verifier::from_scheme) and parse the form yourself.
    ///
    /// Slack sends a `challenge` before it sends events: set
    /// [`Handshake::url_verification`](crate::Handshake::url_verification) on the endpoint.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use webhook_runtime::{
    ///     Endpoint, Event, EventCatalog, Handshake, Profile, Provider, Scheme, UnknownEvent, WebhookRouter, on,
    /// };
    ///
    /// pub struct Slack;
    ///
    /// impl Provider for Slack {
    ///     type Catalog = SlackEvent;
    ///     const PROFILE: Profile = Profile::new("slack", Scheme::SLACK).created_at_path(&["event_time"]);
    /// }
    ///
    /// #[derive(EventCatalog)]
    /// #[catalog(provider = Slack)]
    /// pub enum SlackEvent {
    ///     #[event("app_mention")]
    ///     AppMention(AppMention),
    ///     #[event(unknown)]
    ///     Unknown(UnknownEvent),
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct AppMention {
    ///     pub text: String,
    /// }
    ///
    /// #[on("app_mention")]
    /// async fn mentioned(event: Event<AppMention>) {
    ///     println!("{}", event.data.text);
    /// }
    ///
    /// #[derive(WebhookRouter)]
    /// #[webhook(provider = Slack, handlers(mentioned))]
    /// struct App;
    ///
    /// let endpoint = Endpoint::builder(App)
    ///     .secret("8f742231b10e8888abcd99yyyzzz85a5")
    ///     .handshake(Handshake::url_verification())
    ///     .build()?;
    /// # let _ = endpoint;
    /// # Ok::<(), webhook_runtime::BuildError>(())
    /// ```
    ///
    /// # Limits
    /// - Within the tolerance, a delivery can be replayed.
    /// - One secret signs for an app in all workspaces. The workspace is in the body (`/team_id`).
    /// - `X-Slack-Retry-Num` and `X-Slack-Retry-Reason` are not signed.
    ///
    /// Source: <https://docs.slack.dev/authentication/verifying-requests-from-slack>
    pub const SLACK: Self = Self::new("x-slack-signature", Algorithm::HmacSha256)
        .prefix("v0=")
        .timestamp(
            FieldLocation::Header("x-slack-request-timestamp"),
            TimestampUnit::Seconds,
        )
        .signed(&[
            SignedPart::Text("v0:"),
            SignedPart::Time,
            SignedPart::Text(":"),
            SignedPart::Body,
        ])
        .id(FieldLocation::Body(&["event_id"]))
        .event_type(FieldLocation::Body(&["event", "type"]));
}
