//! The table: deliveries as they come over the wire, and what is answered.

use std::net::SocketAddr;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_body_util::Full;
use hyper::body::Bytes;

use crate::app::BODY_LIMIT;
use crate::differences::{DIFFERENCES, Framework, Instead};
use crate::wire;

const KEY: &[u8] = b"a key that all frameworks share";
/// The same, as the endpoint is told it.
pub const SECRET: &str = "whsec_YSBrZXkgdGhhdCBhbGwgZnJhbWV3b3JrcyBzaGFyZQ==";

/// How the length of a body is told.
#[derive(Clone, Copy)]
pub enum Length {
    Honest,
    Said(usize),
    /// In chunks of this size.
    Chunks(usize),
    Untold,
}

/// A delivery on its way; signed unless a row breaks that.
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
        .expect("it is after 1970");
    (i64::try_from(now.as_secs()).expect("it is before the end of time") + seconds).to_string()
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
            length: Length::Honest,
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

    fn good() -> Self {
        Self::of("batch.completed")
    }

    /// A good one of this size.
    pub fn sized(size: usize) -> Self {
        let mut body = Self::good().body;
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

    pub fn instead(self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.without(name).with(name, value)
    }

    /// Changes the signature's text.
    fn signature(self, change: impl FnOnce(&str) -> String) -> Self {
        let value = self.value("webhook-signature");
        let signature = change(std::str::from_utf8(&value).expect("it is base64"));
        self.instead("webhook-signature", signature)
    }

    fn value(&self, name: &str) -> Vec<u8> {
        let header = self.headers.iter().find(|(other, _)| *other == name);
        header.expect("it has that header").1.clone()
    }

    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub fn at(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    pub fn length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }

    /// For what takes no bytes.
    pub fn request(self) -> http::Request<Full<Bytes>> {
        let mut request = http::Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, &value[..]);
        }
        request.body(self.body.into()).expect("it can be sent")
    }

    pub fn head(&self) -> Vec<u8> {
        let Self { method, path, .. } = self;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n")
                .into_bytes();
        match self.length {
            Length::Honest => {
                head.extend(format!("content-length: {}\r\n", self.body.len()).bytes());
            }
            Length::Said(length) => head.extend(format!("content-length: {length}\r\n").bytes()),
            Length::Chunks(_) => head.extend(b"transfer-encoding: chunked\r\n"),
            Length::Untold => {}
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

/// What is answered: a status, and a header with it.
type Expected = (u16, Option<(&'static str, &'static str)>);

const OK: Expected = (200, None);
const BAD_REQUEST: Expected = (400, None);
const UNAUTHORIZED: Expected = (401, None);
const NOT_ALLOWED: Expected = (405, Some(("allow", "POST")));
const GONE: Expected = (410, None);
const TOO_LARGE: Expected = (413, None);
const FAILED: Expected = (500, None);
const COME_AGAIN: Expected = (503, Some(("retry-after", "2")));

/// Name, delivery, answer.
#[rustfmt::skip] // A row a line.
pub fn table() -> Vec<(&'static str, Delivery, Expected)> {
    let good = Delivery::good;
    let later = |seconds| {
        let body = good().body;
        Delivery::signed_as("msg_1", &seconds_from_now(seconds), body)
    };
    let svix = Delivery {
        headers: good()
            .headers
            .into_iter()
            .zip(["svix-id", "svix-timestamp", "svix-signature"])
            .map(|((_, value), name)| (name, value))
            .collect(),
        ..good()
    };
    let time = seconds_from_now(0);
    let other_key = sign(b"a key of somebody else", "msg_1", &time, &good().body);
    let mut flipped = good();
    flipped.body[10] ^= 1;
    let declared = good().length(Length::Said(BODY_LIMIT + 1));
    vec![
        // Taken.
        ("good", good(), OK),
        ("good, svix-*", svix, OK),
        ("good, in chunks", good().length(Length::Chunks(7)), OK),
        ("good, in one chunk", good().length(Length::Chunks(1000)), OK),
        ("good, with a query", Delivery { path: "/webhooks/openai?a=b&c", ..good() }, OK),
        ("good, `Expect: 100-continue`", good().with("expect", "100-continue"), OK),
        ("good, another header not UTF-8", good().with("x-note", b"\xff\xfe"), OK),
        ("good, another header twice", good().with("x-note", "a").with("x-note", "b"), OK),
        ("good, exactly the limit", Delivery::sized(BODY_LIMIT), OK),
        ("good, exactly the limit, in chunks", Delivery::sized(BODY_LIMIT).length(Length::Chunks(5000)), OK),
        ("good, nearly too old", later(-290), OK),
        ("unhandled event", Delivery::of("video.completed"), OK),
        ("unknown event", Delivery::of("brand.new"), OK),
        ("several signatures, the last matches", good().signature(|good| format!("v9,abc v1,AAAA {good}")), OK),
        ("two signature headers, the second matches", good().signature(|_| "v1,AAAA".to_owned()).with("webhook-signature", good().value("webhook-signature")), OK),
        // Refused by their headers.
        ("no id", good().without("webhook-id"), BAD_REQUEST),
        ("no timestamp", good().without("webhook-timestamp"), BAD_REQUEST),
        ("no signature", good().without("webhook-signature"), BAD_REQUEST),
        ("no header at all", Delivery { headers: Vec::new(), ..good() }, BAD_REQUEST),
        ("empty id", good().instead("webhook-id", ""), BAD_REQUEST),
        ("half a set of each", good().without("webhook-id").with("svix-id", "msg_1"), BAD_REQUEST),
        ("id twice", good().with("webhook-id", "msg_1"), BAD_REQUEST),
        ("timestamp twice", good().with("webhook-timestamp", time.as_str()), BAD_REQUEST),
        ("id with a dot", Delivery::signed_as("msg.1", &time, good().body), BAD_REQUEST),
        ("id not UTF-8", good().instead("webhook-id", b"msg_\xff"), BAD_REQUEST),
        ("id not ASCII", good().instead("webhook-id", "msg_ü"), BAD_REQUEST),
        ("timestamp no number", Delivery::signed_as("msg_1", "now", good().body), BAD_REQUEST),
        ("timestamp with a sign", Delivery::signed_as("msg_1", &format!("+{time}"), good().body), BAD_REQUEST),
        ("timestamp of milliseconds", Delivery::signed_as("msg_1", &format!("{time}.0"), good().body), BAD_REQUEST),
        ("too old", later(-400), UNAUTHORIZED),
        ("too new", later(400), UNAUTHORIZED),
        ("no header at all, in chunks", Delivery { headers: Vec::new(), ..good() }.length(Length::Chunks(7)), BAD_REQUEST),
        ("no header at all, and large", Delivery { headers: Vec::new(), ..Delivery::sized(BODY_LIMIT) }, BAD_REQUEST),
        // Refused by their signatures.
        ("signed with another key", good().instead("webhook-signature", other_key), UNAUTHORIZED),
        ("signature cut off", good().signature(|good| good[..20].to_owned()), UNAUTHORIZED),
        ("signature empty behind its tag", good().signature(|_| "v1,".to_owned()), UNAUTHORIZED),
        ("signature of another version", good().signature(|good| good.replace("v1,", "v2,")), UNAUTHORIZED),
        ("signature not UTF-8", good().instead("webhook-signature", b"v1,\xff"), UNAUTHORIZED),
        ("body changed", flipped, UNAUTHORIZED),
        ("body empty, signature for another", Delivery { body: Vec::new(), ..good() }, UNAUTHORIZED),
        ("body without a length, signature for another", Delivery { body: Vec::new(), ..good() }.length(Length::Untold), UNAUTHORIZED),
        ("length that is too small", good().length(Length::Said(10)), UNAUTHORIZED),
        // Refused by method or length.
        ("GET", good().method("GET"), NOT_ALLOWED),
        ("GET without a body", Delivery { body: Vec::new(), ..good() }.length(Length::Untold).method("GET"), NOT_ALLOWED),
        ("HEAD", Delivery { body: Vec::new(), ..good() }.method("HEAD"), NOT_ALLOWED),
        ("PUT", good().method("PUT"), NOT_ALLOWED),
        ("PATCH", good().method("PATCH"), NOT_ALLOWED),
        ("DELETE", good().method("DELETE"), NOT_ALLOWED),
        ("OPTIONS", good().method("OPTIONS"), NOT_ALLOWED),
        ("TRACE", Delivery { body: Vec::new(), ..good() }.length(Length::Untold).method("TRACE"), NOT_ALLOWED),
        ("a method that nobody knows", good().method("PURGE"), NOT_ALLOWED),
        ("too large", Delivery::sized(BODY_LIMIT + 1), TOO_LARGE),
        ("too large, says the length", declared, TOO_LARGE),
        ("too large, in chunks", Delivery::sized(BODY_LIMIT + 1).length(Length::Chunks(5000)), TOO_LARGE),
        // Authentic, and then something went wrong: never a 4xx but by the handler's own word.
        ("body empty", Delivery::with_body(""), FAILED),
        ("body without a length", Delivery::with_body("").length(Length::Untold), FAILED),
        ("body no JSON", Delivery::with_body("batch.completed"), FAILED),
        ("body not UTF-8", Delivery::with_body(&b"{\"type\":\"batch.completed\",\"data\":{\"id\":\"\xff\"}}"[..]), FAILED),
        ("event type twice", Delivery::with_body(r#"{"type":"batch.completed","data":{"id":"a"},"type":"batch.failed"}"#), FAILED),
        ("payload that does not fit", Delivery::with_body(r#"{"type":"batch.completed","data":{"id":1}}"#), FAILED),
        ("handler fails", Delivery::of("batch.failed"), FAILED),
        ("handler panics", Delivery::of("batch.cancelled"), FAILED),
        ("handler wants it again", Delivery::of("batch.expired"), COME_AGAIN),
        ("handler wants it no more", Delivery::of("eval.run.failed"), GONE),
    ]
}

fn difference(framework: Framework, row: &str) -> Option<Instead> {
    let found = DIFFERENCES
        .iter()
        .find(|(other, name, ..)| (*other, *name) == (framework, row));
    found.map(|(_, _, instead, _)| *instead)
}

/// How many deliveries of the table the handler of `batch.completed` takes.
pub fn handled() -> u32 {
    let table = table();
    let taken = table
        .iter()
        .filter(|(name, ..)| name.starts_with("good") || name.contains("matches"));
    u32::try_from(taken.count()).expect("the table is short")
}

/// Sends each delivery on a connection of its own, and tells all that is not as expected.
pub fn run(framework: Framework, server: SocketAddr) {
    for (_, row, ..) in DIFFERENCES {
        let is_row = table().iter().any(|(name, ..)| name == row);
        assert!(is_row, "`{row}` is no row of the table");
    }
    let mut wrong = Vec::new();
    for (name, delivery, (status, header)) in table() {
        let difference = difference(framework, name);
        if difference == Some(Instead::NotSent) {
            continue;
        }
        let answer = wire::exchange(server, &delivery.bytes());
        let is_right = match (difference, &answer) {
            (None, Some(answer)) => {
                let has_header = |(name, value)| answer.header(name) == Some(value);
                answer.status == status && answer.is_empty() && header.is_none_or(has_header)
            }
            (Some(Instead::Status(other)), Some(answer)) => {
                answer.status == other && answer.is_empty()
            }
            (Some(Instead::StatusAndBody(other)), Some(answer)) => {
                answer.status == other && !answer.is_empty()
            }
            (Some(Instead::NoAnswer), answer) => answer.is_none(),
            _ => false,
        };
        if !is_right {
            wrong.push(format!(
                "{name}: {status} expected, but there is {answer:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{framework:?}:\n{}", wrong.join("\n"));
}
