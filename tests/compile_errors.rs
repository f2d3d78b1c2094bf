//! What the compiler says to a user: one case a mistake in `tests/ui/`, and unusual but legal programs in
//! `tests/ui/pass/`.
//!
//! The words are one compiler's. After a change that means to change them, write them anew with
//! `TRYBUILD=overwrite cargo test --test compile_errors`, and read every difference.

#[rustversion::all(stable, since(1.95), before(1.96))]
#[test]
fn each_mistake_is_one_error_and_legal_programs_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}

#[rustversion::not(all(stable, since(1.95), before(1.96)))]
#[test]
fn each_mistake_is_one_error_and_legal_programs_compile() {
    use std::io::Write as _;

    // Written past the capture of the test harness, so that it is seen in a run that passes, too.
    let said = std::io::stderr().write_all(
        b"SKIPPED: the compiler errors in tests/ui are pinned to stable rustc 1.95, and this is another compiler\n",
    );
    assert!(said.is_ok(), "stderr is closed");
}
