//! A few bytes.

use arbitrary::{Arbitrary, Result, Unstructured};
use std::ops::Deref;

/// Bytes so few, mostly, that some are left for what comes after them; a slice takes half of all.
#[derive(Debug)]
pub(super) struct Few<'a>(&'a [u8]);

impl<'a> Arbitrary<'a> for Few<'a> {
    fn arbitrary(unstructured: &mut Unstructured<'a>) -> Result<Self> {
        let length = match u8::arbitrary(unstructured)? {
            255 => 200,
            length => usize::from(length % 12),
        };
        let length = length.min(unstructured.len());
        unstructured.bytes(length).map(Self)
    }
}

impl Deref for Few<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0
    }
}
