//! Table of deliveries and expected responses.

use std::net::SocketAddr;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;

use crate::app::BODY_LIMIT;
use crate::differences::{Actual, DIFFERENCES, Framework};
use crate::wire;

const KEY: &[u8] = b"a key that all frameworks share";
/// The same key, as the secret of the endpoint.
pub const SECRET: &str = "whsec_YSBrZXkgdGhhdCBhbGwgZnJhbWV3b3JrcyBzaGFyZQ==";

/// Framing of the body.
#[derive(Clone, Copy)]
pub enum Length {
    /// `content-length` with the length of the body.
    Exact,
    /// `content-length` with another length.
    Declared(usize),
    /// Chunks of this size.
    Chunks(usize),
    /// No header.
    Absent,
}

/// Request with a delivery. Its signature is valid until a row of the table changes the delivery.
#[derive(Clone)]
pub struct Delivery {
    pub method: &'static str,
    pub path: &'static str,
    pub headers: Vec<(&'static str, Vec<u8>)>,
    pub length: Length,
    pub body: Vec<u8>,
}

fn sign(key: &[u8], id: &str, time: &str, body: &[u8]) -> Vec<u8> {
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body].concat();
    let mac = hmac_sha256::HMAC::mac(&signed, key);
    format!("v1,{}", BASE64_STANDARD.encode(mac)).into_bytes()
}

fn seconds_from_now(seconds: i64) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the clock is after 1970");
    (i64::try_from(now.as_secs()).expect("the time fits into an `i64`") + seconds).to_string()
}

impl Delivery {
    pub fn signed_as(id: &str, time: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self {
            method: "POST",
            path: "/webhooks/openai",
            headers: vec![
                ("webhook-id", id.into()),
                ("webhook-timestamp", time.into()),
                ("webhook-signature", sign(KEY, id, time, &body)),
            ],
            length: Length::Exact,
            body,
        }
    }

    pub fn with_body(body: impl Into<Vec<u8>>) -> Self {
        Self::signed_as("msg_1", &seconds_from_now(0), body)
    }

    pub fn of(event_type: &str) -> Self {
        Self::with_body(format!(
            r#"{{"type":"{event_type}","id":"evt_1","created_at":1750287018,"data":{{"id":"thing_1"}}}}"#
        ))
    }

    fn valid() -> Self {
        Self::of("batch.completed")
    }

    /// Creates a valid delivery with a body of this size.
    pub fn sized(size: usize) -> Self {
        let mut body = Self::valid().body;
        body.resize(size, b' ');
        Self::with_body(body)
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn replace(self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.without(name).with(name, value)
    }

    /// Changes the value of the signature header.
    fn signature(self, change: impl FnOnce(&str) -> String) -> Self {
        let value = self.value("webhook-signature");
        let signature = change(std::str::from_utf8(&value).expect("the signature is base64"));
        self.replace("webhook-signature", signature)
    }

    fn value(&self, name: &str) -> Vec<u8> {
        let header = self.headers.iter().find(|(other, _)| *other == name);
        header.expect("the delivery has this header").1.clone()
    }

    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub fn path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    pub fn length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }

    /// Converts the delivery to a request of the `http` crate.
    pub fn request(self) -> http::Request<Full<Bytes>> {
        let mut request = http::Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, &value[..]);
        }
        request
            .body(self.body.into())
            .expect("the request is valid")
    }

    pub fn head(&self) -> Vec<u8> {
        let Self { method, path, .. } = self;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n")
                .into_bytes();
        match self.length {
            Length::Exact => {
                head.extend(format!("content-length: {}\r\n", self.body.len()).bytes());
            }
            Length::Declared(length) => {
                head.extend(format!("content-length: {length}\r\n").bytes());
            }
            Length::Chunks(_) => head.extend(b"transfer-encoding: chunked\r\n"),
            Length::Absent => {}
        }
        for (name, value) in &self.headers {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        head
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        let Length::Chunks(size) = self.length else {
            bytes.extend(&self.body);
            return bytes;
        };
        for chunk in self.body.chunks(size) {
            bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
        bytes
    }
}

/// Expected status and header of the response.
type Expected = (u16, Option<(&'static str, &'static str)>);

const OK: Expected = (200, None);
const BAD_REQUEST: Expected = (400, None);
const UNAUTHORIZED: Expected = (401, None);
const NOT_ALLOWED: Expected = (405, Some(("allow", "POST")));
const GONE: Expected = (410, None);
const TOO_LARGE: Expected = (413, None);
const FAILED: Expected = (500, None);
const RETRY_LATER: Expected = (503, Some(("retry-after", "2")));

/// Returns the rows: name, delivery, expected response.
#[rustfmt::skip] // One line per row.
pub fn table() -> Vec<(&'static str, Delivery, Expected)> {
    let valid = Delivery::valid;
    let later = |seconds| {
        let body = valid().body;
        Delivery::signed_as("msg_1", &seconds_from_now(seconds), body)
    };
    let svix = Delivery {
        headers: valid()
            .headers
            .into_iter()
            .zip(["svix-id", "svix-timestamp", "svix-signature"])
            .map(|((_, value), name)| (name, value))
            .collect(),
        ..valid()
    };
    let time = seconds_from_now(0);
    let other_key = sign(b"a key of another sender", "msg_1", &time, &valid().body);
    let mut flipped = valid();
    flipped.body[10] ^= 1;
    let declared = valid().length(Length::Declared(BODY_LIMIT + 1));
    vec![
        // Accepted.
        ("valid", valid(), OK),
        ("valid, svix-*", svix, OK),
        ("valid, in chunks", valid().length(Length::Chunks(7)), OK),
        ("valid, in one chunk", valid().length(Length::Chunks(1000)), OK),
        ("valid, with a query", Delivery { path: "/webhooks/openai?a=b&c", ..valid() }, OK),
        ("valid, `Expect: 100-continue`", valid().with("expect", "100-continue"), OK),
        ("valid, another header not UTF-8", valid().with("x-note", b"\xff\xfe"), OK),
        ("valid, another header twice", valid().with("x-note", "a").with("x-note", "b"), OK),
        ("valid, exactly the limit", Delivery::sized(BODY_LIMIT), OK),
        ("valid, exactly the limit, in chunks", Delivery::sized(BODY_LIMIT).length(Length::Chunks(5000)), OK),
        ("valid, nearly too old", later(-290), OK),
        ("unhandled event", Delivery::of("video.completed"), OK),
        ("unknown event", Delivery::of("brand.new"), OK),
        ("several signatures, the last matches", valid().signature(|signature| format!("v9,abc v1,AAAA {signature}")), OK),
        ("two signature headers, the second matches", valid().signature(|_| "v1,AAAA".to_owned()).with("webhook-signature", valid().value("webhook-signature")), OK),
        // Rejected because of their headers.
        ("no id", valid().without("webhook-id"), BAD_REQUEST),
        ("no timestamp", valid().without("webhook-timestamp"), BAD_REQUEST),
        ("no signature", valid().without("webhook-signature"), BAD_REQUEST),
        ("no header at all", Delivery { headers: Vec::new(), ..valid() }, BAD_REQUEST),
        ("empty id", valid().replace("webhook-id", ""), BAD_REQUEST),
        ("half of each set of headers", valid().without("webhook-id").with("svix-id", "msg_1"), BAD_REQUEST),
        ("id twice", valid().with("webhook-id", "msg_1"), BAD_REQUEST),
        ("timestamp twice", valid().with("webhook-timestamp", time.as_str()), BAD_REQUEST),
        ("id with a dot", Delivery::signed_as("msg.1", &time, valid().body), BAD_REQUEST),
        ("id not UTF-8", valid().replace("webhook-id", b"msg_\xff"), BAD_REQUEST),
        ("id not ASCII", valid().replace("webhook-id", "msg_ü"), BAD_REQUEST),
        ("timestamp not a number", Delivery::signed_as("msg_1", "now", valid().body), BAD_REQUEST),
        ("timestamp with a sign", Delivery::signed_as("msg_1", &format!("+{time}"), valid().body), BAD_REQUEST),
        ("timestamp of milliseconds", Delivery::signed_as("msg_1", &format!("{time}.0"), valid().body), BAD_REQUEST),
        ("too old", later(-400), UNAUTHORIZED),
        ("too new", later(400), UNAUTHORIZED),
        ("no header at all, in chunks", Delivery { headers: Vec::new(), ..valid() }.length(Length::Chunks(7)), BAD_REQUEST),
        ("no header at all, and large", Delivery { headers: Vec::new(), ..Delivery::sized(BODY_LIMIT) }, BAD_REQUEST),
        // Rejected because of their signatures.
        ("signed with another key", valid().replace("webhook-signature", other_key), UNAUTHORIZED),
        ("signature truncated", valid().signature(|signature| signature[..20].to_owned()), UNAUTHORIZED),
        ("signature with a tag only", valid().signature(|_| "v1,".to_owned()), UNAUTHORIZED),
        ("signature of another version", valid().signature(|signature| signature.replace("v1,", "v2,")), UNAUTHORIZED),
        ("signature not UTF-8", valid().replace("webhook-signature", b"v1,\xff"), UNAUTHORIZED),
        ("body changed", flipped, UNAUTHORIZED),
        ("body empty, signature for another", Delivery { body: Vec::new(), ..valid() }, UNAUTHORIZED),
        ("body without a length, signature for another", Delivery { body: Vec::new(), ..valid() }.length(Length::Absent), UNAUTHORIZED),
        ("declared length too small", valid().length(Length::Declared(10)), UNAUTHORIZED),
        // Rejected because of method or length.
        ("GET", valid().method("GET"), NOT_ALLOWED),
        ("GET without a body", Delivery { body: Vec::new(), ..valid() }.length(Length::Absent).method("GET"), NOT_ALLOWED),
        ("HEAD", Delivery { body: Vec::new(), ..valid() }.method("HEAD"), NOT_ALLOWED),
        ("PUT", valid().method("PUT"), NOT_ALLOWED),
        ("PATCH", valid().method("PATCH"), NOT_ALLOWED),
        ("DELETE", valid().method("DELETE"), NOT_ALLOWED),
        ("OPTIONS", valid().method("OPTIONS"), NOT_ALLOWED),
        ("TRACE", Delivery { body: Vec::new(), ..valid() }.length(Length::Absent).method("TRACE"), NOT_ALLOWED),
        ("unknown method", valid().method("PURGE"), NOT_ALLOWED),
        ("too large", Delivery::sized(BODY_LIMIT + 1), TOO_LARGE),
        ("too large, by the declared length", declared, TOO_LARGE),
        ("too large, in chunks", Delivery::sized(BODY_LIMIT + 1).length(Length::Chunks(5000)), TOO_LARGE),
        // Authentic, but not handled: never a 4xx, except when the handler returns it.
        ("body empty", Delivery::with_body(""), FAILED),
        ("body without a length", Delivery::with_body("").length(Length::Absent), FAILED),
        ("body not JSON", Delivery::with_body("batch.completed"), FAILED),
        ("body not UTF-8", Delivery::with_body(&b"{\"type\":\"batch.completed\",\"data\":{\"id\":\"\xff\"}}"[..]), FAILED),
        ("event type twice", Delivery::with_body(r#"{"type":"batch.completed","data":{"id":"a"},"type":"batch.failed"}"#), FAILED),
        ("payload of another type", Delivery::with_body(r#"{"type":"batch.completed","data":{"id":1}}"#), FAILED),
        ("handler fails", Delivery::of("batch.failed"), FAILED),
        ("handler panics", Delivery::of("batch.cancelled"), FAILED),
        ("handler retries later", Delivery::of("batch.expired"), RETRY_LATER),
        ("handler returns gone", Delivery::of("eval.run.failed"), GONE),
    ]
}

fn difference(framework: Framework, row: &str) -> Option<Actual> {
    let found = DIFFERENCES
        .iter()
        .find(|(other, name, ..)| (*other, *name) == (framework, row));
    found.map(|(_, _, actual, _)| *actual)
}

/// Number of deliveries of the table that reach the handler of `batch.completed`.
pub fn handled() -> u32 {
    let table = table();
    let handled = table
        .iter()
        .filter(|(name, ..)| name.starts_with("valid") || name.contains("matches"));
    u32::try_from(handled.count()).expect("the table is short")
}

/// Sends each delivery on its own connection.
///
/// # Panics
///
/// If responses are not as expected; the message lists all of them.
pub fn run(framework: Framework, server: SocketAddr) {
    for (_, row, ..) in DIFFERENCES {
        let is_row = table().iter().any(|(name, ..)| name == row);
        assert!(is_row, "`{row}` is not a row of the table");
    }
    let mut wrong = Vec::new();
    for (name, delivery, (status, header)) in table() {
        let difference = difference(framework, name);
        if difference == Some(Actual::NotSent) {
            continue;
        }
        let answer = wire::exchange(server, &delivery.bytes());
        let is_expected = match (difference, &answer) {
            (None, Some(answer)) => {
                let has_header = |(name, value)| answer.header(name) == Some(value);
                answer.status == status && answer.is_empty() && header.is_none_or(has_header)
            }
            (Some(Actual::Status(other)), Some(answer)) => {
                answer.status == other && answer.is_empty()
            }
            (Some(Actual::StatusAndBody(other)), Some(answer)) => {
                answer.status == other && !answer.is_empty()
            }
            (Some(Actual::NoAnswer), answer) => answer.is_none(),
            _ => false,
        };
        if !is_expected {
            wrong.push(format!("{name}: expected {status}, found {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{framework:?}:\n{}", wrong.join("\n"));
}
