//! Standard output: text for people, or JSON documents for programs.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};

use serde::Serialize;

use crate::failure::Failure;
use crate::text;

pub(crate) struct Output {
    stdout: BufWriter<Stdout>,
    /// Whether `--json` was given.
    pub(crate) is_json: bool,
    /// Whether standard output is a terminal.
    pub(crate) is_terminal: bool,
}

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self {
            is_terminal: io::stdout().is_terminal(),
            stdout: BufWriter::new(io::stdout()),
            is_json,
        }
    }

    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stdout, "{}", line.trim_end())
    }

    pub(crate) fn document(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string(document);
        let json = json.map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(self.line(&text::escape_json(&json))?)
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}
