//! The connection, which reconnects after it broke.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, ScriptInvocation};

use super::error::RedisError;

/// Time limits of a new connection and of an answer. Together they are shorter than an endpoint's default
/// `store_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The one connection of a store, opened on first use.
pub(super) struct Connection {
    client: Client,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    manager: Option<ConnectionManager>,
    /// Number of earlier connections.
    generation: u64,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            current: Mutex::default(),
        }
    }

    /// Runs a script.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        call: &ScriptInvocation<'_>,
    ) -> Result<T, RedisError> {
        let (mut manager, generation) = self.manager()?;
        let mut result = call.invoke_async(&mut manager).await;
        if result
            .as_ref()
            .is_err_and(redis::RedisError::is_connection_dropped)
        {
            // The server was restarted, or closed an idle connection. Each step may run twice. At worst, a claim that was
            // made although its answer was lost is in progress until its lease ends.
            result = call.invoke_async(&mut manager).await;
        }
        if result.as_ref().is_err_and(redis::RedisError::is_timeout) {
            // The network may drop all packets of this connection: the next call opens a new one.
            self.discard(generation);
        }
        result.map_err(|error| RedisError::from_driver(error, CONNECT_TIMEOUT + RESPONSE_TIMEOUT))
    }

    fn manager(&self) -> Result<(ConnectionManager, u64), RedisError> {
        let mut current = self.current();
        let manager = match &current.manager {
            Some(manager) => manager.clone(),
            None => {
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(0)
                    .set_connection_timeout(Some(CONNECT_TIMEOUT))
                    .set_response_timeout(Some(RESPONSE_TIMEOUT));
                let manager = ConnectionManager::new_lazy_with_config(self.client.clone(), config)
                    .map_err(RedisError::Connection)?;
                current.manager.insert(manager).clone()
            }
        };
        Ok((manager, current.generation))
    }

    /// Discards the connection, unless it was replaced already.
    fn discard(&self, generation: u64) {
        let mut current = self.current();
        if current.generation == generation {
            current.manager = None;
            current.generation += 1;
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // No code panics while it holds the lock, so the state is consistent.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
