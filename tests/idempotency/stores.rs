//! A store that fails, hangs, panics or loses its answers: 503, never 200, and never a second run.

use webhook_runtime::testing::store_contract;

use crate::app::{
    End, Work, builder, completed, deliver, endpoint, failed, request, status, within,
};
use crate::shaky::{Call, FaultyStore, Trouble, impatient};

#[tokio::test]
async fn without_trouble_it_keeps_the_contract() {
    store_contract(&FaultyStore::default(), tokio::time::sleep).await;
}

#[tokio::test]
async fn a_claim_that_fails_is_put_off_and_runs_nothing() {
    for trouble in [Trouble::Fails, Trouble::Panics] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = endpoint(&work, store.clone());
        store.next(Call::Claim, trouble);
        let answer = deliver(&endpoint, &completed("msg_1")).await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        assert_eq!(work.runs(), 0);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(work.runs(), 1);
    }
}

#[tokio::test]
async fn a_claim_that_hangs_is_put_off_and_given_back_when_it_comes() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
    store.next(Call::Claim, Trouble::HangsAfter);
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    assert_eq!(
        status(&endpoint, &completed("msg_1")).await,
        503,
        "it is held"
    );
    store.answer();
    within(async {
        while store.count(Call::Release) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(
        work.runs(),
        0,
        "nothing runs after its sender was told to come again"
    );
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_claim_that_hangs_in_handle_bytes_is_put_off() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
    store.next(Call::Claim, Trouble::HangsAfter);
    let delivery = completed("msg_1");
    let answer = endpoint.handle_bytes(&delivery.headers, delivery.body.clone());
    assert_eq!(within(answer).await.status(), 503);
    assert_eq!(work.runs(), 0);
}

#[tokio::test]
async fn a_completion_that_fails_is_said_again_and_the_handler_is_not_run_again() {
    for trouble in [
        Trouble::Fails,
        Trouble::Panics,
        Trouble::FailsAfter,
        Trouble::HangsAfter,
    ] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = impatient(builder(&work, store.clone())).build().unwrap();
        for _ in 0..3 {
            store.next(Call::Complete, trouble);
        }
        assert_eq!(
            status(&endpoint, &completed("msg_1")).await,
            503,
            "{trouble:?}"
        );
        if trouble != Trouble::FailsAfter && trouble != Trouble::HangsAfter {
            let meanwhile = status(&endpoint, &completed("msg_1")).await;
            assert_eq!(meanwhile, 503, "{trouble:?}");
        }
        within(endpoint.shutdown()).await;
        assert_eq!(store.count(Call::Complete), 4, "{trouble:?}");
        let after = crate::app::endpoint(&work, store.clone());
        assert_eq!(
            status(&after, &completed("msg_1")).await,
            200,
            "{trouble:?}"
        );
        assert_eq!(work.runs(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn what_a_store_could_not_be_told_is_not_run_again_here_even_after_its_lease() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = builder(&work, store.clone())
        .lease(std::time::Duration::from_millis(1))
        .build()
        .unwrap();
    for _ in 0..4 {
        store.next(Call::Complete, Trouble::Fails);
    }
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(status(&endpoint, &completed("msg_1")).await, 503);
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_release_that_fails_is_said_again() {
    for trouble in [Trouble::Fails, Trouble::Panics] {
        let (work, store) = (Work::default(), FaultyStore::default());
        let endpoint = endpoint(&work, store.clone());
        work.ends(End::Fails);
        store.next(Call::Release, trouble);
        let answer = status(&endpoint, &completed("msg_1")).await;
        assert!([500, 503].contains(&answer), "{answer}");
        within(async {
            while !store.memory.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        })
        .await;
        work.ends(End::Done);
        assert_eq!(status(&endpoint, &completed("msg_1")).await, 200);
        assert_eq!(work.runs(), 2);
    }
}

#[tokio::test]
async fn a_completion_that_fails_in_handle_bytes_is_503() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = endpoint(&work, store.clone());
    store.next(Call::Complete, Trouble::Fails);
    let delivery = completed("msg_1");
    for _ in 0..2 {
        let answer = endpoint.handle_bytes(&delivery.headers, delivery.body.clone());
        assert_eq!(within(answer).await.status(), 503);
    }
    assert_eq!(work.runs(), 1);
}

#[tokio::test]
async fn a_renewal_that_fails_harms_nobody() {
    let (work, store) = (Work::default(), FaultyStore::default());
    let endpoint = builder(&work, store.clone())
        .lease(std::time::Duration::from_millis(300))
        .build()
        .unwrap();
    store.next(Call::Renew, Trouble::Fails);
    store.next(Call::Renew, Trouble::Panics);
    let request = request(&failed("msg_1"));
    let shared = endpoint.clone();
    let first = tokio::spawn(async move { shared.handle(request).await.status() });
    work.begun().await;
    within(async {
        while store.count(Call::Renew) < 6 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
    work.go_on();
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!(work.runs(), 1);
}
