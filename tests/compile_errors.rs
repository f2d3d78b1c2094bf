//! Compile errors, as users see them: a case for each mistake in `tests/ui/`, and unusual but valid programs in
//! `tests/ui/pass/`.
//!
//! Messages differ between compilers, so they are pinned to one. After an intended change, regenerate them with
//! `TRYBUILD=overwrite cargo test --test compile_errors`, and review the diff.

#[rustversion::all(stable, since(1.95), before(1.96))]
#[test]
fn each_mistake_is_one_error() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

// Apart from the mistakes, because these are linked and run, which takes far longer than a check.
#[rustversion::all(stable, since(1.95), before(1.96))]
#[test]
fn unusual_but_valid_programs_compile_and_run() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

#[rustversion::not(all(stable, since(1.95), before(1.96)))]
#[test]
fn messages_of_other_compilers_are_not_checked() {
    use std::io::Write as _;

    // Bypasses the capture of the test harness, so that passing runs show it too.
    let written = std::io::stderr().write_all(
        b"skipped: compile errors in tests/ui are pinned to stable rustc 1.95; use that compiler\n",
    );
    assert!(written.is_ok(), "stderr is closed");
}
