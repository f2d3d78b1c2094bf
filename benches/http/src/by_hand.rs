//! A receiver by hand, but for its handlers: as an engineer writes it who knows what costs, with plain crates.

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

/// The largest body.
const LIMIT: usize = 1 << 20;
/// How far a timestamp may be off, in seconds.
const TOLERANCE: u64 = 300;

/// A signing secret, with its key set up.
#[derive(Clone, Debug)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// The key of the secret in this variable of the environment.
    ///
    /// # Errors
    ///
    /// There is none, or it is not base64.
    pub fn from_env(variable: &str) -> Result<Self, BoxError> {
        let secret = std::env::var(variable)?;
        let bare = STANDARD.decode(secret.trim_start_matches("whsec_"))?;
        Ok(Self(Hmac::new_from_slice(&bare)?))
    }

    /// The headers and the body of a request whose signature is right.
    ///
    /// # Errors
    ///
    /// The status of the refusal.
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
    // `decode_slice` asks for room for its estimate of 33 bytes.
    let mut room = [0; 33];
    let length = STANDARD.decode_slice(encoded, &mut room).ok()?;
    room.get(..length)?.try_into().ok()
}

/// The text of a body.
///
/// # Errors
///
/// It is not UTF-8, so it is no JSON.
pub fn text(body: &[u8]) -> Result<&str, StatusCode> {
    str::from_utf8(body).map_err(|_| StatusCode::BAD_REQUEST)
}
