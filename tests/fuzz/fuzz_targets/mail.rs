#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::keep_caught_panics(), |bytes: &[u8]| targets::mail(bytes));
