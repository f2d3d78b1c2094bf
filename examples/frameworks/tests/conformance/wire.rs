//! HTTP/1.1 as bytes on a socket, including requests that an HTTP client would not send.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::app::TEST_TIMEOUT;

pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// Returns the value of a header. None if it is missing or repeated.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| {
            let (other, value) = line.split_once(": ")?;
            other.eq_ignore_ascii_case(name).then_some(value)
        });
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Returns the body as text. A chunked body must have one chunk.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        match self.header("transfer-encoding") {
            Some(_) => text.split("\r\n").nth(1).unwrap_or_default().to_owned(),
            None => text.into_owned(),
        }
    }

    /// Whether the response has no body. Bytes after the declared length do not belong to it.
    pub fn is_empty(&self) -> bool {
        match self.header("content-length") {
            Some(length) => length == "0",
            None if self.header("transfer-encoding").is_some() => self.body == b"0\r\n\r\n",
            None => self.body.is_empty(),
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.head, String::from_utf8_lossy(&self.body))
    }
}

pub fn connect(server: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(server).expect("the server listens");
    connection.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
    connection.set_write_timeout(Some(TEST_TIMEOUT)).unwrap();
    connection.set_nodelay(true).unwrap();
    connection
}

/// Sends bytes until the server closes the connection, and returns the connection.
pub fn send(server: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut connection = connect(server);
    // A server that rejects the request may close the connection before it has read everything.
    drop(connection.write_all(bytes));
    connection
}

/// Reads the response until the server closes the connection. None if there is no response.
pub fn answer(mut connection: TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    // The server may reset the connection after its response.
    drop(connection.read_to_end(&mut bytes));
    let mut rest = &bytes[..];
    loop {
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let (head, body) = rest.split_at(end);
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        if status >= 200 {
            let body = body.to_vec();
            return Some(Answer { status, head, body });
        }
        rest = body;
    }
}

pub fn exchange(server: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    answer(send(server, bytes))
}
