//! Bodies of the deliveries: one of Anthropic's with 290 bytes, and Wacht's `user.created` with 1 KB or more.

use std::fmt::Write as _;

pub(crate) fn session_idled() -> String {
    r#"{"id":"whe_0e927f7ff16909dea770a44231961c40","created_at":"2026-10-03T17:10:50Z","data":{"id":"sesn_012EDxgC9HgnvgQyQRUejyWU","organization_id":"org_01aCJPsf6N51CBQPBBfQSPPf","type":"session.status_idled","workspace_id":"wrkspc_01z8GT5X6MA6FkEQ1PaqxziU"},"type":"event"}"#
        .to_owned()
}

/// Returns a `user.created` of at least `size` bytes. Notes of a support desk in the public metadata fill it, because
/// applications store such data with a user. One text in four has escapes and a letter outside of ASCII.
pub(crate) fn user_created(size: usize) -> String {
    let (head, tail) = USER.split_once("@notes").unwrap_or((USER, ""));
    let mut body = head.to_owned();
    let mut number = 0;
    while body.len() + tail.len() < size {
        if number > 0 {
            body.push(',');
        }
        let text = TEXTS.get(number % TEXTS.len()).copied().unwrap_or_default();
        // Writing to a `String` cannot fail.
        let _ = write!(
            body,
            r#"{{"id":"note_{number:08}","at":"2026-10-{:02}T09:{:02}:11.204Z","author":"usr_3429621501","minutes":{},"pinned":{},"tags":["billing","call"],"text":"{text}"}}"#,
            number % 28 + 1,
            number % 60,
            number % 45,
            number % 5 == 0,
        );
        number += 1;
    }
    body + tail
}

const TEXTS: [&str; 4] = [
    "Called about the invoice of October; the second seat is to move to the studio plan from November on.",
    "No answer, will try again.",
    "Wants an export of all projects before the trial ends. Sent the link to the guide and two examples of the format.",
    "Asked for \\\"annual\\\" billing.\\nThe VAT number is that of the Zürich office.",
];

const USER: &str = r#"{"type":"user.created","timestamp":"2026-11-03T06:00:00.750Z","data":{"entity_id":34296215010334523,"entity_type":"user","id":"34296215010334523","first_name":"Mirela","last_name":"Tanaka","username":"mirela.t","profile_picture_url":"https://img.example.net/u/77.webp","schema_version":"v2","disabled":false,"second_factor_policy":"enforced","availability":"away","last_password_reset_at":"2026-08-19T22:10:05.123Z","active_organization_membership_id":"38261235303112253","active_workspace_membership_id":"31397647038713953","deployment_id":"30724688742598247","public_metadata":{"plan":"studio","notes":[@notes]},"private_metadata":{"crm_owner":"Ode"},"primary_email_address_id":"71","primary_email_address":"mirela@studio.example.net","primary_phone_number_id":"72","primary_phone_number":"+81355501234","email_addresses":[{"id":"71","email":"mirela@studio.example.net","verified":true}],"phone_numbers":[],"social_connections":[],"segments":[],"has_password":true,"has_backup_codes":true,"created_at":"2026-05-01T07:30:00.654Z"}}"#;
