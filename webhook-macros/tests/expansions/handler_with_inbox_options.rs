//! Handler with a retry policy and an ordering key.

#[on("batch.failed", retry(max = 5, backoff = "10s..6h"), ordered_by = "/data/id")]
async fn failed(event: Event<BatchFailed>) {
    report(event).await
}
