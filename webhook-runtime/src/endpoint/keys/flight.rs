//! One question on its way, and all who wait for its answer.

use tokio::sync::OnceCell;

use super::asked::Answer;

/// A question that is asked once. If the one who asks goes away, the next one who waits asks again.
#[derive(Debug, Default)]
pub(super) struct Flight(OnceCell<Answer>);

impl Flight {
    pub(super) async fn answer<F: Future<Output = Answer>>(
        &self,
        ask: impl FnOnce() -> F,
    ) -> Answer {
        self.0.get_or_init(ask).await.clone()
    }
}
