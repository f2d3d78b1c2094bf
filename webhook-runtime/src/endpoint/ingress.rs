//! The request as it arrives: method, length, URI, tenant, handshake, body. The stage `authenticate` calls these modules.

pub(super) mod body;
mod handshake;
mod head;
mod tenancy;
mod uri;

pub use self::handshake::Handshake;
pub(super) use self::head::{check_head, get_handshake};
pub(super) use self::tenancy::{Tenancy, TenantLocation};
