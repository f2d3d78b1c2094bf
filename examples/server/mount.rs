//! From secrets in the environment to mounted endpoints.

use std::fmt;

use axum::http::StatusCode;
use axum::routing::get;
use webhook_runtime::{Endpoint, Provider, Router, Secret, secret::SecretError};

use crate::drains::Drains;

/// The endpoints so far, and what stood in the way of others.
#[derive(Default)]
pub(crate) struct Mounts {
    web: axum::Router,
    drains: Drains,
    errors: Vec<String>,
}

/// How many failures in a row are worth waking somebody up for.
const FAILING: u64 = 3;

/// Secrets that cannot be right, a line each.
#[derive(Debug)]
pub(crate) struct MountError(Vec<String>);

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\nerror: "))
    }
}

impl std::error::Error for MountError {}

impl Mounts {
    /// Mounts a router at `/webhooks/<provider>`, with the secret of the first variable that is set, and how it fares at
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
                let asked = endpoint.clone();
                let web = std::mem::take(&mut self.web);
                self.web = web
                    .route_service(&format!("/webhooks/{provider}"), endpoint)
                    .route(
                        &format!("/health/{provider}"),
                        get(async move || health(&asked)),
                    );
            }
            Err(error) => self.errors.push(error),
        }
    }

    /// All of them, unless a secret cannot be right.
    pub(crate) fn finish(self) -> Result<(axum::Router, Drains), MountError> {
        if self.errors.is_empty() {
            Ok((self.web, self.drains))
        } else {
            Err(MountError(self.errors))
        }
    }
}

/// For a monitor: the status says whether somebody has to look, the text what is wrong.
fn health<R: Router>(endpoint: &Endpoint<R>) -> (StatusCode, String) {
    let health = endpoint.health();
    let status = match health.is_failing(FAILING) {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::OK,
    };
    (status, format!("{health}\n"))
}
