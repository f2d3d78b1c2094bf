//! Errors of the server, without the values of any entry.

use std::fmt;
use std::time::Duration;

/// Error of a Redis server. Contains no key and no value.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RedisError {
    /// The URL cannot be parsed.
    #[error("invalid Redis URL: use `redis://user:password@host:6379/0` or `redis+unix:///path`")]
    Url(#[source] redis::RedisError),
    /// The server did not answer within this time. The step may still take effect.
    #[error(
        "no answer from Redis within {0:?}: the server is unreachable, overloaded or blocked by a slow script"
    )]
    Timeout(Duration),
    /// The server rejected a step.
    #[error("Redis rejected a script: {message} ({code})")]
    Server {
        /// Code of the error, such as `OOM` or `READONLY`.
        code: String,
        /// Message of the server.
        message: String,
    },
    /// The connection cannot be opened, or broke.
    #[error("the connection to Redis failed")]
    Connection(#[source] redis::RedisError),
    /// An entry was changed by hand and cannot be decoded.
    #[error("invalid {0} in an entry: it was not written by webhook-runtime")]
    Malformed(&'static str),
}

/// Shows the message, because `fn main() -> Result<…>` prints errors by `Debug`.
impl fmt::Debug for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl RedisError {
    /// Converts an error of a step with this time limit.
    pub(super) fn from_driver(error: redis::RedisError, timeout: Duration) -> Self {
        if error.is_timeout() {
            return Self::Timeout(timeout);
        }
        match error.code() {
            Some(code) => Self::Server {
                code: code.to_owned(),
                message: error.detail().unwrap_or("no details").to_owned(),
            },
            None => Self::Connection(error),
        }
    }
}
