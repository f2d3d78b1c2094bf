//! HTTP/1.1 as bytes on a socket: what no client would send, too.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::app::PATIENCE;

pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// The value of a header, if it is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| {
            let (other, value) = line.split_once(": ")?;
            other.eq_ignore_ascii_case(name).then_some(value)
        });
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The body as text, in one chunk or as it is.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        match self.header("transfer-encoding") {
            Some(_) => text.split("\r\n").nth(1).unwrap_or_default().to_owned(),
            None => text.into_owned(),
        }
    }

    /// What comes behind the announced length is no part of the answer.
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
    let connection = TcpStream::connect(server).expect("it listens");
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.set_write_timeout(Some(PATIENCE)).unwrap();
    connection.set_nodelay(true).unwrap();
    connection
}

/// A connection on which these bytes have been sent, as far as the server took them.
pub fn send(server: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut connection = connect(server);
    // Whoever refuses may hang up before it has read all.
    drop(connection.write_all(bytes));
    connection
}

/// The answer, read until the server closes the connection; none if it closes it without one.
pub fn answer(mut connection: TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    // A reset after the answer is no matter here.
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
