//! What went wrong in other receivers of webhooks, a module for each line, as a table: what is sent, and what it gets.
//!
//! Every row goes through all doors of an endpoint and over a socket, and no handler runs for any of them. The rules one
//! by one, with every corner of the signatures, are in `tests/signatures`.
//!
//! | what went wrong elsewhere | here | more |
//! | --- | --- | --- |
//! | a malformed header crashed the process (CVE-2023-50728) | [`headers`] | `signatures/headers.rs`, fuzz target `headers` |
//! | the hash algorithm was taken from the header; MACs of unequal length threw; `zip` compares (CVE-2024-21491) | [`headers`] | `signatures/macs.rs`, `signatures/github.rs`, fuzz target `signatures` |
//! | an absent or empty secret meant "no check" (CVE-2026-41432, CVE-2026-26319) | [`secrets`] | `signatures/wrong_secrets.rs` |
//! | a boolean verdict was ignored | `Verified`: decoding takes nothing else | `pipeline/statuses.rs` |
//! | duplicate keys: one parser took the first, another the last | [`keys`] | `pipeline/decoding.rs`, fuzz target `envelopes` |
//! | an unbounded body (CVE-2024-40634) | [`bodies`] | `pipeline/entry_points.rs`, `doors/sockets.rs`, `memory.rs` |
//! | odd payload shapes panicked (CVE-2025-59538) | [`payloads`] | fuzz target `payloads` |
//! | secrets in debug logs (RUSTSEC-2022-0087) | [`debug`] | `signatures/debug.rs`, `pipeline/logging.rs` |
//! | an id was claimed before the signature was checked; a claim was kept although the handler failed | nothing is claimed before it is verified, and failures are given back | `idempotency/duplicates.rs` |
//! | the URL was rebuilt from `Host` or `X-Forwarded-*` (CVE-2026-28465) | [`addresses`] | `signatures/headers.rs`, `signatures/descriptions.rs` |

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod addresses;
mod bodies;
mod debug;
mod headers;
mod keys;
mod payloads;
mod receiver;
mod secrets;

use webhook_test_support::process;
