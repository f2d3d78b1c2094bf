//! Stage 1: authenticate. Checks of headers, keys and body length come before the signature check, which costs more.

use bytes::Bytes;
use http::{HeaderMap, Uri};
use http_body::Body;

use crate::delivery::Timestamp;
use crate::endpoint::ingress::body;
use crate::endpoint::keys::Keys;
use crate::endpoint::state::EndpointState;
use crate::observe::{DeliveryOutcome, Report};
use crate::outcome::BoxError;
use crate::router::Router;
use crate::verify::{Proof, SignatureHeaders};

impl<R: Router> EndpointState<R> {
    pub(in crate::endpoint) fn look_up_keys(&self, uri: Option<&Uri>, headers: &HeaderMap) -> Keys {
        self.keys.look_up(uri, headers, &*self.clock)
    }

    /// Checks the length of a complete body, then the headers.
    #[inline]
    pub(super) fn check_complete<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'_, 'h>, Report> {
        if body.len() > self.body_limit {
            let read = body.len() as u64;
            return Err(self.reject(DeliveryOutcome::BodyTooLarge { read }));
        }
        self.check_headers(headers, now)
    }

    /// Checks the scheme's headers: presence, form, time.
    #[inline]
    pub(super) fn check_headers<'h>(
        &self,
        headers: &'h HeaderMap,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'_, 'h>, Report> {
        let signed = self.verifier.check_headers(headers, now);
        signed.map_err(|error| self.reject(DeliveryOutcome::Rejected(error)))
    }

    /// Checks the headers, awaits the keys, and reads the body, in this order: no source is called, and no body is kept,
    /// for a request that is rejected before.
    pub(super) async fn read<'h, B>(
        &self,
        headers: &'h HeaderMap,
        keys: &mut Keys,
        body: B,
        now: Timestamp,
    ) -> Result<(SignatureHeaders<'_, 'h>, Bytes), Report>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let signed = match self.check_headers(headers, now) {
            Ok(signed) => signed,
            Err(report) => {
                body::drain(headers, body, &self.running).await;
                return Err(report);
            }
        };
        if let Keys::Pending(pending) = keys {
            *keys = pending.await;
            if let Some(failure) = keys.failure() {
                let report = self.reject_for(keys.tenant(), failure);
                body::drain(headers, body, &self.running).await;
                return Err(report);
            }
        }
        let guard = self.observer.watch_body();
        let read = body::read(body, self.body_limit, &self.running).await;
        guard.finish();
        match read {
            Ok(body) => Ok((signed, body)),
            Err(outcome) => Err(self.reject_for(keys.tenant(), outcome)),
        }
    }

    /// Checks the signature. A signed handshake is answered here.
    pub(super) fn check_signature<'d>(
        &self,
        keys: &Keys,
        headers: &'d HeaderMap,
        signed: &mut SignatureHeaders<'_, 'd>,
        body: &'d Bytes,
    ) -> Result<Proof, Report> {
        let tenant = keys.tenant();
        let matched = keys
            .check_signature(&self.verifier, headers, signed, body)
            .map_err(|outcome| self.reject_for(tenant, outcome))?;
        let handshake = self.handshake.as_ref();
        match handshake.and_then(|handshake| handshake.answer_verified(&matched, body)) {
            Some(outcome) => Err(self.reject_for(tenant, outcome)),
            None => Ok(matched),
        }
    }
}
