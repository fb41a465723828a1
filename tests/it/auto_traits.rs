//! Every public type is as shareable as its parts.

use http_body_util::Full;
use std::{
    future::Ready,
    hash::Hash,
    panic::{RefUnwindSafe, UnwindSafe},
};
use tower_not_implemented::{
    CacheControl, KeepBody, MethodSet, NotImplemented, NotImplementedLayer, ParseMethodSetError,
    ResponseBody, ResponseFuture, RetryAfter, UnsupportedMethod, WrapBody,
};

fn assert_shareable<T: Send + Sync + Unpin + std::fmt::Debug + 'static>() {}
fn assert_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
fn assert_clone<T: Clone>() {}
fn assert_copy<T: Copy>() {}
fn assert_comparable<T: Clone + Eq>() {}
fn assert_value<T: Clone + Eq + Hash>() {}

/// Neither Send, Sync, Clone, Default nor Debug.
type Opaque = Box<dyn Fn()>;

#[test]
fn public_types_are_send_sync_unpin_and_debug() {
    assert_shareable::<CacheControl>();
    assert_shareable::<MethodSet>();
    assert_shareable::<NotImplemented<()>>();
    assert_shareable::<NotImplemented<(), WrapBody>>();
    assert_shareable::<NotImplementedLayer>();
    assert_shareable::<NotImplementedLayer<WrapBody>>();
    assert_shareable::<ParseMethodSetError>();
    assert_shareable::<ResponseBody<Full<bytes::Bytes>>>();
    assert_shareable::<ResponseFuture<Ready<()>, Full<bytes::Bytes>>>();
    assert_shareable::<ResponseFuture<Ready<()>, Full<bytes::Bytes>, WrapBody>>();
    assert_shareable::<RetryAfter>();
    assert_shareable::<UnsupportedMethod>();
    assert_shareable::<WrapBody>();
    assert_shareable::<KeepBody>();
}

#[test]
fn a_layer_and_a_set_can_be_used_after_a_caught_panic() {
    assert_unwind_safe::<MethodSet>();
    assert_unwind_safe::<NotImplementedLayer>();
    assert_unwind_safe::<NotImplementedLayer<WrapBody>>();
    assert_unwind_safe::<NotImplemented<()>>();
    assert_unwind_safe::<NotImplemented<(), WrapBody>>();
}

#[test]
fn values_are_clone_and_comparable() {
    assert_value::<CacheControl>();
    assert_value::<MethodSet>();
    assert_value::<RetryAfter>();
    assert_value::<UnsupportedMethod>();
    assert_comparable::<ParseMethodSetError>();
    assert_copy::<RetryAfter>();
}

#[test]
fn nothing_is_asked_of_what_is_not_held() {
    fn assert_layer<L: tower::Layer<()>>() {}
    fn assert_default<T: Default>() {}
    fn assert_debug<T: std::fmt::Debug>() {}
    assert_default::<ResponseBody<Opaque>>();
    assert_debug::<ResponseFuture<Opaque, Opaque, Opaque>>();
    assert_debug::<NotImplementedLayer<Opaque>>();
    assert_debug::<NotImplemented<(), Opaque>>();
    assert_clone::<NotImplementedLayer<Opaque>>();
    assert_clone::<NotImplemented<(), Opaque>>();
    assert_layer::<NotImplementedLayer<Opaque>>();
    assert_shareable::<NotImplementedLayer<Opaque>>();
}
