//! What the compiler says to a user: one case a mistake in `tests/ui/`, and unusual but legal programs in
//! `tests/ui/pass/`.
//!
//! The words are one compiler's. After a change that means to change them, write them anew with
//! `TRYBUILD=overwrite cargo test --test compile_errors`, and read every difference.

#[rustversion::all(stable, since(1.95), before(1.96))]
#[test]
fn each_mistake_is_one_error() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

// Apart from the mistakes: these are linked and run, which takes far longer than a check.
#[rustversion::all(stable, since(1.95), before(1.96))]
#[test]
fn unusual_but_legal_programs_compile_and_run() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

#[rustversion::not(all(stable, since(1.95), before(1.96)))]
#[test]
fn the_words_of_another_compiler_are_not_checked() {
    use std::io::Write as _;

    // Written past the capture of the test harness, so that it is seen in a run that passes, too.
    let said = std::io::stderr().write_all(
        b"SKIPPED: the compiler errors in tests/ui are pinned to stable rustc 1.95, and this is another compiler\n",
    );
    assert!(said.is_ok(), "stderr is closed");
}
