//! Every public type is as shareable as its parts.

use http_body_util::Full;
use std::future::Ready;
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, ParseMethodSetError,
    ResponseBody, ResponseFuture, RetryAfter, UnsupportedMethod, WrapBody,
};

fn assert_shareable<T: Send + Sync + Unpin + std::fmt::Debug + 'static>() {}
fn assert_clone<T: Clone>() {}
fn assert_value<T: Clone + Eq>() {}

/// Neither Send, Sync, Clone nor Debug.
struct Opaque(#[allow(dead_code)] *const ());

#[test]
fn public_types_are_send_sync_unpin_and_debug() {
    assert_shareable::<CacheControl>();
    assert_shareable::<MethodSet>();
    assert_shareable::<NotImplemented<()>>();
    assert_shareable::<NotImplementedLayer>();
    assert_shareable::<ParseMethodSetError>();
    assert_shareable::<ResponseBody<Full<bytes::Bytes>>>();
    assert_shareable::<ResponseFuture<Ready<()>, Full<bytes::Bytes>>>();
    assert_shareable::<RetryAfter>();
    assert_shareable::<UnsupportedMethod>();
    assert_shareable::<WrapBody>();
}

#[test]
fn values_are_clone_and_comparable() {
    assert_value::<CacheControl>();
    assert_value::<MethodSet>();
    assert_value::<ParseMethodSetError>();
    assert_value::<RetryAfter>();
    assert_clone::<NotImplemented<()>>();
    assert_clone::<NotImplementedLayer>();
    assert_clone::<UnsupportedMethod>();
}

#[test]
fn clone_and_debug_ask_nothing_of_what_they_do_not_hold() {
    fn assert_default<T: Default>() {}
    fn assert_debug<T: std::fmt::Debug>() {}
    assert_default::<ResponseBody<Opaque>>();
    assert_debug::<ResponseFuture<Opaque, Opaque, Opaque>>();
    assert_debug::<NotImplementedLayer<Opaque>>();
    assert_debug::<NotImplemented<(), Opaque>>();
}
