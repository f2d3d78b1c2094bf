//! Failures of the program, and their exit codes.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use webhook_runtime::BoxError;

use crate::text;

pub(crate) enum Failure {
    /// The command line is invalid.
    Usage(String),
    /// The command failed.
    Failed(String),
    /// Standard output is closed, as in `… | head`. Not reported as an error.
    OutputClosed,
}

impl Failure {
    /// Prints the message to standard error, and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (message, code) = match self {
            Self::Usage(message) => (format!("{message}\n\nsee `inbox --help` for examples"), 2),
            Self::Failed(message) => (message, 1),
            Self::OutputClosed => return ExitCode::SUCCESS,
        };
        text::print_error(&format!("error: {message}"));
        ExitCode::from(code)
    }
}

/// An error of the inbox, with its causes.
impl From<BoxError> for Failure {
    fn from(error: BoxError) -> Self {
        Self::Failed(with_causes(&*error))
    }
}

/// An error of standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Failed(format!("cannot write to standard output: {error}")),
        }
    }
}

/// Joins an error and its causes, without causes that the message already contains.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}
