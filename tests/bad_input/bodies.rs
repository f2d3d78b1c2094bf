//! Bodies without a bound, over sockets.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;

use webhook_runtime::testing::SignedDelivery;

use crate::process::{answer, connect};
use crate::receiver::{OfOpenAi, Receiver as _, serve};

/// More than any buffer on the way holds; the limit is 1 MiB.
const TOO_MUCH: usize = 32 * 1024 * 1024;

/// A request with this line on the length of its body.
fn head(delivery: &SignedDelivery, length: &str) -> Vec<u8> {
    let mut head = format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}\r\n");
    for (name, value) in &delivery.headers {
        let value = value.to_str().expect("text");
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// What is answered to a request whose body goes on until nobody reads it, and how much of it was taken.
fn flood(server: SocketAddr, head: &[u8], piece: &[u8]) -> (u16, usize) {
    let mut connection = connect(server);
    connection.write_all(head).expect("the server reads heads");
    let mut taken = 0;
    while taken < TOO_MUCH {
        match connection.write(piece) {
            Ok(written) => taken += written,
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
    // The reset that tells of the closed connection may overtake the answer.
    drop(std::io::Read::read_to_string(&mut connection, &mut answer));
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), taken)
}

/// CVE-2024-40634: a body was read into memory, however long.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_a_bound_is_cut_off() {
    let endpoint = OfOpenAi::endpoint();
    let server = serve(endpoint.clone()).await;
    let good = OfOpenAi::good();
    let mut forged = good.clone();
    forged.headers.remove("webhook-signature");
    let spaces = vec![b' '; 64 * 1024];
    let chunk = [b"10000\r\n".as_slice(), &spaces, b"\r\n"].concat();
    let rows = [
        (
            "4 GiB, declared",
            "content-length: 4294967296",
            &spaces,
            &good,
            413,
        ),
        (
            "1 MiB and a byte, declared",
            "content-length: 1048577",
            &spaces,
            &good,
            413,
        ),
        (
            "the largest length",
            "content-length: 9223372036854775807",
            &spaces,
            &good,
            413,
        ),
        (
            "chunks without end",
            "transfer-encoding: chunked",
            &chunk,
            &good,
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
    for (row, length, piece, delivery, gets) in rows {
        let (head, piece) = (head(delivery, length), piece.clone());
        let flooded = tokio::task::spawn_blocking(move || flood(server, &head, &piece));
        let (status, taken) = flooded.await.expect("it ends");
        // 0: the answer was lost when the connection was closed, as TCP has it.
        assert!(status == gets || status == 0, "{row}: {status}");
        assert!(taken < TOO_MUCH, "{row}: {taken} bytes were taken");
    }
    assert_eq!(endpoint.router().runs(), 0);
}

/// A length that says less or something else than what comes. What comes within it is not what was signed.
#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_lies_proves_nothing() {
    let endpoint = OfOpenAi::endpoint();
    let server = serve(endpoint.clone()).await;
    let good = OfOpenAi::good();
    let length = good.body.len();
    let body = std::str::from_utf8(&good.body).expect("text");
    for (row, said, body, gets) in [
        (
            "the truth",
            format!("content-length: {length}"),
            body.to_owned(),
            200,
        ),
        (
            "less",
            format!("content-length: {}", length - 1),
            body.to_owned(),
            401,
        ),
        (
            "nothing",
            "content-length: 0".to_owned(),
            body.to_owned(),
            401,
        ),
        ("no length", "x: y".to_owned(), body.to_owned(), 401),
        (
            "a negative one",
            "content-length: -1".to_owned(),
            body.to_owned(),
            400,
        ),
        (
            "two that differ",
            format!("content-length: {length}\r\ncontent-length: 1"),
            body.to_owned(),
            400,
        ),
        (
            "in chunks",
            "transfer-encoding: chunked".to_owned(),
            format!("{length:x}\r\n{body}\r\n0\r\n\r\n"),
            200,
        ),
        (
            "chunks that are none",
            "transfer-encoding: chunked".to_owned(),
            "zz\r\n".to_owned(),
            400,
        ),
        (
            "a chunk beyond all",
            "transfer-encoding: chunked".to_owned(),
            "fffffffffffffffff\r\n".to_owned(),
            400,
        ),
        (
            "less, and chunks",
            "content-length: 1\r\ntransfer-encoding: chunked".to_owned(),
            "1\r\n{\r\n0\r\n\r\n".to_owned(),
            401,
        ),
    ] {
        let request = [head(&good, &said), body.into_bytes()].concat();
        let status = tokio::task::spawn_blocking(move || {
            let mut connection = connect(server);
            connection.write_all(&request).expect("the server reads");
            answer(&mut connection)
        });
        assert_eq!(status.await.expect("an answer"), gets, "{row}");
    }
    assert_eq!(endpoint.router().runs(), 2);
}
