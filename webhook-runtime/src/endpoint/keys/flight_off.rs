//! Questions without the feature `tokio`: whoever wants an answer asks.

use super::asked::Answer;

#[derive(Debug, Default)]
pub(super) struct Flight;

impl Flight {
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    pub(super) async fn answer<F: Future<Output = Answer>>(
        &self,
        ask: impl FnOnce() -> F,
    ) -> Answer {
        ask().await
    }
}
