//! Retries: how often, and when, a delivery in the inbox is tried again whose handler has failed.

use std::num::NonZero;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// A pause in milliseconds, of which [`BOUND`] has fewer than fit.
type Backoff = NonZero<u32>;

/// No pause is longer than 30 days: so a time that is one pause away can always be written down.
const BOUND: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What counts where nothing is said: 40 retries, after pauses from 10 seconds to an hour.
const MAX: u32 = 40;
const FIRST: Backoff = bounded(Duration::from_secs(10));
const LONGEST: Backoff = bounded(Duration::from_secs(60 * 60));

/// How often, and when, a delivery in the inbox is tried again whose handler has failed.
///
/// It is for endpoints with an inbox alone, which answer before they handle. All others answer after the handler has
/// run, and the provider sends again, in times of its own.
///
/// The pauses begin with the first one and double until they are as long as the longest. Each is drawn between the
/// half and the whole of that, so that deliveries which have failed together do not come back together. After the
/// last retry the delivery is a dead letter: it stays in the inbox, and an operator can have it handled again.
///
/// What is left open comes from the next policy: that of a handler (`#[on("…", retry(max = 5))]`) from the
/// endpoint's, that of an endpoint from the default. The default is 40 retries, after pauses of 10 seconds doubled to
/// an hour: together about a day (24 hours on average, never below 16). So a dependency may be away for a night, or a
/// mistake be found the next morning, without a single dead letter; and once it is well again, all that has waited is
/// handled within the hour.
///
/// ```
/// use std::time::Duration;
/// use webhook_runtime::Retry;
///
/// const FAST: Retry = Retry::new().max_retries(2).initial_backoff(Duration::from_secs(30));
///
/// let pause = FAST.backoff("msg_1", 1).unwrap();
/// assert!((Duration::from_secs(30)..=Duration::from_secs(60)).contains(&pause));
/// assert_eq!(FAST.backoff("msg_1", 2), None); // Two retries have failed: a dead letter.
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    max: Option<u32>,
    first: Option<Backoff>,
    longest: Option<Backoff>,
}

impl Retry {
    /// A policy that leaves everything open.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max: None,
            first: None,
            longest: None,
        }
    }

    /// How often a delivery is tried again after its first try. With 0 the first failure makes it a dead letter.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max = Some(retries);
        self
    }

    /// The pause before the first retry, in whole milliseconds: at least one, at most those of 30 days.
    #[must_use]
    pub const fn initial_backoff(mut self, pause: Duration) -> Self {
        self.first = Some(bounded(pause));
        self
    }

    /// What the pauses grow to, within the same bounds. If it is shorter than the first pause, they do not grow.
    #[must_use]
    pub const fn max_backoff(mut self, pause: Duration) -> Self {
        self.longest = Some(bounded(pause));
        self
    }

    /// The same, where what it leaves open comes from another policy.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            max: self.max.or(other.max),
            first: self.first.or(other.first),
            longest: self.longest.or(other.longest),
        }
    }

    /// How long to wait before a delivery is tried again that has been tried again this often; none if it is a dead
    /// letter now.
    ///
    /// The key is the delivery's. The same delivery always waits for the same times: they are drawn by a hash.
    #[must_use]
    pub fn backoff(&self, key: &str, retries: u32) -> Option<Duration> {
        if retries >= self.max.unwrap_or(MAX) {
            return None;
        }
        // In microseconds: a millisecond has 500 of them in each half.
        let half = self.longest_backoff(retries) * 500;
        let drawn = (u128::from(half) * u128::from(draw(key, retries))) >> 64;
        let drawn = u64::try_from(drawn).unwrap_or(half);
        Some(Duration::from_micros(half + drawn))
    }

    /// Whether a delivery may be tried that has been tried this often.
    pub(crate) const fn allows(self, attempts: u32) -> bool {
        attempts
            <= match self.max {
                Some(max) => max,
                None => MAX,
            }
    }

    /// The longest that the next pause can be, in milliseconds.
    fn longest_backoff(&self, retries: u32) -> u64 {
        let first = u64::from(self.first.unwrap_or(FIRST).get());
        let longest = u64::from(self.longest.unwrap_or(LONGEST).get());
        // Even a millisecond, doubled 32 times, is longer than any pause may be.
        first
            .saturating_mul(1 << retries.min(32))
            .min(longest.max(first))
    }
}

/// The nearest pause that there can be.
const fn bounded(pause: Duration) -> Backoff {
    let pause = if pause.as_nanos() > BOUND.as_nanos() {
        BOUND
    } else {
        pause
    };
    #[expect(clippy::cast_possible_truncation, reason = "the bound fits")]
    match Backoff::new(pause.as_millis() as u32) {
        Some(pause) => pause,
        None => Backoff::MIN,
    }
}

/// A number from everywhere in 64 bits.
///
/// By a hash: that needs no state and no seed, and whoever looks at the inbox can work out when a delivery is due.
fn draw(key: &str, retries: u32) -> u64 {
    let hash = Sha256::new()
        .chain_update(retries.to_be_bytes())
        .chain_update(key)
        .finalize();
    hash.iter()
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

    /// All pauses of a delivery.
    fn pauses(retry: Retry, key: &str) -> impl Iterator<Item = Duration> {
        (0..).map_while(move |retries| retry.backoff(key, retries))
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retry = Retry::new()
            .initial_backoff(seconds(30))
            .max_backoff(seconds(200));
        let backoff: Vec<_> = (0..5)
            .map(|retries| retry.longest_backoff(retries))
            .collect();
        assert_eq!(backoff, [30_000, 60_000, 120_000, 200_000, 200_000]);
    }

    #[test]
    fn the_first_failure_beyond_the_maximum_is_a_dead_letter() {
        assert_eq!(Retry::new().max_retries(0).backoff("a", 0), None);
        let retry = Retry::new().max_retries(3);
        assert!(retry.backoff("a", 2).is_some());
        assert_eq!(retry.backoff("a", 3), None);
        assert_eq!(retry.backoff("a", u32::MAX), None);
        assert_eq!(pauses(retry, "a").count(), 3);
    }

    #[test]
    fn the_default_spans_about_a_day() {
        let keys = 200;
        let spans: Vec<Duration> = (0..keys)
            .map(|key| pauses(Retry::new(), &format!("msg_{key}")).sum())
            .collect();
        let hours = |span: Duration| span.as_secs_f64() / 3600.0;
        let mean = hours(spans.iter().sum()) / f64::from(keys);
        assert!((23.5..24.5).contains(&mean), "{mean} hours on average");
        assert!(spans.iter().all(|span| hours(*span) > 16.0), "{spans:?}");
        assert_eq!(pauses(Retry::new(), "msg").count(), 40);
    }

    #[test]
    fn what_is_left_open_comes_from_the_other() {
        let whole = Retry::new()
            .max_retries(7)
            .initial_backoff(seconds(1))
            .max_backoff(seconds(2));
        assert_eq!(Retry::new().or(whole), whole);
        assert_eq!(whole.or(Retry::new().max_retries(1)), whole);
        assert_eq!(
            Retry::new().initial_backoff(seconds(5)).or(whole),
            Retry::new()
                .max_retries(7)
                .initial_backoff(seconds(5))
                .max_backoff(seconds(2))
        );
    }

    #[test]
    fn a_first_pause_beyond_the_longest_stays_as_it_is() {
        let first = seconds(5 * 3600);
        let retry = Retry::new().initial_backoff(first);
        for retries in [0, 1, 39] {
            let pause = retry.backoff("a", retries).unwrap();
            assert!(pause >= first / 2 && pause <= first, "{pause:?}");
        }
    }

    #[test]
    fn a_pause_is_never_nothing_and_never_beyond_thirty_days() {
        let least = Retry::new()
            .initial_backoff(Duration::ZERO)
            .max_backoff(Duration::ZERO);
        assert_eq!(least.longest_backoff(5), 1);
        assert!(least.backoff("a", 5).unwrap() >= Duration::from_micros(500));
        let most = Retry::new().initial_backoff(Duration::MAX);
        assert_eq!(u128::from(most.longest_backoff(0)), BOUND.as_millis());
    }

    #[test]
    fn deliveries_that_failed_together_come_back_apart() {
        let retry = Retry::new().initial_backoff(seconds(20));
        for retries in 0..5 {
            let half = retry.longest_backoff(retries) / 2;
            let mut tenths = [0; 10];
            for key in 0..2000 {
                let pause = retry.backoff(&format!("msg_{key}"), retries).unwrap();
                let beyond = u64::try_from(pause.as_millis()).unwrap() - half;
                tenths[usize::try_from(beyond * 10 / half).unwrap()] += 1;
            }
            // 200 in each, and hardly ever 60 more or fewer.
            assert!(
                tenths.iter().all(|count| (140..260).contains(count)),
                "{tenths:?}"
            );
        }
    }

    #[test]
    fn each_retry_of_a_delivery_is_drawn_anew() {
        let retry = Retry::new()
            .initial_backoff(seconds(60))
            .max_backoff(seconds(60));
        let drawn: std::collections::BTreeSet<_> = pauses(retry, "msg_1").collect();
        assert_eq!(drawn.len(), 40);
    }

    fn policy() -> impl Strategy<Value = Retry> {
        let pause = || {
            prop_oneof![
                any::<Duration>(),
                (0..100_000_u64).prop_map(Duration::from_millis)
            ]
        };
        (
            prop::option::of(any::<u32>()),
            prop::option::of(pause()),
            prop::option::of(pause()),
        )
            .prop_map(|(max, first, longest)| {
                let retry = max.map_or(Retry::new(), |max| Retry::new().max_retries(max));
                let retry = first.map_or(retry, |first| retry.initial_backoff(first));
                longest.map_or(retry, |longest| retry.max_backoff(longest))
            })
    }

    proptest! {
        #[test]
        fn each_pause_is_between_the_half_and_the_whole(
            retry in policy(),
            key: String,
            retries in prop_oneof![0..100_u32, any::<u32>()],
        ) {
            let pause = retry.backoff(&key, retries);
            prop_assert_eq!(pause.is_some(), retries < retry.max.unwrap_or(MAX));
            if let Some(pause) = pause {
                let whole = Duration::from_millis(retry.longest_backoff(retries));
                prop_assert!(whole / 2 <= pause && pause <= whole, "{:?} of {:?}", pause, whole);
                prop_assert!(whole <= BOUND);
                prop_assert_eq!(retry.backoff(&key, retries), Some(pause));
            }
        }

        #[test]
        fn the_backoff_never_shrinks_and_at_most_doubles(retry in policy(), retries in 0..u32::MAX) {
            let (now, next) = (retry.longest_backoff(retries), retry.longest_backoff(retries + 1));
            prop_assert!(now <= next && next <= now * 2);
        }
    }
}
