use super::{Algorithm, At, Part, Scheme, Unit};

impl Scheme {
    /// Slack: `X-Slack-Signature: v0=<hex>`, HMAC-SHA256 over `v0:`, the time, a colon and the body.
    ///
    /// The time stands in `X-Slack-Request-Timestamp`; the tolerance is 300 seconds. The secret is the text of the
    /// app's signing secret. Of the Events API, the delivery id is `/event_id` and the event type `/event/type`, with
    /// the payload beside it in `/event`. Slash commands and interactions are forms, not JSON: verify them with a
    /// [`SchemeVerifier`](crate::SchemeVerifier) and read the form yourself.
    ///
    /// Before Slack sends events it asks for a `challenge`: give the endpoint
    /// [`Handshake::url_verification`](crate::Handshake::url_verification).
    ///
    /// # What it does not protect
    /// - Within the tolerance a delivery can be sent again.
    /// - One secret signs for an app in all workspaces: which one it is stands in the body (`/team_id`).
    /// - `X-Slack-Retry-Num` and `X-Slack-Retry-Reason` are not signed.
    ///
    /// Source: <https://docs.slack.dev/authentication/verifying-requests-from-slack>
    pub const SLACK: Self = Self::new("x-slack-signature", Algorithm::HmacSha256)
        .prefix("v0=")
        .timestamp(At::Header("x-slack-request-timestamp"), Unit::Seconds)
        .signed(&[
            Part::Text("v0:"),
            Part::Timestamp,
            Part::Text(":"),
            Part::Body,
        ])
        .id(At::Body(&["event_id"]))
        .event_type(At::Body(&["event", "type"]));
}
