//! Why the program ends without having done what it was told.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use webhook_runtime::BoxError;

use crate::text;

pub(crate) enum Failure {
    /// The command cannot be right.
    Usage(String),
    /// It went wrong.
    Failed(String),
    /// Nobody reads what is printed any more: `… | head`.
    NobodyReads,
}

impl Failure {
    /// Says what it was, and which exit code it makes.
    pub(crate) fn tell(self) -> ExitCode {
        let (message, code) = match self {
            Self::Usage(message) => (format!("{message}\n\n`inbox --help` has examples."), 2),
            Self::Failed(message) => (message, 1),
            Self::NobodyReads => return ExitCode::SUCCESS,
        };
        text::tell(&format!("error: {message}"));
        ExitCode::from(code)
    }
}

/// What the inbox says, with all its causes.
impl From<BoxError> for Failure {
    fn from(error: BoxError) -> Self {
        Self::Failed(with_causes(&*error))
    }
}

/// What standard output says.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Failed(format!("standard output cannot be written: {error}")),
        }
    }
}

pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !message.contains(&said) {
            message = format!("{message}: {said}");
        }
        cause = error.source();
    }
    message
}
