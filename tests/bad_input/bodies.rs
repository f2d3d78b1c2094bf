//! Unlimited bodies and wrong lengths, over sockets.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;

use webhook_runtime::testing::SignedDelivery;

use crate::process::{connect, read_status};
use crate::receiver::{OfOpenAi, Receiver as _, serve};

/// More bytes than the buffers of both sockets. The body limit is 1 MiB.
const TOO_MUCH: usize = 32 * 1024 * 1024;

/// Returns the head of a request, with this line for the length of its body.
fn head(delivery: &SignedDelivery, length: &str) -> Vec<u8> {
    let mut head = format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n");
    for (name, value) in &delivery.headers {
        let value = value.to_str().expect("text");
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Writes a body until the server closes the connection or `TOO_MUCH` bytes are written. Returns the status, or 0 if
/// the response was lost, and the number of bytes written.
fn flood(server: SocketAddr, head: &[u8], piece: &[u8]) -> (u16, usize) {
    let mut connection = connect(server);
    connection
        .write_all(head)
        .expect("failed to write the head");
    let mut written = 0;
    while written < TOO_MUCH {
        match connection.write(piece) {
            Ok(count) => written += count,
            Err(error) => {
                let is_closed = matches!(
                    error.kind(),
                    ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
                );
                assert!(is_closed, "{error}");
                break;
            }
        }
    }
    let mut answer = String::new();
    // The reset of the closed connection may arrive before the response.
    drop(std::io::Read::read_to_string(&mut connection, &mut answer));
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), written)
}

/// CVE-2024-40634: another receiver read bodies of any length into memory.
#[tokio::test(flavor = "multi_thread")]
async fn unlimited_body_is_rejected_before_it_is_read_completely() {
    let endpoint = OfOpenAi::endpoint();
    let server = serve(endpoint.clone()).await;
    let valid = OfOpenAi::valid();
    let mut forged = valid.clone();
    forged.headers.remove("webhook-signature");
    let spaces = vec![b' '; 64 * 1024];
    let chunk = [b"10000\r\n".as_slice(), &spaces, b"\r\n"].concat();
    let rows = [
        (
            "4 GiB, declared",
            "content-length: 4294967296",
            &spaces,
            &valid,
            413,
        ),
        (
            "1 MiB and a byte, declared",
            "content-length: 1048577",
            &spaces,
            &valid,
            413,
        ),
        (
            "the largest length",
            "content-length: 9223372036854775807",
            &spaces,
            &valid,
            413,
        ),
        (
            "chunks without end",
            "transfer-encoding: chunked",
            &chunk,
            &valid,
            413,
        ),
        (
            "4 GiB, unsigned",
            "content-length: 4294967296",
            &spaces,
            &forged,
            413,
        ),
        (
            "chunks without end, unsigned",
            "transfer-encoding: chunked",
            &chunk,
            &forged,
            400,
        ),
    ];
    for (row, length, piece, delivery, expected) in rows {
        let (head, piece) = (head(delivery, length), piece.clone());
        let flooded = tokio::task::spawn_blocking(move || flood(server, &head, &piece));
        let (status, written) = flooded.await.expect("the client panicked");
        // 0: TCP discarded the response when the connection was reset.
        assert!(status == expected || status == 0, "{row}: {status}");
        assert!(written < TOO_MUCH, "{row}: {written} bytes were written");
    }
    assert_eq!(endpoint.router().runs(), 0);
}

/// A body cut by a wrong length differs from the signed one, so its signature is invalid.
#[tokio::test(flavor = "multi_thread")]
async fn body_with_a_wrong_length_does_not_verify() {
    let endpoint = OfOpenAi::endpoint();
    let server = serve(endpoint.clone()).await;
    let valid = OfOpenAi::valid();
    let length = valid.body.len();
    let body = std::str::from_utf8(&valid.body).expect("text");
    for (row, length_line, body, expected) in [
        (
            "the correct length",
            format!("content-length: {length}"),
            body.to_owned(),
            200,
        ),
        (
            "one byte less",
            format!("content-length: {}", length - 1),
            body.to_owned(),
            401,
        ),
        ("zero", "content-length: 0".to_owned(), body.to_owned(), 401),
        ("no length header", "x: y".to_owned(), body.to_owned(), 401),
        (
            "a negative length",
            "content-length: -1".to_owned(),
            body.to_owned(),
            400,
        ),
        (
            "two different lengths",
            format!("content-length: {length}\r\ncontent-length: 1"),
            body.to_owned(),
            400,
        ),
        (
            "chunked",
            "transfer-encoding: chunked".to_owned(),
            format!("{length:x}\r\n{body}\r\n0\r\n\r\n"),
            200,
        ),
        (
            "malformed chunks",
            "transfer-encoding: chunked".to_owned(),
            "zz\r\n".to_owned(),
            400,
        ),
        (
            "a chunk size beyond 64 bits",
            "transfer-encoding: chunked".to_owned(),
            "fffffffffffffffff\r\n".to_owned(),
            400,
        ),
        (
            "a length and chunks",
            "content-length: 1\r\ntransfer-encoding: chunked".to_owned(),
            "1\r\n{\r\n0\r\n\r\n".to_owned(),
            401,
        ),
    ] {
        let request = [head(&valid, &length_line), body.into_bytes()].concat();
        let status = tokio::task::spawn_blocking(move || {
            let mut connection = connect(server);
            connection
                .write_all(&request)
                .expect("failed to write the request");
            read_status(&mut connection)
        });
        assert_eq!(
            status.await.expect("the client panicked"),
            expected,
            "{row}"
        );
    }
    assert_eq!(endpoint.router().runs(), 2);
}
