//! What is said of deliveries that wait in an inbox.

#[on("batch.failed", retry(max = 5, backoff = "10s..6h"), ordered_by = "/data/id")]
async fn failed(event: Event<BatchFailed>) {
    tell(event).await
}
