//! The parts of a built endpoint, which all its clones share.

use crate::delivery::Clock;
use crate::endpoint::ingress::Handshake;
use crate::endpoint::keys::KeySource;
use crate::endpoint::modes::Mode;
use crate::endpoint::running::Running;
use crate::endpoint_names::ReservedName;
use crate::observe::Observer;
use crate::profile::Profile;
use crate::verify::SignatureVerifier;

/// The parts of a built endpoint.
pub(super) struct EndpointState<R> {
    pub(super) router: R,
    /// Verifies with the keys that the endpoint was built with.
    pub(super) verifier: SignatureVerifier,
    pub(super) keys: KeySource,
    pub(super) handshake: Option<Handshake>,
    pub(super) profile: &'static Profile,
    pub(super) body_limit: usize,
    pub(super) clock: Box<dyn Clock>,
    pub(super) observer: Observer,
    pub(super) running: Running,
    /// `None`: the plain mode, in which handlers are called directly.
    pub(super) mode: Option<Mode>,
    /// Keeps the endpoint's name reserved on its store or inbox.
    pub(super) _name: Option<ReservedName>,
}
