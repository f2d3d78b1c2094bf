//! Guide: a chapter for each task. All programs in it are compiled as tests.
//!
//! | chapter | contents |
//! | --- | --- |
//! | [handlers] | events, arguments, an argument of your own, return values, routers |
//! | [views] | payloads of your own, borrowed from the body |
//! | [providers_and_signatures] | shipped providers, a provider of your own, schemes, secrets, handshakes |
//! | [idempotency] | each delivery once: stores, leases, queues |
//! | [inbox_and_transactions] | stored before it is answered: retries, dead letters, order, exactly-once effects |
//! | [tenants] | one endpoint for many customers |
//! | [mounting] | web frameworks, extractors, proxies |
//! | [testing] | samples, a driver, a signer |
//! | [operating] | outcomes, log, metrics, health, limits, shutdown |
//! | [stability] | versions, Rust versions, rolling deploys |

/// Adds a chapter.
///
/// In its file, links to other chapters are relative paths, for readers on GitHub. The definitions in front of the file
/// take precedence, so that rustdoc links to the modules.
macro_rules! chapter {
    ($name:ident, $file:literal) => {
        chapter!($name, $file, requires all());
    };
    ($name:ident, $file:literal, requires $features:meta) => {
        #[doc = "[handlers]: crate::guide::handlers"]
        #[doc = "[views]: crate::guide::views"]
        #[doc = "[providers_and_signatures]: crate::guide::providers_and_signatures"]
        #[doc = "[inbox_and_transactions]: crate::guide::inbox_and_transactions"]
        #[doc = "[tenants]: crate::guide::tenants"]
        #[doc = "[testing]: crate::guide::testing"]
        #[doc = ""]
        #[cfg_attr($features, doc = include_str!($file))]
        #[cfg_attr(not($features), doc = "This chapter needs features that are off: its programs use them.")]
        pub mod $name {}
    };
}

chapter!(handlers, "guide/handlers.md");
chapter!(views, "guide/views.md");
chapter!(
    providers_and_signatures,
    "guide/providers_and_signatures.md"
);
chapter!(idempotency, "guide/idempotency.md");
chapter!(
    inbox_and_transactions,
    "guide/inbox_and_transactions.md",
    requires all(feature = "sqlite", feature = "postgres")
);
chapter!(tenants, "guide/tenants.md");
chapter!(mounting, "guide/mounting.md", requires feature = "axum");
chapter!(testing, "guide/testing.md", requires feature = "testing");
chapter!(operating, "guide/operating.md");
chapter!(stability, "guide/stability.md");
