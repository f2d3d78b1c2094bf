//! Wrong lengths and missing bodies, over sockets.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::wire::{answer, head, send, serve, status, whole};
use crate::work::{builder, delivery, endpoint, within};

#[tokio::test]
async fn chunked_and_split_bodies_are_read() {
    let endpoint = endpoint();
    endpoint.router().work.go_on.send_all();
    let server = serve(endpoint).await;
    let good = delivery("batch.completed");
    assert_eq!(within(status(send(server, &whole(&good)).await)).await, 200);

    let mut chunked = head(&good, "transfer-encoding: chunked");
    for chunk in good.body.chunks(7) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(within(status(send(server, &chunked).await)).await, 200);
}

#[tokio::test]
async fn wrong_content_length_is_rejected() {
    let endpoint = builder()
        .body_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let server = serve(endpoint.clone()).await;
    let good = delivery("batch.completed");
    let length = good.body.len();
    for (said, expected) in [
        // The signature covers more than the body that is read.
        (format!("content-length: {}", length - 1), 401),
        ("content-length: 0".to_owned(), 401),
        ("accept: */*".to_owned(), 401),
        // The rest is never sent.
        (format!("content-length: {}", length + 1), 408),
        ("content-length: 1048577".to_owned(), 413),
        ("content-length: ten".to_owned(), 400),
    ] {
        let mut request = head(&good, &said);
        request.extend_from_slice(&good.body);
        let connection = send(server, &request).await;
        assert_eq!(within(status(connection)).await, expected, "{said}");
    }
    assert_eq!(endpoint.router().work.begun.count(), 0);
}

#[tokio::test]
async fn endless_chunks_are_rejected_at_the_limit() {
    let endpoint = builder().body_limit(1000).build().unwrap();
    let server = serve(endpoint).await;
    let mut connection = send(
        server,
        &head(&delivery("batch.completed"), "transfer-encoding: chunked"),
    )
    .await;
    let chunk = format!("3e8\r\n{}\r\n", " ".repeat(1000));
    for _ in 0..3 {
        connection.write_all(chunk.as_bytes()).await.unwrap();
    }
    connection.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(within(status(connection)).await, 413);
}

#[tokio::test]
async fn missing_body_is_408_and_closes_the_connection() {
    let endpoint = builder()
        .body_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let server = serve(endpoint.clone()).await;
    let good = delivery("batch.completed");
    let length = format!("content-length: {}", good.body.len());
    let mut cut = head(&good, &length);
    cut.extend_from_slice(&good.body[..20]);
    let connection = send(server, &cut).await;
    // `answer` reads to the end, so the server has closed the connection.
    assert_eq!(within(answer(connection)).await.unwrap().status, 408);

    let mut forged = good;
    forged.headers.remove("webhook-signature");
    let connection = send(server, &head(&forged, &length)).await;
    assert_eq!(within(status(connection)).await, 400);
    assert_eq!(endpoint.router().work.begun.count(), 0);
}
