//! Retry policy: how often, and after which backoff, an inbox retries a delivery whose handler failed.
//!
//! Decisions:
//! - A policy is partial: one type for a handler, an endpoint and the defaults, each of which fills what the one before
//!   leaves unset. It is a constant of 16 bytes, and a handler without `retry(…)` has no code for it.
//! - Jitter is a hash of the delivery's key and the number of the retry, not a random number. Tests need no seed, and
//!   an operator can compute when a delivery is due. It leaves at least half of the backoff, so no retry is immediate.
//! - The defaults span a day, not the hours after which most senders give up. The endpoint has answered 200, so the
//!   sender does not redeliver. The backoff grows to an hour only, because that is how long pending deliveries wait
//!   after a dependency has recovered.

use std::num::NonZero;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// Backoff in milliseconds. [`LIMIT`] fits.
type Backoff = NonZero<u32>;

/// Upper limit of every backoff: 30 days. Keeps every due time representable.
const LIMIT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Defaults: 40 retries, with backoffs from 10 seconds to an hour.
const MAX_RETRIES: u32 = 40;
const INITIAL_BACKOFF: Backoff = bounded(Duration::from_secs(10));
const MAX_BACKOFF: Backoff = bounded(Duration::from_secs(60 * 60));

/// Retry policy of an inbox: how often, and after which backoff, it retries a delivery whose handler failed.
///
/// Only endpoints with an inbox have one. They answer before the handler runs; every other endpoint answers after it,
/// and the sender redelivers on its own schedule.
///
/// The backoff doubles from [`initial_backoff`](Self::initial_backoff) to [`max_backoff`](Self::max_backoff). Jitter
/// reduces each backoff to between half and all of it, so that deliveries which failed together are not retried
/// together. After the last retry the delivery is a dead letter: it stays in the inbox, and an operator can replay it.
///
/// A handler's policy (`#[on("…", retry(max = 5))]`) overrides the endpoint's, setting by setting, and the endpoint's
/// overrides the defaults. Default: 40 retries, with backoffs doubling from 10 seconds to an hour. They span about a
/// day (24 hours on average, at least 16). A dependency can therefore be down for a night, or a bug be found the next
/// morning, without a dead letter; and within an hour of the recovery every pending delivery is retried.
///
/// ```
/// use std::time::Duration;
/// use webhook_runtime::Retry;
///
/// const FAST: Retry = Retry::new().max_retries(2).initial_backoff(Duration::from_secs(30));
///
/// let backoff = FAST.backoff("msg_1", 1).unwrap();
/// assert!((Duration::from_secs(30)..=Duration::from_secs(60)).contains(&backoff));
/// assert_eq!(FAST.backoff("msg_1", 2), None); // Two retries have failed: a dead letter.
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    max_retries: Option<u32>,
    initial_backoff: Option<Backoff>,
    max_backoff: Option<Backoff>,
}

impl Retry {
    /// Creates a policy that overrides nothing. Equal to [`Default`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_retries: None,
            initial_backoff: None,
            max_backoff: None,
        }
    }

    /// Sets the maximum number of retries after the first attempt. With 0 the first failure makes a dead letter.
    /// Default: 40.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Sets the backoff before the first retry. Rounded down to milliseconds; at least one, at most 30 days.
    /// Default: 10 seconds.
    #[must_use]
    pub const fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = Some(bounded(backoff));
        self
    }

    /// Sets the maximum backoff, within the same limits. A maximum below the initial backoff keeps the backoff
    /// constant. Default: one hour.
    #[must_use]
    pub const fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = Some(bounded(backoff));
        self
    }

    /// Fills each unset setting from another policy.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            max_retries: self.max_retries.or(other.max_retries),
            initial_backoff: self.initial_backoff.or(other.initial_backoff),
            max_backoff: self.max_backoff.or(other.max_backoff),
        }
    }

    /// Returns the backoff before the next retry, after `retries` earlier ones; `None` if no retry is left, which makes
    /// the delivery a dead letter.
    ///
    /// `key` is the key of the delivery. The jitter is a hash of both arguments, so equal arguments have equal results.
    #[must_use]
    pub fn backoff(&self, key: &str, retries: u32) -> Option<Duration> {
        if retries >= self.max_retries.unwrap_or(MAX_RETRIES) {
            return None;
        }
        // Half of the backoff, in microseconds.
        let half = self.full_backoff(retries) * 500;
        let jitter = (u128::from(half) * u128::from(hash(key, retries))) >> 64;
        let jitter = u64::try_from(jitter).unwrap_or(half);
        Some(Duration::from_micros(half + jitter))
    }

    /// Returns whether another attempt is allowed after this many attempts.
    pub(crate) const fn allows(self, attempts: u32) -> bool {
        attempts
            <= match self.max_retries {
                Some(max) => max,
                None => MAX_RETRIES,
            }
    }

    /// Returns the backoff without jitter, in milliseconds.
    fn full_backoff(&self, retries: u32) -> u64 {
        let initial = u64::from(self.initial_backoff.unwrap_or(INITIAL_BACKOFF).get());
        let max = u64::from(self.max_backoff.unwrap_or(MAX_BACKOFF).get());
        // A millisecond that doubles 32 times already exceeds the limit.
        initial
            .saturating_mul(1 << retries.min(32))
            .min(max.max(initial))
    }
}

/// Converts to milliseconds, clamped to the limits.
const fn bounded(backoff: Duration) -> Backoff {
    let backoff = if backoff.as_nanos() > LIMIT.as_nanos() {
        LIMIT
    } else {
        backoff
    };
    #[expect(clippy::cast_possible_truncation, reason = "the limit fits")]
    match Backoff::new(backoff.as_millis() as u32) {
        Some(backoff) => backoff,
        None => Backoff::MIN,
    }
}

/// Returns a hash of the arguments, uniformly distributed over 64 bits.
fn hash(key: &str, retries: u32) -> u64 {
    let digest = Sha256::new()
        .chain_update(retries.to_be_bytes())
        .chain_update(key)
        .finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// Returns all backoffs of a delivery.
    fn backoffs(retry: Retry, key: &str) -> impl Iterator<Item = Duration> {
        (0..).map_while(move |retries| retry.backoff(key, retries))
    }

    #[test]
    fn the_backoff_doubles_up_to_the_maximum() {
        let retry = Retry::new()
            .initial_backoff(seconds(30))
            .max_backoff(seconds(200));
        let backoff: Vec<_> = (0..5).map(|retries| retry.full_backoff(retries)).collect();
        assert_eq!(backoff, [30_000, 60_000, 120_000, 200_000, 200_000]);
    }

    #[test]
    fn a_failure_after_the_last_retry_is_a_dead_letter() {
        assert_eq!(Retry::new().max_retries(0).backoff("a", 0), None);
        let retry = Retry::new().max_retries(3);
        assert!(retry.backoff("a", 2).is_some());
        assert_eq!(retry.backoff("a", 3), None);
        assert_eq!(retry.backoff("a", u32::MAX), None);
        assert_eq!(backoffs(retry, "a").count(), 3);
    }

    #[test]
    fn the_default_spans_about_a_day() {
        let keys = 200;
        let spans: Vec<Duration> = (0..keys)
            .map(|key| backoffs(Retry::new(), &format!("msg_{key}")).sum())
            .collect();
        let hours = |span: Duration| span.as_secs_f64() / 3600.0;
        let mean = hours(spans.iter().sum()) / f64::from(keys);
        assert!((23.5..24.5).contains(&mean), "{mean} hours on average");
        assert!(spans.iter().all(|span| hours(*span) > 16.0), "{spans:?}");
        assert_eq!(backoffs(Retry::new(), "msg").count(), 40);
    }

    #[test]
    fn missing_settings_come_from_the_other_policy() {
        let complete = Retry::new()
            .max_retries(7)
            .initial_backoff(seconds(1))
            .max_backoff(seconds(2));
        assert_eq!(Retry::new().or(complete), complete);
        assert_eq!(complete.or(Retry::new().max_retries(1)), complete);
        assert_eq!(
            Retry::new().initial_backoff(seconds(5)).or(complete),
            Retry::new()
                .max_retries(7)
                .initial_backoff(seconds(5))
                .max_backoff(seconds(2))
        );
    }

    #[test]
    fn an_initial_backoff_above_the_maximum_stays_constant() {
        let initial = seconds(5 * 3600);
        let retry = Retry::new().initial_backoff(initial);
        for retries in [0, 1, 39] {
            let backoff = retry.backoff("a", retries).unwrap();
            assert!(backoff >= initial / 2 && backoff <= initial, "{backoff:?}");
        }
    }

    #[test]
    fn the_backoff_is_at_least_a_millisecond_and_at_most_thirty_days() {
        let least = Retry::new()
            .initial_backoff(Duration::ZERO)
            .max_backoff(Duration::ZERO);
        assert_eq!(least.full_backoff(5), 1);
        assert!(least.backoff("a", 5).unwrap() >= Duration::from_micros(500));
        let most = Retry::new().initial_backoff(Duration::MAX);
        assert_eq!(u128::from(most.full_backoff(0)), LIMIT.as_millis());
    }

    #[test]
    fn deliveries_that_failed_together_are_retried_at_different_times() {
        let retry = Retry::new().initial_backoff(seconds(20));
        for retries in 0..5 {
            let half = retry.full_backoff(retries) / 2;
            let mut tenths = [0; 10];
            for key in 0..2000 {
                let backoff = retry.backoff(&format!("msg_{key}"), retries).unwrap();
                let jitter = u64::try_from(backoff.as_millis()).unwrap() - half;
                tenths[usize::try_from(jitter * 10 / half).unwrap()] += 1;
            }
            // 200 are expected in each tenth; a deviation of 60 is very unlikely.
            assert!(
                tenths.iter().all(|count| (140..260).contains(count)),
                "{tenths:?}"
            );
        }
    }

    #[test]
    fn each_retry_of_a_delivery_has_its_own_jitter() {
        let retry = Retry::new()
            .initial_backoff(seconds(60))
            .max_backoff(seconds(60));
        let distinct: std::collections::BTreeSet<_> = backoffs(retry, "msg_1").collect();
        assert_eq!(distinct.len(), 40);
    }

    fn policy() -> impl Strategy<Value = Retry> {
        let backoff = || {
            prop_oneof![
                any::<Duration>(),
                (0..100_000_u64).prop_map(Duration::from_millis)
            ]
        };
        (
            prop::option::of(any::<u32>()),
            prop::option::of(backoff()),
            prop::option::of(backoff()),
        )
            .prop_map(|(retries, initial, max)| {
                let retry = retries.map_or(Retry::new(), |max| Retry::new().max_retries(max));
                let retry = initial.map_or(retry, |initial| retry.initial_backoff(initial));
                max.map_or(retry, |max| retry.max_backoff(max))
            })
    }

    proptest! {
        #[test]
        fn the_jitter_leaves_at_least_half_of_the_backoff(
            retry in policy(),
            key: String,
            retries in prop_oneof![0..100_u32, any::<u32>()],
        ) {
            let backoff = retry.backoff(&key, retries);
            let max_retries = retry.max_retries.unwrap_or(MAX_RETRIES);
            prop_assert_eq!(backoff.is_some(), retries < max_retries);
            if let Some(backoff) = backoff {
                let full = Duration::from_millis(retry.full_backoff(retries));
                prop_assert!(full / 2 <= backoff && backoff <= full, "{:?} of {:?}", backoff, full);
                prop_assert!(full <= LIMIT);
                prop_assert_eq!(retry.backoff(&key, retries), Some(backoff));
            }
        }

        #[test]
        fn the_backoff_never_decreases_and_at_most_doubles(retry in policy(), retries in 0..u32::MAX) {
            let (now, next) = (retry.full_backoff(retries), retry.full_backoff(retries + 1));
            prop_assert!(now <= next && next <= now * 2);
        }
    }
}
