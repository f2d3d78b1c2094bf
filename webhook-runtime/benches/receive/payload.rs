//! Payload types of the endpoints and of the hand-written receivers, owned and borrowed. Both sides use the same types,
//! so that a ratio compares the work around the payload.

use std::borrow::Cow;

use serde::Deserialize;
use webhook_runtime::Payload;
use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::wacht::Wacht;

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.status_idled"))]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct Session {
    id: String,
    organization_id: String,
    workspace_id: String,
}

#[derive(Deserialize, Payload)]
#[payload(provider = Anthropic, events("session.status_idled"))]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct SessionRef<'a> {
    id: &'a str,
    organization_id: &'a str,
    workspace_id: &'a str,
}

#[derive(Deserialize, Payload)]
#[payload(provider = Wacht, events("user.created"))]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct User {
    entity_id: u64,
    entity_type: String,
    id: String,
    first_name: String,
    last_name: String,
    username: Option<String>,
    profile_picture_url: String,
    schema_version: String,
    disabled: bool,
    second_factor_policy: String,
    availability: String,
    last_password_reset_at: Option<String>,
    deployment_id: String,
    public_metadata: Metadata,
    primary_email_address: Option<String>,
    primary_phone_number: Option<String>,
    email_addresses: Vec<Email>,
    has_password: bool,
    has_backup_codes: bool,
    created_at: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct Metadata {
    plan: String,
    notes: Vec<Note>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct Note {
    id: String,
    at: String,
    author: String,
    minutes: u32,
    pinned: bool,
    tags: Vec<String>,
    text: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct Email {
    id: String,
    email: String,
    verified: bool,
}

#[derive(Deserialize, Payload)]
#[payload(provider = Wacht, events("user.created"))]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct UserRef<'a> {
    entity_id: u64,
    entity_type: &'a str,
    id: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    username: Option<&'a str>,
    profile_picture_url: &'a str,
    schema_version: &'a str,
    disabled: bool,
    second_factor_policy: &'a str,
    availability: &'a str,
    last_password_reset_at: Option<&'a str>,
    deployment_id: &'a str,
    #[serde(borrow)]
    public_metadata: MetadataRef<'a>,
    primary_email_address: Option<&'a str>,
    primary_phone_number: Option<&'a str>,
    #[serde(borrow)]
    email_addresses: Vec<EmailRef<'a>>,
    has_password: bool,
    has_backup_codes: bool,
    created_at: Option<&'a str>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct MetadataRef<'a> {
    plan: &'a str,
    #[serde(borrow)]
    notes: Vec<NoteRef<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct NoteRef<'a> {
    id: &'a str,
    at: &'a str,
    author: &'a str,
    minutes: u32,
    pinned: bool,
    tags: Vec<&'a str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "the handlers only count")]
pub(crate) struct EmailRef<'a> {
    id: &'a str,
    email: &'a str,
    verified: bool,
}
