#![no_main]

use libfuzzer_sys::fuzz_target;
use webhook_fuzz::envelopes::Case;

fuzz_target!(|case: Case<'_>| case.check());
