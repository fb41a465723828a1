//! The methods of a set, one by one.

use super::registry;
use http::Method;
use std::{
    fmt,
    iter::{Cloned, FusedIterator},
    slice, vec,
};

/// The methods of a set, by reference: [`MethodSet::iter`](crate::MethodSet::iter), which says in
/// which order.
#[derive(Clone)]
#[must_use = "iterators do nothing unless consumed"]
pub struct Iter<'a>(Methods<Cloned<slice::Iter<'a, Method>>>);

/// The methods of a set, by value, in the order of [`MethodSet::iter`](crate::MethodSet::iter).
#[derive(Clone)]
#[must_use = "iterators do nothing unless consumed"]
pub struct IntoIter(Methods<vec::IntoIter<Method>>);

impl<'a> Iter<'a> {
    pub(super) fn new(registered: u64, unregistered: &'a [Method]) -> Self {
        let unregistered = unregistered.iter().cloned();
        Self(Methods {
            registered,
            unregistered,
        })
    }
}

impl IntoIter {
    pub(super) fn new(registered: u64, unregistered: Vec<Method>) -> Self {
        let unregistered = unregistered.into_iter();
        Self(Methods {
            registered,
            unregistered,
        })
    }
}

/// The registered methods, a bit each, then the others.
#[derive(Clone)]
struct Methods<I> {
    registered: u64,
    unregistered: I,
}

impl<I: DoubleEndedIterator<Item = Method> + ExactSizeIterator> Methods<I> {
    fn next(&mut self) -> Option<Method> {
        match self.registered {
            0 => self.unregistered.next(),
            bits => Some(self.take(bits.trailing_zeros())),
        }
    }

    fn next_back(&mut self) -> Option<Method> {
        match (self.unregistered.next_back(), self.registered) {
            (None, 0) => None,
            (None, bits) => Some(self.take(bits.leading_zeros() ^ (u64::BITS - 1))),
            (last, _) => last,
        }
    }

    fn take(&mut self, row: u32) -> Method {
        self.registered &= !(1 << row);
        registry::method(row)
    }

    fn len(&self) -> usize {
        self.registered.count_ones() as usize + self.unregistered.len()
    }
}

macro_rules! iterator {
    ($($name:ty)*) => {$(
        impl Iterator for $name {
            type Item = Method;

            fn next(&mut self) -> Option<Method> {
                self.0.next()
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.0.len(), Some(self.0.len()))
            }
        }

        impl DoubleEndedIterator for $name {
            fn next_back(&mut self) -> Option<Method> {
                self.0.next_back()
            }
        }

        impl ExactSizeIterator for $name {}

        impl FusedIterator for $name {}

        /// The methods that are left.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }
    )*};
}

iterator!(Iter<'_> IntoIter);

#[cfg(test)]
mod tests {
    use crate::MethodSet;

    // Here, because `cargo mutants` waits long for a test that iterates for ever.
    #[test]
    fn both_ends_come_to_an_end() {
        assert_eq!(MethodSet::GET_HEAD.iter().nth(2), None);
        assert_eq!(MethodSet::GET_HEAD.iter().nth_back(2), None);
    }
}
