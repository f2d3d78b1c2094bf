//! HTTP/1.1 as bytes on a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service as _;
use webhook_runtime::testing::SignedDelivery;
use webhook_runtime::{Endpoint, Router};

use crate::work::Signal;

/// Serves an endpoint until the test ends.
pub(crate) async fn serve<R: Router>(endpoint: Endpoint<R>) -> SocketAddr {
    serve_web(axum::Router::new().route_service("/", endpoint)).await
}

/// Serves an endpoint, with a signal for each request that the server has dropped, answered or not.
pub(crate) async fn serve_watched<R: Router>(endpoint: Endpoint<R>) -> (SocketAddr, Arc<Signal>) {
    struct Gone(Arc<Signal>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.send();
        }
    }

    let signal = Arc::<Signal>::default();
    let gone = Arc::clone(&signal);
    let serve = move |request: Request| {
        let (mut endpoint, gone) = (endpoint.clone(), Gone(Arc::clone(&gone)));
        async move {
            let answer = endpoint.call(request).await;
            drop(gone);
            answer
        }
    };
    let web = axum::Router::new().route("/", axum::routing::post(serve));
    (serve_web(web).await, signal)
}

pub(crate) async fn serve_web(web: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("the listener is bound");
    tokio::spawn(async move { axum::serve(listener, web).await });
    address
}

/// The head of a delivery, with a header for the length of its body.
pub(crate) fn head(delivery: &SignedDelivery, length: &str) -> Vec<u8> {
    let mut head =
        format!("POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{length}\r\n")
            .into_bytes();
    for (name, value) in &delivery.headers {
        head.extend_from_slice(format!("{name}: ").as_bytes());
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

pub(crate) fn whole(delivery: &SignedDelivery) -> Vec<u8> {
    let length = format!("content-length: {}", delivery.body.len());
    let mut request = head(delivery, &length);
    request.extend_from_slice(&delivery.body);
    request
}

/// Opens a connection and sends these bytes.
pub(crate) async fn send(server: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut connection = TcpStream::connect(server)
        .await
        .expect("the server listens");
    connection.write_all(bytes).await.expect("the server reads");
    connection
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
}

/// `None`: the connection was closed without an answer.
pub(crate) async fn answer(mut connection: TcpStream) -> Option<Answer> {
    let mut answer = Vec::new();
    // A reset after the answer is ignored.
    drop(connection.read_to_end(&mut answer).await);
    let head = String::from_utf8(answer).expect("a head is text");
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some(Answer { status, head })
}

pub(crate) async fn status(connection: TcpStream) -> u16 {
    answer(connection).await.expect("an answer").status
}

pub(crate) async fn post(server: SocketAddr, delivery: &SignedDelivery) -> Option<Answer> {
    answer(send(server, &whole(delivery)).await).await
}
