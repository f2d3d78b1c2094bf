//! A minimal HTTP client: the sender's side of a delivery.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use webhook_runtime::testing::SignedDelivery;

/// Posts a delivery and returns the response's status.
pub(crate) async fn post(
    server: SocketAddr,
    path: &str,
    delivery: &SignedDelivery,
) -> io::Result<u16> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        delivery.body.len()
    )
    .into_bytes();
    for (name, value) in &delivery.headers {
        request.extend_from_slice(name.as_str().as_bytes());
        request.extend_from_slice(b": ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&delivery.body);

    let mut connection = TcpStream::connect(server).await?;
    connection.write_all(&request).await?;
    let mut response = String::new();
    connection.read_to_string(&mut response).await?;
    response
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok())
        .ok_or_else(|| io::Error::other("the response is not HTTP"))
}
