//! Builds endpoints from the secrets in the environment, and mounts them.

use std::fmt;

use axum::http::StatusCode;
use axum::routing::get;
use webhook_runtime::{Endpoint, Provider, Router, Secret, secret::SecretError};

use crate::drains::Drains;

/// The mounted endpoints, and the errors of those that could not be built.
#[derive(Default)]
pub(crate) struct Mounts {
    web: axum::Router,
    drains: Drains,
    errors: Vec<String>,
}

/// Number of consecutive failures from which `/health` reports 503.
const FAILING: u64 = 3;

/// Errors of invalid secrets, one a line.
#[derive(Debug)]
pub(crate) struct MountError(Vec<String>);

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\nerror: "))
    }
}

impl std::error::Error for MountError {}

impl Mounts {
    /// Mounts a router at `/webhooks/<provider>`, with the secret of the first variable that is set, and its health at
    /// `/health/<provider>`.
    pub(crate) fn add<R: Router>(&mut self, router: R, variables: &[&str]) {
        let provider = R::Provider::PROFILE.name();
        let found = variables
            .iter()
            .map(|variable| (variable, Secret::from_env(variable)))
            .find(|(_, secret)| !matches!(secret, Err(SecretError::NotSet { .. })));
        let Some((variable, secret)) = found else {
            let variables = variables.join(" or ");
            eprintln!("{provider}: not mounted; set {variables} to its signing secret");
            return;
        };
        let built = match secret {
            Ok(secret) => Endpoint::builder(router)
                .secret(secret)
                .build()
                .map_err(|error| format!("{variable}: {error}")),
            Err(error) => Err(error.to_string()),
        };
        match built {
            Ok(endpoint) => {
                self.drains.add(endpoint.clone());
                let observed = endpoint.clone();
                let web = std::mem::take(&mut self.web);
                self.web = web
                    .route_service(&format!("/webhooks/{provider}"), endpoint)
                    .route(
                        &format!("/health/{provider}"),
                        get(async move || health(&observed)),
                    );
            }
            Err(error) => self.errors.push(error),
        }
    }

    /// Returns the web routes and the endpoints to shut down.
    ///
    /// # Errors
    /// If a secret is invalid.
    pub(crate) fn finish(self) -> Result<(axum::Router, Drains), MountError> {
        if self.errors.is_empty() {
            Ok((self.web, self.drains))
        } else {
            Err(MountError(self.errors))
        }
    }
}

/// Health for a monitor: the status is 503 if the endpoint is failing; the text has the details.
fn health<R: Router>(endpoint: &Endpoint<R>) -> (StatusCode, String) {
    let health = endpoint.health();
    let status = match health.is_failing(FAILING) {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::OK,
    };
    (status, format!("{health}\n"))
}
