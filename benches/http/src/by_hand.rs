//! Hand-written receiver without its handlers: reads the body and verifies with as little work as possible.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use webhook_runtime::BoxError;

/// Maximum size of a body, in bytes.
const LIMIT: usize = 1 << 20;
/// Maximum difference between the timestamp and the clock, in seconds.
const TOLERANCE: u64 = 300;

/// Signing secret, as a MAC with a prepared key.
#[derive(Clone, Debug)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Reads the secret from an environment variable.
    ///
    /// # Errors
    ///
    /// The variable is not set, or its value is not base64.
    pub fn from_env(variable: &str) -> Result<Self, BoxError> {
        let secret = std::env::var(variable)?;
        let bare = STANDARD.decode(secret.trim_start_matches("whsec_"))?;
        Ok(Self(Hmac::new_from_slice(&bare)?))
    }

    /// Returns the headers and the body of an authentic request.
    ///
    /// # Errors
    ///
    /// Status of the response if the body is too large or the request is not authentic.
    pub async fn receive(&self, request: Request) -> Result<(HeaderMap, Bytes), StatusCode> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LIMIT)
            .await
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        self.verify(&parts.headers, &body)
            .ok_or(StatusCode::UNAUTHORIZED)?;
        Ok((parts.headers, body))
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Option<()> {
        let id = headers.get("webhook-id")?.as_bytes();
        let timestamp = headers.get("webhook-timestamp")?.as_bytes();
        let signatures = headers.get("webhook-signature")?.as_bytes();
        let second: u64 = str::from_utf8(timestamp).ok()?.parse().ok()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        if second.abs_diff(now) > TOLERANCE {
            return None;
        }
        let mut mac = self.0.clone();
        for part in [id, b".", timestamp, b".", body] {
            mac.update(part);
        }
        let expected = mac.finalize();
        signatures
            .split(|byte| *byte == b' ')
            .filter_map(|item| decode(item.strip_prefix(b"v1,")?))
            .any(|bytes| expected == CtOutput::new(bytes.into()))
            .then_some(())
    }
}

fn decode(encoded: &[u8]) -> Option<[u8; 32]> {
    // `decode_slice` requires a buffer of its estimate, which is 33 bytes.
    let mut buffer = [0; 33];
    let length = STANDARD.decode_slice(encoded, &mut buffer).ok()?;
    buffer.get(..length)?.try_into().ok()
}

/// Returns the body as text.
///
/// # Errors
///
/// Status 400 if the body is not UTF-8, and so not JSON.
pub fn text(body: &[u8]) -> Result<&str, StatusCode> {
    str::from_utf8(body).map_err(|_| StatusCode::BAD_REQUEST)
}
