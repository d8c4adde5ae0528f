//! Any text as a docstring: the readers take it, and what is written of it reads back.

#![no_main]

#[path = "../../tests/invariants/reading.rs"]
mod reading;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(fault) = reading::check(text) {
        panic!("{fault}");
    }
});
