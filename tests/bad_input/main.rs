//! Known vulnerabilities of other webhook receivers, a module for each. The cases are tables of requests and statuses.
//!
//! Each case goes to all entry points of an endpoint and over a socket. No handler runs for a rejected request. The
//! rules of signatures are tested in `tests/signatures`.
//!
//! | vulnerability | tests | more tests |
//! | --- | --- | --- |
//! | a malformed header crashed the process (CVE-2023-50728) | [`headers`] | `signatures/headers.rs`, fuzz target `headers` |
//! | the header selected the hash algorithm; MACs of different lengths threw an exception or were compared up to the shorter one (CVE-2024-21491) | [`headers`] | `signatures/macs.rs`, `signatures/github.rs`, fuzz target `signatures` |
//! | with a missing or empty secret, nothing was checked (CVE-2026-41432, CVE-2026-26319) | [`secrets`] | `signatures/wrong_secrets.rs` |
//! | a boolean result was ignored | by type: only a `Verified` can be decoded | `pipeline/statuses.rs` |
//! | of duplicate keys, one parser used the first and another the last | [`keys`] | `pipeline/decoding.rs`, fuzz target `envelopes` |
//! | bodies of any length were read into memory (CVE-2024-40634) | [`bodies`] | `pipeline/entry_points.rs`, `entry_points/sockets.rs`, `memory.rs` |
//! | unexpected payloads panicked (CVE-2025-59538) | [`payloads`] | fuzz target `payloads` |
//! | secrets were in debug logs (RUSTSEC-2022-0087) | [`debug`] | `signatures/debug.rs`, `pipeline/logging.rs` |
//! | an id was claimed before the signature was checked; a claim was kept although the handler failed | ids are claimed after verification, and released if the handler fails | `idempotency/duplicates.rs` |
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
