use super::{Algorithm, FieldLocation, Scheme};
use crate::secret::SecretEncoding;

impl Scheme {
    /// GitHub: `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body.
    ///
    /// The secret is the text that was typed in when the webhook was made (it may hold spaces). The delivery id stands
    /// in `X-GitHub-Delivery`, the event type in `X-GitHub-Event`; sub-types are the body's `/action`. Choose the
    /// content type `application/json` for the webhook: a form is no JSON. The older `X-Hub-Signature` (SHA-1) is
    /// never looked at.
    ///
    /// # What it does not protect
    /// - The event type is **not signed**. Who has seen one delivery can send its body again as another event: check
    ///   what the body says before you act on the name alone, and let payload types require the fields of their event.
    /// - The delivery id is **not signed**, and may be missing. Who has seen one delivery can send it again under
    ///   another id, so the id alone stops no replay.
    /// - There is **no timestamp**: an old delivery verifies for ever. Nothing is refused as too old.
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
    /// let ran = Driver::new(App).deliver_event("issues", body).await;
    /// assert_eq!(ran.handler(), Some("opened"));
    /// # });
    /// # }
    /// ```
    pub const GITHUB: Self = Self::new("x-hub-signature-256", Algorithm::HmacSha256)
        .prefix("sha256=")
        .secret_encoding(SecretEncoding::Passphrase)
        .id(FieldLocation::Header("x-github-delivery"))
        .event_type(FieldLocation::Header("x-github-event"));
}
