//! The scenarios that `instructions` counts and `time` times, each a loop of [`ROUNDS`] rounds.
//!
//! [`each_scenario`] lists them all: a group is a module here, a scenario a function in it.

#![allow(unreachable_pub)] // a module of two programs

use std::hint::black_box;

pub mod axum;
pub mod body;
pub mod cloning;
pub mod floor;
pub mod forwarding;
pub mod hyper;
pub mod inner;
pub mod membership;
pub mod peers;
pub mod refusing;
pub mod stack;

/// How many rounds a scenario runs, so that the time of one in nanoseconds is the time of all in
/// microseconds.
pub const ROUNDS: usize = 1_000;

/// A scenario, ready to run all its rounds.
pub type Scenario = Box<dyn FnMut()>;

/// The scenario that does `once` to `state` in each round.
pub fn repeat<S: 'static>(mut state: S, once: impl Fn(&mut S) + 'static) -> Scenario {
    Box::new(move || rounds(&mut state, &once))
}

#[inline(never)]
fn rounds<S>(state: &mut S, once: impl Fn(&mut S)) {
    for _ in 0..ROUNDS {
        once(black_box(state));
    }
}

/// Calls the macro `$do` with `group { scenario, .. }` for every group.
#[macro_export]
macro_rules! each_scenario {
    ($do:ident) => {
        $do! {
            membership {
                empty_loop,
                get_of_2, post_missing_of_2, get_of_9, patch_of_9, get_of_200, patch_missing_of_200,
                propfind_missing_of_2, propfind_of_16, propfind_of_200, acl_of_39,
                version_control_of_39, long_extension_of_39, long_extension_missing_of_200,
                foo_missing_of_2, only_of_1, foo_missing_of_1, first_of_40, last_of_40, last_of_200,
                foo_missing_of_40, foo_missing_of_200,
                short_near_miss_of_40, huge_near_miss_of_40, huge_missing_of_2,
                through_service_get_of_2, through_service_patch_of_9, through_service_get_of_200,
                through_service_propfind_of_16, through_service_propfind_of_200,
                through_service_last_of_40, through_service_last_of_200,
            }
            forwarding {
                ready_bare, ready_layer, ready_layer_wrapped, ready_layer_custom,
                ready_floor, ready_floor_arc, ready_validate, ready_filter, ready_set_status,
                boxed_bare, boxed_layer, boxed_layer_wrapped, boxed_layer_custom,
                boxed_floor, boxed_floor_arc, boxed_validate, boxed_filter, boxed_set_status,
                big_bare, big_layer, big_layer_wrapped, big_layer_custom,
                big_floor, big_floor_arc, big_validate, big_filter, big_set_status,
            }
            cloning {
                empty_loop, bare, layer, layer_custom, layering, layering_custom, layering_wrapped,
            }
            refusing {
                bare_ok, layer, layer_wrapped, floor_empty, floor_fields, validate, validate_marked,
                filter, layer_huge_token, layer_extension,
                layer_default, layer_grpc, layer_with_content, layer_until_a_date,
                response_alone, response_with_mark, response_with_fields,
            }
            hyper {
                get_bare, get_layer, get_layer_default, get_layer_wrapped,
                get_floor, get_floor_arc, get_validate, get_filter, get_set_status,
                foo_bare, foo_bare_501, foo_layer, foo_layer_wrapped, foo_validate,
                upload_bare, upload_layer,
            }
            axum {
                get_bare, get_around, get_around_validate, get_around_from_fn,
                get_inside_nothing, get_inside, get_inside_wrapped, get_inside_validate, get_inside_from_fn,
                foo_method_router, foo_around, foo_around_validate, foo_around_from_fn,
                foo_inside_nothing, foo_inside, foo_inside_wrapped, foo_inside_validate, foo_inside_from_fn,
            }
            body {
                bare, layer, layer_wrapped, boxed_bare, boxed_wrapped,
            }
            stack {
                bare, layer_1, layer_16, layer_16_wrapped,
            }
        }
    };
}
