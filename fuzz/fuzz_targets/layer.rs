//! The cases of `tests/it/model`, from any bytes.

#![no_main]

#[path = "../../tests/it/model/mod.rs"]
mod model;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: model::Case<'_>| case.run());
