//! Checks of a request's method and declared length, before anything is read or computed.

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use http_body::Body;

use super::Handshake;
use crate::observe::DeliveryOutcome;

/// Rejects a request by its method and the length of its body.
pub(in crate::endpoint) fn check_head<B: Body>(
    method: &Method,
    headers: &HeaderMap,
    body: &B,
    body_limit: usize,
    handshake: Option<&Handshake>,
) -> Result<(), DeliveryOutcome> {
    if method != Method::POST {
        return Err(DeliveryOutcome::MethodNotAllowed {
            allow: allowed_methods(handshake),
        });
    }
    let limit = body_limit as u64;
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limit) || body.size_hint().lower() > limit {
        return Err(DeliveryOutcome::BodyTooLarge { read: 0 });
    }
    Ok(())
}

/// Returns the handshake if it answers requests with this method.
pub(in crate::endpoint) fn get_handshake<'h>(
    method: &Method,
    handshake: Option<&'h Handshake>,
) -> Option<&'h Handshake> {
    let handshake = handshake?;
    (method == Method::GET && handshake.takes_get()).then_some(handshake)
}

/// Value of the header `Allow`.
fn allowed_methods(handshake: Option<&Handshake>) -> &'static str {
    match handshake.is_some_and(Handshake::takes_get) {
        true => "GET, POST",
        false => "POST",
    }
}
