//! The schema's name, and the names derived from it.

use super::error::PostgresError;

/// Maximum length of a schema's name in bytes. Identifiers have at most 63 bytes, and the notification channel is named
/// after the schema.
const MAX_NAME: usize = 50;

/// Name of a schema.
pub(super) struct SchemaName {
    pub(super) name: String,
    quoted: String,
}

impl SchemaName {
    pub(super) fn new(name: &str) -> Result<Self, PostgresError> {
        if name.is_empty() || name.len() > MAX_NAME || name.contains('\0') {
            return Err(PostgresError::SchemaName(name.to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            quoted: format!("\"{}\"", name.replace('"', "\"\"")),
        })
    }

    /// Replaces `{schema}` by the quoted name.
    pub(super) fn sql(&self, template: &str) -> String {
        template.replace("{schema}", &self.quoted)
    }

    /// Name of the notification channel.
    pub(super) fn channel(&self) -> String {
        format!("{}.inbox", self.name)
    }

    /// Name of the notification channel as a quoted identifier.
    pub(super) fn quoted_channel(&self) -> String {
        format!("\"{}\"", self.channel().replace('"', "\"\""))
    }
}
