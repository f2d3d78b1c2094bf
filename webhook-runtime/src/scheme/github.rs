//! Signature scheme of GitHub.

use super::{Algorithm, FieldLocation, Scheme};
use crate::secret::SecretEncoding;

impl Scheme {
    /// GitHub: `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body.
    ///
    /// The secret is the text that was entered when the webhook was created; it may contain spaces. The delivery id is
    /// in `X-GitHub-Delivery`, the event type in `X-GitHub-Event`; sub-types are the body's `/action`. Select the
    /// content type `application/json` for the webhook, because a form is not JSON. The older `X-Hub-Signature` (SHA-1)
    /// is ignored.
    ///
    /// # Limits
    /// - The event type is **not signed**. Anybody who has seen one delivery can send its body as another event: check
    ///   the body before acting on the event type, and let payload types require the fields of their event.
    /// - The delivery id is **not signed**, and may be missing. Anybody who has seen one delivery can replay it under
    ///   another id, so the id alone does not prevent replays.
    /// - There is **no timestamp**, so an old delivery can be replayed forever.
    ///
    /// Source: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use webhook_runtime::{
    ///     Event, EventCatalog, Profile, Provider, Scheme, UnknownEvent, WebhookRouter, on,
    /// };
    ///
    /// pub struct GitHub;
    ///
    /// impl Provider for GitHub {
    ///     type Catalog = GitHubEvent;
    ///     const PROFILE: Profile = Profile::new("github", Scheme::GITHUB);
    /// }
    ///
    /// #[derive(EventCatalog)]
    /// #[catalog(provider = GitHub)]
    /// pub enum GitHubEvent {
    ///     #[event("issues", subtypes(
    ///         key = "action", at = "/action", "opened" = IssueOpened, "closed" = IssueClosed,
    ///     ))]
    ///     Issues(Issues),
    ///     #[event("ping")]
    ///     Ping(Ping),
    ///     #[event(unknown)]
    ///     Unknown(UnknownEvent),
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct Issues {
    ///     pub action: String,
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct IssueOpened {
    ///     pub issue: Issue,
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct IssueClosed {
    ///     pub issue: Issue,
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct Issue {
    ///     pub number: u64,
    /// }
    ///
    /// #[derive(Serialize, Deserialize)]
    /// pub struct Ping {
    ///     pub zen: String,
    /// }
    ///
    /// #[on("issues", action = "opened")]
    /// async fn opened(event: Event<IssueOpened>) {
    ///     println!("issue {} is open", event.data.issue.number);
    /// }
    ///
    /// #[on("ping")]
    /// fn ping() {}
    ///
    /// #[derive(WebhookRouter)]
    /// #[webhook(provider = GitHub, handlers(opened, ping))]
    /// struct App;
    ///
    /// # #[cfg(feature = "testing")] {
    /// use webhook_runtime::testing::Driver;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let body = r#"{"action":"opened","issue":{"number":7}}"#;
    /// let report = Driver::new(App).deliver_event("issues", body).await;
    /// assert_eq!(report.handler(), Some("opened"));
    /// # });
    /// # }
    /// ```
    pub const GITHUB: Self = Self::new("x-hub-signature-256", Algorithm::HmacSha256)
        .prefix("sha256=")
        .secret_encoding(SecretEncoding::Passphrase)
        .id(FieldLocation::Header("x-github-delivery"))
        .event_type(FieldLocation::Header("x-github-event"));
}
