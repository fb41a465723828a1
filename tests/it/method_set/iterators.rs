//! Going through the methods of a set, from either end.

use super::{method, of};
use http::Method;
use std::{fmt::Debug, iter::FusedIterator};
use tower_not_implemented::{IntoIter, Iter, MethodSet};

/// Registered and own methods, in order.
const NAMES: [&str; 6] = ["GET", "HEAD", "POST", "QUERY", "A", "b"];

fn set() -> MethodSet {
    of(&NAMES)
}

/// What both iterators are.
fn assert_iterates<I>(iterator: &I)
where
    I: DoubleEndedIterator<Item = Method> + ExactSizeIterator + FusedIterator + Debug + Clone,
{
    assert!(iterator.clone().eq(NAMES.map(method)));
    let backwards: Vec<_> = iterator.clone().rev().collect();
    assert!(backwards.iter().rev().eq(&NAMES.map(method)));
    assert_meets_in_the_middle(iterator);
}

/// Takes `front` methods from the front, the others from the back, and all there is after that.
fn assert_meets_in_the_middle<I>(iterator: &I)
where
    I: DoubleEndedIterator<Item = Method> + ExactSizeIterator + Debug + Clone,
{
    for front in 0..=NAMES.len() {
        let mut rest = iterator.clone();
        for (index, name) in NAMES.iter().enumerate().take(front) {
            assert_left(&rest, NAMES.len() - index);
            assert_eq!(rest.next().unwrap(), *name);
        }
        for name in NAMES[front..].iter().rev() {
            assert_eq!(rest.next_back().unwrap(), *name);
        }
        assert_left(&rest, 0);
        for _ in 0..2 {
            assert_eq!((rest.next(), rest.next_back()), (None, None));
        }
    }
}

#[track_caller]
fn assert_left<I: ExactSizeIterator<Item = Method> + Debug + Clone>(rest: &I, left: usize) {
    assert_eq!((rest.len(), rest.size_hint()), (left, (left, Some(left))));
    let methods: Vec<_> = rest.clone().collect();
    assert_eq!(methods.len(), left);
    assert_eq!(format!("{rest:?}"), format!("{methods:?}"));
}

#[test]
fn methods_come_from_both_ends_by_reference() {
    let set = set();
    let iter: Iter<'_> = set.iter();
    assert_iterates(&iter);
    assert_iterates(&(&set).into_iter());
    assert_eq!(set.len(), 6);
}

#[test]
fn methods_come_from_both_ends_by_value() {
    let iter: IntoIter = set().into_iter();
    assert_iterates(&iter);
}

#[test]
fn every_preset_goes_backwards() {
    for set in [
        MethodSet::GET_HEAD,
        MethodSet::WEBDAV,
        MethodSet::REGISTERED,
    ] {
        let mut forwards: Vec<_> = set.iter().collect();
        assert_eq!(forwards.len(), set.len());
        forwards.reverse();
        assert!(set.iter().rev().eq(forwards.clone()));
        assert!(set.into_iter().rev().eq(forwards));
    }
}

#[test]
fn a_clone_of_an_iterator_goes_its_own_way() {
    let set = set();
    let mut iter = set.iter();
    iter.next();
    let mut other = iter.clone();
    assert_eq!(other.next_back().unwrap(), "b");
    assert_eq!((iter.len(), other.len()), (5, 4));
    let mut owned = set.into_iter();
    owned.next_back();
    assert!(owned.clone().eq(owned));
}
