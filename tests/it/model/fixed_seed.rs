//! The cases of `cargo test`: the same ones each time.

use super::Case;
use arbitrary::{Arbitrary, Unstructured};
use std::panic::{catch_unwind, resume_unwind};

const CASES: usize = 16_000;

#[test]
fn every_case_is_answered_as_its_settings_say() {
    let mut random = Random(0x5eed_0501_5eed_0501);
    for _ in 0..CASES {
        let input = random.input();
        let mut unstructured = Unstructured::new(&input);
        let case = Case::arbitrary(&mut unstructured).expect("any bytes are a case");
        if let Err(panic) = catch_unwind(|| case.run()) {
            eprintln!("{case:#?}");
            resume_unwind(panic);
        }
    }
}

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// At most as long as what the fuzz target is given.
    fn input(&mut self) -> Vec<u8> {
        let words = 8 + self.next() % 57;
        (0..words).flat_map(|_| self.next().to_le_bytes()).collect()
    }
}
