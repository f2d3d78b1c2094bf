//! The deliveries of the tour: authentic ones, and some that must be rejected.

use std::error::Error;
use std::time::SystemTime;

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::testing::{SignedDelivery, Signer, samples};
use webhook_runtime::{Provider, Secret, Timestamp};

use crate::app::{ANTHROPIC_SECRET, CADENYA_SECRET, OPENAI_SECRET};

/// A delivery and its expected result.
pub(crate) struct Delivery {
    pub(crate) provider: &'static str,
    pub(crate) event_type: &'static str,
    pub(crate) signed: SignedDelivery,
    /// Expected status of the response.
    pub(crate) status: u16,
    /// Expected handler; none if no handler runs.
    pub(crate) handler: Option<&'static str>,
    /// Reason for the expected result, shown in the table.
    pub(crate) why: &'static str,
}

/// All deliveries of the tour, signed now.
pub(crate) fn all() -> Result<Vec<Delivery>, Box<dyn Error>> {
    let anthropic = Sender::new::<Anthropic>(ANTHROPIC_SECRET)?;
    let openai = Sender::new::<OpenAi>(OPENAI_SECRET)?;
    let cadenya = Sender::new::<Cadenya>(CADENYA_SECRET)?;
    let forger = Sender::new::<Anthropic>("whsec_bm90IHRoZSBzZWNyZXQ=")?;
    let last_week = anthropic.ago(7 * 24 * 60 * 60);

    let idled = sample::<Anthropic>("session.status_idled")?;
    Ok(vec![
        anthropic
            .sends("session.status_idled", idled)
            .handled_by("session_waits", "the exact name"),
        anthropic
            .sends(
                "session.thread_created",
                sample::<Anthropic>("session.thread_created")?,
            )
            .handled_by("session", "the family session.*"),
        anthropic
            .sends(
                "vault_credential.refresh_failed",
                sample::<Anthropic>("vault_credential.refresh_failed")?,
            )
            .handled_by("credential", "the family vault_credential.*"),
        openai
            .sends(
                "response.completed",
                sample::<OpenAi>("response.completed")?,
            )
            .handled_by("response", "its secret is plain text"),
        openai
            .sends("batch.failed", sample::<OpenAi>("batch.failed")?)
            .handled_by("batch", "the handler fails")
            .answered(500),
        cadenya
            .sends(
                "objective_event.tool_approval_requested",
                sample::<Cadenya>("objective_event.tool_approval_requested")?,
            )
            .handled_by("approval", "the handler asks for a later retry")
            .answered(503),
        anthropic
            .sends("vault.created", sample::<Anthropic>("vault.created")?)
            .unhandled("no handler for it: see the log"),
        openai
            .sends(
                "model.retired",
                r#"{"id":"evt_1","type":"model.retired","data":{"id":"model_1"}}"#,
            )
            .unhandled("not in the catalog: see the log"),
        forger
            .sends("session.status_idled", idled)
            .rejected("forged: signed with another secret"),
        last_week
            .sends("session.status_idled", idled)
            .rejected("stale: signed a week ago"),
    ])
}

/// Sample body of an event.
pub(crate) fn sample<P: Provider>(event_type: &str) -> Result<&'static str, String> {
    samples::<P>()
        .find(|sample| sample.event_type == event_type)
        .map(|sample| sample.body)
        .ok_or_else(|| format!("no sample of {event_type}"))
}

/// A sender: the provider, or a forger with another secret.
struct Sender {
    provider: &'static str,
    signer: Signer,
}

impl Sender {
    fn new<P: Provider>(secret: &str) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            provider: P::PROFILE.name(),
            signer: Signer::of::<P>(&Secret::new(secret))?.at(Timestamp::from(SystemTime::now())),
        })
    }

    /// Returns the same sender, with a clock this many seconds in the past.
    fn ago(&self, seconds: i64) -> Self {
        let then = Timestamp::from(SystemTime::now()).as_second() - seconds;
        Self {
            provider: self.provider,
            signer: self.signer.clone().at(Timestamp::from_second(then)),
        }
    }

    fn sends(&self, event_type: &'static str, body: &'static str) -> Delivery {
        Delivery {
            provider: self.provider,
            event_type,
            signed: self.signer.sign(body),
            status: 200,
            handler: None,
            why: "",
        }
    }
}

impl Delivery {
    fn handled_by(mut self, handler: &'static str, why: &'static str) -> Self {
        self.handler = Some(handler);
        self.why = why;
        self
    }

    fn unhandled(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    fn rejected(mut self, why: &'static str) -> Self {
        self.why = why;
        self.answered(401)
    }

    fn answered(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}
