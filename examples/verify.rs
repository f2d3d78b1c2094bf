//! Checks captured deliveries: JSON lines in, a verdict for each out.
//!
//! A line on standard input is
//! `{"id", "scheme", "secret", "headers", "body_b64", "now", "tolerance"?}`: `secret` is a text or a list of texts,
//! `headers` maps names to a text or a list of texts (a list is the header repeated), `now` and `tolerance` are seconds
//! (300 unless told). Text of a header stands for its UTF-8 bytes.
//!
//! | `scheme` | what it is | `secret` |
//! | --- | --- | --- |
//! | `standard`, `svix` | Standard Webhooks `v1`, under either names of the headers | base64, with or without `whsec_` |
//! | `standard-v1a` | Standard Webhooks `v1a` (ed25519) | a public key, `whpk_…` |
//! | `github`, `stripe`, `slack`, `shopify` | what these providers do | text, as their consoles show it |
//!
//! The line on standard output is `{"id", "verdict"}` with the same id. The verdict is `ok`, `missing_header`,
//! `malformed_header`, `timestamp_too_old`, `timestamp_too_new`, `bad_signature`, or `config_error` if the secrets
//! cannot be right. A line that cannot be read is answered with `invalid_input` and an `error`, noted on standard
//! error, and makes the exit code 1; the other lines are checked all the same.
//!
//! ```sh
//! cargo run --quiet --example verify < captured.jsonl
//! ```

use std::fmt;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use webhook_runtime::{
    Scheme, Secret, Timestamp, Verified, VerifyError,
    scheme::{SchemeVerifier, StandardWebhooks},
};

/// A delivery as somebody captured it.
#[derive(Deserialize)]
struct Captured {
    /// Whatever the user calls it; handed back as it was spelled.
    id: Box<RawValue>,
    scheme: SchemeName,
    secret: OneOrMany,
    headers: Headers,
    body_b64: String,
    now: i64,
    tolerance: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SchemeName {
    // One verifier knows both names of the headers.
    Standard,
    Svix,
    #[serde(rename = "standard-v1a")]
    StandardV1a,
    #[serde(rename = "github")]
    GitHub,
    Stripe,
    Slack,
    Shopify,
}

/// A scheme with its secrets.
enum Verifier {
    Standard(StandardWebhooks),
    Described(Box<SchemeVerifier>),
}

impl Verifier {
    /// None: the secrets cannot be right.
    fn new(scheme: &SchemeName, secrets: Vec<String>) -> Option<Self> {
        // A public key verifies `v1a`, and nothing of `v1`.
        let has_public_key = secrets.iter().any(|text| text.starts_with("whpk_"));
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
        let described = match scheme {
            SchemeName::Standard | SchemeName::Svix if has_public_key => return None,
            SchemeName::Standard | SchemeName::Svix => {
                return StandardWebhooks::new(&secrets).map(Self::Standard).ok();
            }
            SchemeName::StandardV1a => {
                return StandardWebhooks::v1a(&secrets).map(Self::Standard).ok();
            }
            SchemeName::GitHub => Scheme::GITHUB,
            SchemeName::Stripe => Scheme::STRIPE,
            SchemeName::Slack => Scheme::SLACK,
            SchemeName::Shopify => Scheme::SHOPIFY,
        };
        let verifier = SchemeVerifier::new(&described, &secrets).ok()?;
        Some(Self::Described(Box::new(verifier)))
    }

    fn tolerance(self, tolerance: Duration) -> Self {
        match self {
            Self::Standard(verifier) => Self::Standard(verifier.tolerance(tolerance)),
            Self::Described(verifier) => Self::Described(Box::new(verifier.tolerance(tolerance))),
        }
    }

    fn verify<'d>(
        &self,
        headers: &'d [(String, String)],
        body: &'d [u8],
        now: Timestamp,
    ) -> Result<Verified<'d>, VerifyError> {
        match self {
            Self::Standard(verifier) => verifier.verify(headers, body, now),
            Self::Described(verifier) => verifier.verify(headers, body, now),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// Name and value pairs in their order. No map, which would lose a name that is there twice, and with it the verdict.
struct Headers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of headers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, values)) = map.next_entry::<String, OneOrMany>()? {
                    pairs.extend(
                        values
                            .into_vec()
                            .into_iter()
                            .map(|value| (name.clone(), value)),
                    );
                }
                Ok(Headers(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[derive(Serialize)]
struct Answer {
    id: Option<Box<RawValue>>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

fn main() -> io::Result<ExitCode> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut exit = ExitCode::SUCCESS;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let answer = answer(&line);
        if let Some(error) = &answer.error {
            // A note that nobody reads is no reason to stop.
            _ = writeln!(io::stderr(), "line {number}: {error}");
            exit = ExitCode::FAILURE;
        }
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(exit)
}

fn answer(line: &[u8]) -> Answer {
    match read(line) {
        Ok((captured, body)) => Answer {
            id: Some(captured.id.clone()),
            verdict: verdict(captured, &body),
            error: None,
        },
        Err(error) => Answer {
            id: id_of(line),
            verdict: "invalid_input",
            error: Some(error),
        },
    }
}

fn read(line: &[u8]) -> Result<(Captured, Vec<u8>), String> {
    if !is_object(line) {
        return Err("not a JSON object".to_owned());
    }
    let captured: Captured = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let body = STANDARD
        .decode(&captured.body_b64)
        .map_err(|error| format!("`body_b64` is not base64: {error}"))?;
    Ok((captured, body))
}

fn verdict(captured: Captured, body: &[u8]) -> &'static str {
    let Some(mut verifier) = Verifier::new(&captured.scheme, captured.secret.into_vec()) else {
        return "config_error";
    };
    if let Some(seconds) = captured.tolerance {
        verifier = verifier.tolerance(Duration::from_secs(seconds));
    }
    let now = Timestamp::from_second(captured.now);
    match verifier.verify(&captured.headers.0, body, now) {
        Ok(_) => "ok",
        Err(error) => error.as_str(),
    }
}

/// The id of a line that is wrong elsewhere, so that its sender can tell which line it was.
fn id_of(line: &[u8]) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct WithId {
        id: Box<RawValue>,
    }

    if !is_object(line) {
        return None;
    }
    let with: WithId = serde_json::from_slice(line).ok()?;
    Some(with.id)
}

/// Serde would also take a list for a struct.
fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"{")
}
