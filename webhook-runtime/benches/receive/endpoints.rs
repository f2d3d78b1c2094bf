//! This project's own doors.

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
use crate::rounds::Contestant;
use crate::wire::{Ring, Wire, ready};

/// The routers of a provider, one a contestant.
pub(crate) trait Endpoints: Provider {
    type Owned: Router + Default;
    type Borrowed: Router + Default;
    type Shipped: Router + Default;
    type NotWanted: Router + Default;

    fn handled(router: &Self::Owned) -> &Handled;
}

pub(crate) fn contestants<P: Endpoints>(wire: &Wire) -> Vec<Contestant> {
    vec![
        verify(wire),
        handle_bytes::<P::NotWanted>("unhandled", wire),
        handle_bytes::<P::Owned>("handle_bytes", wire),
        handle_bytes::<P::Borrowed>("handle_bytes_borrowed", wire),
        handle_bytes::<P::Shipped>("handle_bytes_shipped", wire),
        request_in_pieces::<P::Owned>(wire),
        handle::<P::Owned>(wire),
        tower::<P::Owned>(wire),
    ]
}

/// Handled deliveries whose body has a space after its first brace, so that the runtime finds no prefix in it.
///
/// Everything else is the same as for `handle_bytes` and `handle_bytes_borrowed`: the difference is the gain of the
/// prefix.
#[allow(clippy::unwrap_used, reason = "constant bodies")]
pub(crate) fn without_prefix<P: Endpoints>(wire: &Wire) -> Vec<Contestant> {
    let body = std::str::from_utf8(&wire.body).unwrap();
    let wire = &Wire::sign::<P>(body.replacen('{', "{ ", 1));
    vec![
        handle_bytes::<P::Owned>("without_prefix", wire),
        handle_bytes::<P::Borrowed>("without_prefix_borrowed", wire),
    ]
}

/// How many deliveries the store remembers; twice as many come before an id comes again, so that each is new. The
/// store is full then, as it is in a process that has run for long under load: what is old is forgotten meanwhile.
const REMEMBERED: usize = 1_024;

/// The same deliveries with a store and without.
pub(crate) fn with_ids<P: Endpoints>(wire: &Wire) -> Vec<Contestant> {
    let ring = Ring::of_ids::<P>(&wire.body, 2 * REMEMBERED);
    let store = MemoryStore::with_capacity(REMEMBERED);
    vec![
        next_of_ring("plain", builder(), ring.clone(), P::handled),
        next_of_ring("idempotent", builder().idempotent(store), ring, P::handled),
    ]
}

#[allow(clippy::unwrap_used, reason = "a constant secret")]
fn next_of_ring<R: Router>(
    name: &'static str,
    builder: EndpointBuilder<R>,
    mut ring: Ring,
    count: fn(&R) -> &Handled,
) -> Contestant {
    let (endpoint, mut handled) = (builder.build().unwrap(), 0);
    Contestant::new(name, move || {
        let wire = ring.next();
        let response = ready(endpoint.handle_bytes(&wire.headers, wire.body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
        // What is done is answered with 200, too.
        handled += 1;
        assert_eq!(count(endpoint.router()).get(), handled);
    })
}

#[allow(clippy::unwrap_used, reason = "a constant secret")]
fn verify(wire: &Wire) -> Contestant {
    let scheme = Verifier::standard_webhooks(&[Secret::new(TEST_SECRET)]).unwrap();
    let wire = wire.clone();
    Contestant::new("verify", move || {
        let now = SystemClock.now();
        assert!(scheme.verify(&wire.headers, &wire.body, now).is_ok());
    })
}

#[allow(clippy::unwrap_used, reason = "a constant secret")]
pub(crate) fn endpoint<R: Router + Default>() -> Endpoint<R> {
    builder().build().unwrap()
}

fn builder<R: Router + Default>() -> EndpointBuilder<R> {
    Endpoint::builder(R::default())
        .secret(TEST_SECRET)
        .body_limit(2 << 20)
}

fn handle_bytes<R: Router + Default>(name: &'static str, wire: &Wire) -> Contestant {
    let (endpoint, wire) = (endpoint::<R>(), wire.clone());
    Contestant::new(name, move || {
        let response = ready(endpoint.handle_bytes(&wire.headers, wire.body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

/// `handle_bytes` for the requests that the other doors get, which it drops as they do: headers that no delivery
/// before has touched, and memory in the same state.
fn request_in_pieces<R: Router + Default>(wire: &Wire) -> Contestant {
    let (endpoint, body) = (endpoint::<R>(), wire.body.clone());
    Contestant::consuming("request_in_pieces", requests(wire), move |request| {
        let response = ready(endpoint.handle_bytes(request.headers(), body.clone()));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

fn handle<R: Router + Default>(wire: &Wire) -> Contestant {
    let endpoint = endpoint::<R>();
    Contestant::consuming("handle", requests(wire), move |request| {
        let response = ready(endpoint.handle(request));
        assert!(response.is_some_and(|response| response.status() == StatusCode::OK));
    })
}

fn tower<R: Router + Default>(wire: &Wire) -> Contestant {
    let mut endpoint = endpoint::<R>();
    Contestant::consuming("tower", requests(wire), move |request| {
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

/// A router with one handler that counts.
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
    type NotWanted = Vaults;

    fn handled(router: &Sessions) -> &Handled {
        &router.handled
    }
}

impl Endpoints for Wacht {
    type Owned = Users;
    type Borrowed = UserRefs;
    type Shipped = ShippedUsers;
    type NotWanted = Waitlist;

    fn handled(router: &Users) -> &Handled {
        &router.handled
    }
}
