//! What can be refused before the MAC: by method, length and headers, and while the body is read.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use http_body::Body;

use super::keys::Keys;
use super::{DeliveryOutcome, Endpoint, Handshake, Inner, Report, body};
use crate::delivery::Timestamp;
use crate::outcome::BoxError;
use crate::router::Router;
use crate::verify::SignatureHeaders;

impl<R: Router> Endpoint<R> {
    /// What can be refused without a look at a body that is there.
    #[inline]
    pub(super) fn check_whole<'h>(
        &self,
        headers: &'h HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'_, 'h>, Report> {
        if body.len() > self.inner.body_limit {
            let read = body.len() as u64;
            return Err(self.refuse(DeliveryOutcome::BodyTooLarge { read }));
        }
        self.check_headers(headers, now)
    }

    /// What can be refused by method and length, before anything is read.
    pub(super) fn check_length<B: Body>(
        &self,
        method: &Method,
        headers: &HeaderMap,
        body: &B,
    ) -> Result<(), DeliveryOutcome> {
        if method != Method::POST {
            return Err(DeliveryOutcome::MethodNotAllowed {
                allow: self.allow(),
            });
        }
        let limit = self.inner.body_limit as u64;
        let declared = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit) || body.size_hint().lower() > limit {
            return Err(DeliveryOutcome::BodyTooLarge { read: 0 });
        }
        Ok(())
    }

    #[inline]
    pub(super) fn check_headers<'h>(
        &self,
        headers: &'h HeaderMap,
        now: Timestamp,
    ) -> Result<SignatureHeaders<'_, 'h>, Report> {
        let signed = self.inner.scheme.check_headers(headers, now);
        signed.map_err(|error| self.refuse(DeliveryOutcome::Rejected(error)))
    }

    /// The handshake that answers requests with this method.
    pub(super) fn handshake_of(&self, method: &Method) -> Option<&Handshake> {
        let handshake = self.inner.handshake.as_ref()?;
        (method == Method::GET && handshake.takes_get()).then_some(handshake)
    }

    /// The methods that this endpoint takes.
    pub(super) fn allow(&self) -> &'static str {
        let handshake = self.inner.handshake.as_ref();
        match handshake.is_some_and(Handshake::takes_get) {
            true => "GET, POST",
            false => "POST",
        }
    }

    /// What the headers say, and the body, unless it is refused before. The keys become known.
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
        let Inner {
            body_limit,
            observer,
            running,
            ..
        } = &*self.inner;
        let signed = match self.check_headers(headers, now) {
            Ok(signed) => signed,
            Err(report) => {
                body::drain(headers, body, running).await;
                return Err(report);
            }
        };
        if let Keys::Asked(asking) = keys {
            *keys = asking.await;
            if let Some(failure) = keys.failure() {
                let report = self.refuse_for(keys.tenant(), failure);
                body::drain(headers, body, running).await;
                return Err(report);
            }
        }
        let arriving = observer.watch_body();
        let read = body::read(body, *body_limit, running).await;
        arriving.finish();
        match read {
            Ok(body) => Ok((signed, body)),
            Err(refusal) => Err(self.refuse_for(keys.tenant(), refusal)),
        }
    }
}
