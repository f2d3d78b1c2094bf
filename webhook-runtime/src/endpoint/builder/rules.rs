//! Rules that `build` checks: every option has an effect, and the endpoint can work.

use std::time::Duration;

use super::EndpointBuilder;
use super::error::BuildError;
use super::settings::ModeSettings;
use crate::handler::HandlerInfo;
use crate::observe::log;
use crate::provider::Provider;
use crate::retry::Retry;
use crate::router::Router;

impl<R: Router> EndpointBuilder<R> {
    /// Checks the rules for the settings.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        let provider = R::Provider::PROFILE.name;
        if self.keys.source.is_some() && !self.secrets.is_empty() {
            return Err(BuildError::SecretsAndSource { provider });
        }
        if let (None, Some(option)) = (&self.keys.source, self.keys.option()) {
            return Err(BuildError::NoSource { provider, option });
        }
        if self.limits.concurrency_limit == Some(0) {
            return Err(BuildError::NoConcurrency { provider });
        }
        if self.limits.queue_timeout.is_some() && self.limits.concurrency_limit.is_none() {
            return Err(BuildError::NoConcurrencyLimit { provider });
        }
        if self.limits.on_handler_timeout.is_some() && self.limits.handler_timeout.is_none() {
            return Err(BuildError::NoHandlerTimeout { provider });
        }
        if let (true, Some(option)) = (self.mode.inbox.is_some(), self.limits.slot_option()) {
            return Err(BuildError::SlotsWithInbox { provider, option });
        }
        if let (true, Some(option)) = (R::HANDLERS.is_empty(), self.mode.mode_option()) {
            return Err(BuildError::NoHandlers { provider, option });
        }
        check_mode(provider, &self.mode)?;
        R::HANDLERS
            .iter()
            .try_for_each(|handler| check_handler(provider, &self.mode, handler))
    }
}

fn check_mode(provider: &'static str, mode: &ModeSettings) -> Result<(), BuildError> {
    let (has_store, has_inbox) = (mode.store.is_some(), mode.inbox.is_some());
    let has_queue = mode.queue.is_some();
    if [has_store, has_inbox, has_queue]
        .iter()
        .filter(|has| **has)
        .count()
        > 1
    {
        return Err(BuildError::SeveralModes { provider });
    }
    if let (false, Some(option)) = (has_inbox, mode.inbox_option()) {
        return Err(BuildError::NoInbox { provider, option });
    }
    let no_store = |option, missing| BuildError::NoStore {
        provider,
        option,
        missing,
    };
    if mode.lease.is_some() && !has_store && !has_inbox {
        return Err(no_store("lease", "store and no inbox"));
    }
    if mode.timeout.is_some() && !has_store && !has_inbox && !has_queue {
        return Err(no_store("store_timeout", "store, inbox or queue"));
    }
    if mode.lease.as_ref().is_some_and(Duration::is_zero) {
        return Err(BuildError::NoLease { provider });
    }
    Ok(())
}

/// Checks a handler against the mode. An option that only has no effect is a warning, because a handler may be listed by
/// several routers.
fn check_handler(
    provider: &'static str,
    mode: &ModeSettings,
    handler: &HandlerInfo,
) -> Result<(), BuildError> {
    if let Some(argument) = handler.requires() {
        let effects = mode.inbox.as_ref().map(|inbox| inbox.effects());
        let provided = match &effects {
            Some(Some(effects)) => Ok(effects.kind()),
            Some(None) => Err("this inbox"),
            None => Err("an endpoint without an inbox"),
        };
        let inbox = match provided {
            Ok(kind) if kind == argument => return Ok(()),
            Ok(_) => "this inbox",
            Err(inbox) => inbox,
        };
        return Err(BuildError::NoTransaction {
            provider,
            handler: handler.name(),
            argument,
            inbox,
        });
    }
    if mode.inbox.is_none() && handler.retry() != Retry::new() {
        log::option_without_effect(provider, handler.name(), "retry");
    }
    if mode.inbox.is_none() && mode.queue.is_none() && handler.ordered_by().is_some() {
        // A queue receives the ordering key, so the option has an effect there.
        log::option_without_effect(provider, handler.name(), "ordered_by");
    }
    Ok(())
}
