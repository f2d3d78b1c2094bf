#![no_main]

use libfuzzer_sys::fuzz_target;
use webhook_fuzz::signatures::Case;

fuzz_target!(|case: Case<'_>| case.check());
