//! Entry points of this crate: `verify`, `handle_bytes`, `handle`, the `tower` service.

use http::{Request, StatusCode};
use http_body_util::Full;
use tower_service::Service as _;
use webhook_runtime::anthropic::{Anthropic, SessionStatusIdled};
use webhook_runtime::testing::TEST_SECRET;
use webhook_runtime::wacht::{UserCreated, Wacht};
use webhook_runtime::{
    Clock as _, Endpoint, EndpointBuilder, Event, MemoryStore, Provider, Router, Secret,
    SystemClock, Verifier, WebhookRouter, on,
};

use crate::by_hand::Handled;
use crate::payload::{Session, SessionRef, User, UserRef};
use crate::rounds::Candidate;
use crate::wire::{Ring, Wire, ready};

/// Routers of a provider.
pub(crate) trait Endpoints: Provider {
    /// Handles the event with a payload that owns its strings.
    type Owned: Router + Default;
    /// Handles the event with a view that borrows from the body.
    type Borrowed: Router + Default;
    /// Handles the event with the payload type of this crate.
    type Shipped: Router + Default;
    /// Has no handler for the event.
    type Unhandled: Router + Default;

    fn handled(router: &Self::Owned) -> &Handled;
}

pub(crate) fn candidates<P: Endpoints>(wire: &Wire) -> Vec<Candidate> {
    vec![
        verify(wire),
        handle_bytes::<P::Unhandled>("unhandled", wire),
        handle_bytes::<P::Owned>("handle_bytes", wire),
        handle_bytes::<P::Borrowed>("handle_bytes_borrowed", wire),
        handle_bytes::<P::Shipped>("handle_bytes_shipped", wire),
        request_in_pieces::<P::Owned>(wire),
        handle::<P::Owned>(wire),
        tower::<P::Owned>(wire),
    ]
}

/// Capacity of the store. Twice as many deliveries arrive before an id is repeated, so that each delivery is new. The
/// store is full and evicts old keys, as in a process that has been under load for long.
const STORE_CAPACITY: usize = 1_024;

/// Candidates that receive the same deliveries, without a store and with one.
pub(crate) fn with_ids<P: Endpoints>(wire: &Wire) -> Vec<Candidate> {
    let ring = Ring::with_ids::<P>(&wire.body, 2 * STORE_CAPACITY);
    let store = MemoryStore::with_capacity(STORE_CAPACITY);
    vec![
        next_of_ring("plain", builder(), ring.clone(), P::handled),
        next_of_ring("idempotent", builder().idempotent(store), ring, P::handled),
    ]
}

#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
fn next_of_ring<R: Router>(
    name: &'static str,
    builder: EndpointBuilder<R>,
    mut ring: Ring,
    count: fn(&R) -> &Handled,
) -> Candidate {
    let (endpoint, mut handled) = (builder.build().unwrap(), 0);
    Candidate::new(name, move || {
        let wire = ring.next();
        let response = ready(endpoint.handle_bytes(&wire.headers, wire.body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
        // A duplicate would be answered with 200, too.
        handled += 1;
        assert_eq!(count(endpoint.router()).get(), handled);
    })
}

#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
fn verify(wire: &Wire) -> Candidate {
    let scheme = Verifier::standard_webhooks(&[Secret::new(TEST_SECRET)]).unwrap();
    let wire = wire.clone();
    Candidate::new("verify", move || {
        let now = SystemClock.now();
        assert!(scheme.verify(&wire.headers, &wire.body, now).is_ok());
    })
}

#[allow(clippy::unwrap_used, reason = "the secret is a valid constant")]
pub(crate) fn endpoint<R: Router + Default>() -> Endpoint<R> {
    builder().build().unwrap()
}

fn builder<R: Router + Default>() -> EndpointBuilder<R> {
    Endpoint::builder(R::default())
        .secret(TEST_SECRET)
        .body_limit(2 << 20)
}

fn handle_bytes<R: Router + Default>(name: &'static str, wire: &Wire) -> Candidate {
    let (endpoint, wire) = (endpoint::<R>(), wire.clone());
    Candidate::new(name, move || {
        let response = ready(endpoint.handle_bytes(&wire.headers, wire.body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

/// `handle_bytes` with the requests of the other entry points. It drops each request as they do, so its headers are not
/// in the cache and the allocator is in the same state.
fn request_in_pieces<R: Router + Default>(wire: &Wire) -> Candidate {
    let (endpoint, body) = (endpoint::<R>(), wire.body.clone());
    Candidate::consuming("request_in_pieces", requests(wire), move |request| {
        let response = ready(endpoint.handle_bytes(request.headers(), body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

fn handle<R: Router + Default>(wire: &Wire) -> Candidate {
    let endpoint = endpoint::<R>();
    Candidate::consuming("handle", requests(wire), move |request| {
        let response = ready(endpoint.handle(request));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

fn tower<R: Router + Default>(wire: &Wire) -> Candidate {
    let mut endpoint = endpoint::<R>();
    Candidate::consuming("tower", requests(wire), move |request| {
        let response = ready(endpoint.call(request));
        assert!(response.is_some_and(|done| done.is_ok_and(|r| r.status() == StatusCode::OK)));
    })
}

fn requests(wire: &Wire) -> impl FnMut() -> Request<Full<bytes::Bytes>> + 'static {
    let wire = wire.clone();
    move || {
        let mut request = Request::new(Full::new(wire.body.clone()));
        *request.method_mut() = http::Method::POST;
        *request.headers_mut() = wire.headers.clone();
        request
    }
}

/// Declares a router with one handler, which counts.
macro_rules! router {
    ($router:ident, $handler:ident, $provider:ident, $event:literal, $payload:ty) => {
        #[on($event)]
        pub(crate) async fn $handler(event: Event<$payload>, handled: &Handled) {
            handled.count(event);
        }

        #[derive(Default, WebhookRouter)]
        #[webhook(provider = $provider, handlers($handler))]
        pub(crate) struct $router {
            #[webhook(state)]
            handled: Handled,
        }
    };
}

router!(
    Sessions,
    session,
    Anthropic,
    "session.status_idled",
    Session
);
router!(
    SessionRefs,
    session_ref,
    Anthropic,
    "session.status_idled",
    SessionRef<'_>
);
router!(
    ShippedSessions,
    shipped_session,
    Anthropic,
    "session.status_idled",
    SessionStatusIdled
);
router!(Users, user, Wacht, "user.created", User);
router!(UserRefs, user_ref, Wacht, "user.created", UserRef<'_>);
router!(
    ShippedUsers,
    shipped_user,
    Wacht,
    "user.created",
    UserCreated
);

#[on("vault.created")]
pub(crate) async fn vault_created() {}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Anthropic, handlers(vault_created))]
pub(crate) struct Vaults;

#[on("waitlist.entry.created")]
pub(crate) async fn entry_created() {}

#[derive(Default, WebhookRouter)]
#[webhook(provider = Wacht, handlers(entry_created))]
pub(crate) struct Waitlist;

impl Endpoints for Anthropic {
    type Owned = Sessions;
    type Borrowed = SessionRefs;
    type Shipped = ShippedSessions;
    type Unhandled = Vaults;

    fn handled(router: &Sessions) -> &Handled {
        &router.handled
    }
}

impl Endpoints for Wacht {
    type Owned = Users;
    type Borrowed = UserRefs;
    type Shipped = ShippedUsers;
    type Unhandled = Waitlist;

    fn handled(router: &Users) -> &Handled {
        &router.handled
    }
}
