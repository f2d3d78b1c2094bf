//! Conversion of a [`Filter`] to the condition of a query.

use rusqlite::types::Value;

use super::clock;
use crate::inbox::Filter;

/// Conditions joined by `AND`, and their parameters in order.
pub(super) struct Condition {
    terms: Vec<&'static str>,
    parameters: Vec<Value>,
}

impl Condition {
    pub(super) fn new(filter: &Filter) -> Self {
        let mut condition = Self {
            terms: Vec::new(),
            parameters: Vec::new(),
        };
        let ids = filter.rows.as_ref().map(|ids| format!("{ids:?}"));
        condition.and_with("id IN (SELECT value FROM json_each(?))", ids);
        let state = filter.state.map(|state| state.as_str().to_owned());
        condition.and_with("state = ?", state);
        condition.and_with("endpoint = ?", filter.endpoint.clone());
        condition.and_with("tenant = ?", filter.tenant.clone());
        condition.and_with("delivery_id = ?", filter.delivery_id.clone());
        match filter.event_type.as_deref() {
            None | Some("*") => {}
            Some(event_type) => match event_type.strip_suffix(".*") {
                Some(family) => {
                    // `/` follows `.` in byte order, so this is a prefix match without wildcards.
                    condition.and_with("event_type >= ?", Some(format!("{family}.")));
                    condition.and_with("event_type < ?", Some(format!("{family}/")));
                }
                None => condition.and_with("event_type = ?", Some(event_type.to_owned())),
            },
        }
        let since = filter.since.map(clock::from_system_time);
        condition.and_with("enqueued_at >= ?", since);
        let before = filter.before.map(clock::from_system_time);
        condition.and_with("enqueued_at < ?", before);
        condition
    }

    /// Adds a term without a parameter.
    pub(super) fn and(&mut self, term: &'static str) {
        self.terms.push(term);
    }

    /// Adds a term with its parameter, unless that is `None`.
    pub(super) fn and_with(&mut self, term: &'static str, parameter: Option<impl Into<Value>>) {
        if let Some(parameter) = parameter {
            self.terms.push(term);
            self.parameters.push(parameter.into());
        }
    }

    /// Returns `WHERE …`, or an empty text without terms.
    pub(super) fn to_sql(&self) -> String {
        match self.terms.as_slice() {
            [] => String::new(),
            terms => format!("WHERE {}", terms.join(" AND ")),
        }
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.parameters.iter()
    }
}
