//! A filter, as the condition of a query.

use rusqlite::types::Value;

use super::clock;
use crate::inbox::Filter;

/// Conditions that all must hold, and their values in order.
pub(super) struct Condition {
    terms: Vec<&'static str>,
    values: Vec<Value>,
}

impl Condition {
    pub(super) fn of(filter: &Filter) -> Self {
        let mut condition = Self {
            terms: Vec::new(),
            values: Vec::new(),
        };
        let rows = filter.rows.as_ref().map(|rows| format!("{rows:?}"));
        condition.and_equal("row IN (SELECT value FROM json_each(?))", rows);
        let state = filter.state.map(|state| state.as_str().to_owned());
        condition.and_equal("state = ?", state);
        condition.and_equal("endpoint = ?", filter.endpoint.clone());
        condition.and_equal("tenant = ?", filter.tenant.clone());
        condition.and_equal("delivery_id = ?", filter.delivery_id.clone());
        match filter.event_type.as_deref() {
            None | Some("*") => {}
            Some(event_type) => match event_type.strip_suffix(".*") {
                Some(family) => {
                    // `/` is what comes after `.`: an order of bytes, without patterns.
                    condition.and_equal("event_type >= ?", Some(format!("{family}.")));
                    condition.and_equal("event_type < ?", Some(format!("{family}/")));
                }
                None => condition.and_equal("event_type = ?", Some(event_type.to_owned())),
            },
        }
        condition.and_equal("put_at >= ?", filter.since.map(clock::from_system));
        condition.and_equal("put_at < ?", filter.before.map(clock::from_system));
        condition
    }

    pub(super) fn and(&mut self, term: &'static str) {
        self.terms.push(term);
    }

    pub(super) fn and_equal(&mut self, term: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.terms.push(term);
            self.values.push(value.into());
        }
    }

    /// `WHERE …`, or nothing.
    pub(super) fn to_sql(&self) -> String {
        match self.terms.as_slice() {
            [] => String::new(),
            terms => format!("WHERE {}", terms.join(" AND ")),
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter()
    }
}
