//! Endpoints without a usable secret: `build` fails.

use webhook_runtime::openai::{BatchFailed, OpenAi};
use webhook_runtime::{
    BuildError, Endpoint, Event, Outcome, WebhookRouter, on, secret::SecretError,
};

/// Router for endpoints that are built but receive nothing.
#[derive(WebhookRouter)]
#[webhook(provider = OpenAi, handlers(failed))]
pub(crate) struct App;

#[on("batch.failed")]
async fn failed(_event: Event<BatchFailed>) -> Outcome {
    Outcome::Done
}

#[test]
fn endpoint_without_a_usable_secret_does_not_build() {
    let build_error = |source| BuildError::Secret {
        provider: "openai",
        source,
    };
    let built = Endpoint::builder(App).build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::Missing));
    let built = Endpoint::builder(App).secret("").build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::Empty));
    let built = Endpoint::builder(App).secret("whsec_").build();
    assert_eq!(built.unwrap_err(), build_error(SecretError::PrefixAlone));
    let built = Endpoint::builder(App).secrets(["raw", ""]).build();
    let source = Box::new(SecretError::Empty);
    assert_eq!(
        built.unwrap_err(),
        build_error(SecretError::Numbered { number: 2, source })
    );
    assert!(Endpoint::builder(App).secret("raw").build().is_ok());
}
