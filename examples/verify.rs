//! Verifies captured deliveries: reads JSON lines, writes a verdict for each.
//!
//! A line on standard input is
//! `{"id", "scheme", "secret", "headers", "body_b64", "now", "tolerance"?}`: `secret` is a text or a list of texts,
//! `headers` maps names to a text or a list of texts (a list repeats the header), `now` and `tolerance` are seconds
//! (default: 300). The value of a header is the UTF-8 bytes of its text.
//!
//! | `scheme` | signatures | `secret` |
//! | --- | --- | --- |
//! | `standard`, `svix` | Standard Webhooks `v1`, with either set of header names | base64, with or without `whsec_` |
//! | `standard-v1a` | Standard Webhooks `v1a` (ed25519) | a public key, `whpk_…` |
//! | `github`, `stripe`, `slack`, `shopify` | the scheme of this provider | text, as its console shows it |
//!
//! The line on standard output is `{"id", "verdict"}` with the same id. The verdict is `ok`, `missing_header`,
//! `malformed_header`, `timestamp_too_old`, `timestamp_too_new`, `bad_signature`, or `config_error` if a secret is
//! missing or malformed. A malformed line gets the verdict `invalid_input` with an `error`, which is also written to
//! standard error. The exit code is 1 then; the other lines are verified nevertheless.
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
use webhook_runtime::{Scheme, Timestamp, Verifier};

/// Captured delivery.
#[derive(Deserialize)]
struct Captured {
    /// Any JSON value; returned as it was spelled.
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
    // One verifier accepts both sets of header names.
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

/// Returns `None` if a secret is missing or malformed.
fn verifier(scheme: &SchemeName, secrets: Vec<String>) -> Option<Verifier> {
    // A public key verifies `v1a` signatures only, so it is an error here.
    let has_public_key = secrets.iter().any(|text| text.starts_with("whpk_"));
    let verifier = match scheme {
        SchemeName::Standard | SchemeName::Svix if has_public_key => return None,
        SchemeName::Standard | SchemeName::Svix => Verifier::standard_webhooks(secrets),
        SchemeName::StandardV1a => Verifier::standard_webhooks_v1a(secrets),
        SchemeName::GitHub => Verifier::from_scheme(&Scheme::GITHUB, secrets),
        SchemeName::Stripe => Verifier::from_scheme(&Scheme::STRIPE, secrets),
        SchemeName::Slack => Verifier::from_scheme(&Scheme::SLACK, secrets),
        SchemeName::Shopify => Verifier::from_scheme(&Scheme::SHOPIFY, secrets),
    };
    verifier.ok()
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

/// Name and value pairs in their order. A map would lose repeated names, which change the verdict.
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
            // A closed standard error is no reason to stop.
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
    let Some(mut verifier) = verifier(&captured.scheme, captured.secret.into_vec()) else {
        return "config_error";
    };
    if let Some(seconds) = captured.tolerance {
        verifier = verifier.tolerance(Duration::from_secs(seconds));
    }
    let now = Timestamp::from_second(captured.now);
    match verifier.verify(captured.headers.0.as_slice(), body, now) {
        Ok(_) => "ok",
        Err(error) => error.as_str(),
    }
}

/// Returns the id of a malformed line, so that its author can identify it.
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

/// Serde would also deserialize a struct from a list.
fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"{")
}
