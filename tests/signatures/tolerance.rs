//! Tolerance: the maximum difference between the signed timestamp and the clock.

use std::time::Duration;

use webhook_runtime::anthropic::Anthropic;
use webhook_runtime::cadenya::Cadenya;
use webhook_runtime::openai::OpenAi;
use webhook_runtime::wacht::Wacht;
use webhook_runtime::{Provider, Verifier, VerifyError};

use crate::delivery::{BODY, ID, NOW, at, secret, signed, valid, verifier};

#[test]
fn tolerance_is_symmetric_and_inclusive() {
    for tolerance in [0, 1, 300, 604_800] {
        let verifier = verifier().tolerance(Duration::from_secs(tolerance));
        let by = i64::try_from(tolerance).unwrap();
        let at_distance = |distance| valid().received_at(NOW + distance).verify(&verifier);
        assert_eq!(at_distance(by), Ok(()));
        assert_eq!(at_distance(-by), Ok(()));
        assert_eq!(at_distance(0), Ok(()));
        let seconds = tolerance + 1;
        assert_eq!(
            at_distance(by + 1),
            Err(VerifyError::TimestampTooOld { seconds, tolerance })
        );
        assert_eq!(
            at_distance(-by - 1),
            Err(VerifyError::TimestampTooNew { seconds, tolerance })
        );
    }
}

#[test]
fn default_tolerance_is_300_seconds() {
    valid().received_at(NOW + 300).assert_verdict("ok");
    valid().received_at(NOW - 300).assert_verdict("ok");
    valid()
        .received_at(NOW + 301)
        .assert_verdict("timestamp_too_old");
    valid()
        .received_at(NOW - 301)
        .assert_verdict("timestamp_too_new");
}

#[test]
fn default_tolerance_is_set_by_the_provider() {
    fn default_tolerance<P: Provider>() -> i64 {
        let verifier = Verifier::<P>::new([secret()]).unwrap();
        let verdict = |verifier: &Verifier<P>, now: i64| {
            let delivery = valid();
            let result = verifier.verify(delivery.headers.as_slice(), BODY, at(now));
            result.map_or_else(|error| error.as_str(), |_| "ok")
        };
        let mut edges = [300, 604_800].into_iter();
        let edge = edges
            .find(|edge| {
                verdict(&verifier, NOW + edge) == "ok"
                    && verdict(&verifier, NOW - edge) == "ok"
                    && verdict(&verifier, NOW + edge + 1) == "timestamp_too_old"
                    && verdict(&verifier, NOW - edge - 1) == "timestamp_too_new"
            })
            .unwrap();
        let shorter = verifier.tolerance(Duration::from_secs(5));
        assert_eq!(verdict(&shorter, NOW + 5), "ok");
        assert_eq!(verdict(&shorter, NOW + 6), "timestamp_too_old");
        edge
    }

    assert_eq!(default_tolerance::<Anthropic>(), 300);
    assert_eq!(default_tolerance::<OpenAi>(), 300);
    assert_eq!(default_tolerance::<Cadenya>(), 300);
    assert_eq!(default_tolerance::<Wacht>(), 7 * 24 * 60 * 60);
}

#[test]
fn tolerance_is_rounded_down_to_whole_seconds() {
    let none = verifier().tolerance(Duration::from_millis(999));
    assert_eq!(valid().verify(&none), Ok(()));
    let (seconds, tolerance) = (1, 0);
    assert_eq!(
        valid().received_at(NOW + 1).verify(&none),
        Err(VerifyError::TimestampTooOld { seconds, tolerance })
    );
}

#[test]
fn extreme_timestamps_and_tolerances_do_not_overflow() {
    let tolerance = 300;
    let old = |seconds| Err(VerifyError::TimestampTooOld { seconds, tolerance });
    let new = |seconds| Err(VerifyError::TimestampTooNew { seconds, tolerance });
    let most = i64::MAX.unsigned_abs();
    let cases = [
        (0, i64::MAX, old(most)),
        (0, i64::MIN, new(most + 1)),
        (1, i64::MAX, old(most - 1)),
        (i64::MAX, 0, new(most)),
        (i64::MAX, -1, new(most + 1)),
        (i64::MAX, i64::MIN, new(u64::MAX)),
        (i64::MAX, i64::MAX, Ok(())),
        (i64::MAX, i64::MAX - 300, Ok(())),
        (i64::MAX, i64::MAX - 301, new(301)),
        (i64::MAX - 301, i64::MAX, old(301)),
        (0, -300, Ok(())),
        (0, -301, new(301)),
    ];
    for (timestamp, now, expected) in cases {
        let delivery = signed(ID, timestamp.to_string(), BODY).received_at(now);
        assert_eq!(delivery.verify(&verifier()), expected, "{timestamp} {now}");
        let any_time = verifier().tolerance(Duration::MAX);
        assert_eq!(delivery.verify(&any_time), Ok(()), "{timestamp} {now}");
    }
}
