//! Whether content is read at all, by what the request and its body say of it.

use super::{discarding, layer, refuse, request, Content, VERSIONS};
use http::{Method, Request, Version};
use http_body::SizeHint;
use std::{sync::atomic::Ordering, task::Poll};
use tower_not_implemented::NotImplementedLayer;

use Seen::{Answered, Closed, Read};

/// What is done about content that has not come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Seen {
    /// The 501 is there at once, and the content is not asked for.
    Answered,
    /// So too, and it announces the end of the connection.
    Closed,
    /// The content is asked for and waited for.
    Read,
}

pub(super) fn see(layer: &NotImplementedLayer, request: Request<Content>) -> Seen {
    let polls = request.body().polls.clone();
    let seen = match refuse(layer, request).poll() {
        Poll::Ready(false) => Answered,
        Poll::Ready(true) => Closed,
        Poll::Pending => Read,
    };
    let expected = usize::from(seen == Read);
    assert_eq!(polls.load(Ordering::SeqCst), expected, "{seen:?}");
    seen
}

/// What a version does about content that is left unread.
pub(super) fn left(version: Version) -> Seen {
    if version <= Version::HTTP_11 {
        Closed
    } else {
        Answered
    }
}

/// What a version does about content of which nothing is known.
pub(super) fn unknown(version: Version) -> Seen {
    if version <= Version::HTTP_11 {
        Read
    } else {
        Answered
    }
}

/// Content that never comes and says nothing of itself.
pub(super) fn silent() -> Content {
    Content::of([])
}

pub(super) fn exact(length: u64) -> Content {
    silent().hinting(SizeHint::with_exact(length))
}

fn at_least(length: u64) -> Content {
    let mut hint = SizeHint::new();
    hint.set_lower(length);
    silent().hinting(hint)
}

fn ended() -> Content {
    let mut content = exact(0);
    content.ended = true;
    content
}

pub(super) fn length(value: &str) -> [(&str, &str); 1] {
    [("content-length", value)]
}

const EXPECT: (&str, &str) = ("expect", "100-continue");
pub(super) const CHUNKED: (&str, &str) = ("transfer-encoding", "chunked");

#[test]
fn connect_is_answered_at_once_whatever_its_content() {
    for version in VERSIONS {
        for content in [ended, || exact(0), || exact(10), silent] {
            for fields in [&[][..], &length("0"), &length("10"), &[CHUNKED], &[EXPECT]] {
                for limit in [0, 10, u64::MAX] {
                    let mut connect = request(version, fields, content());
                    *connect.method_mut() = Method::CONNECT;
                    let seen = see(&discarding(limit), connect);
                    assert_eq!(seen, left(version), "{version:?} {fields:?} {limit}");
                }
            }
        }
    }
}

#[test]
fn content_that_has_ended_is_none() {
    for version in VERSIONS {
        for fields in [&[][..], &length("0"), &length("10"), &[CHUNKED], &[EXPECT]] {
            for limit in [0, u64::MAX] {
                let seen = see(&discarding(limit), request(version, fields, ended()));
                assert_eq!(seen, Answered, "{version:?} {fields:?} {limit}");
            }
        }
    }
}

#[test]
fn a_body_of_no_bytes_is_none_where_no_field_frames_it() {
    for version in VERSIONS {
        for fields in [&[][..], &[EXPECT]] {
            for limit in [0, u64::MAX] {
                let seen = see(&discarding(limit), request(version, fields, exact(0)));
                assert_eq!(seen, Answered, "{version:?} {fields:?} {limit}");
            }
        }
    }
}

#[test]
fn a_body_of_no_bytes_is_none_where_http1_declares_none() {
    for version in [Version::HTTP_10, Version::HTTP_11] {
        for limit in [0, u64::MAX] {
            let request = request(version, &length("0"), exact(0));
            assert_eq!(see(&discarding(limit), request), Answered, "{version:?}");
        }
    }
}

#[test]
fn a_stream_declared_to_be_empty_is_read_to_its_end() {
    for version in [Version::HTTP_2, Version::HTTP_3] {
        for content in [exact(0), silent()] {
            let request = request(version, &length("0"), content);
            assert_eq!(see(&layer(), request), Read, "{version:?}");
        }
    }
}

#[test]
fn a_body_of_no_bytes_does_not_hide_content_that_a_field_frames() {
    for version in VERSIONS {
        let declared = request(version, &length("10"), exact(0));
        assert_eq!(see(&layer(), declared), Read, "{version:?}");
        let chunked = request(version, &[CHUNKED], exact(0));
        assert_eq!(see(&layer(), chunked), unknown(version), "{version:?}");
        let too_long = request(version, &length("11"), exact(0));
        assert_eq!(see(&discarding(10), too_long), left(version), "{version:?}");
    }
}

#[test]
fn content_that_an_expectation_holds_back_is_left() {
    for version in [Version::HTTP_11, Version::HTTP_2, Version::HTTP_3] {
        for expectation in ["100-continue", "100-Continue", "something else", ""] {
            let fields = [("expect", expectation), ("content-length", "10")];
            for content in [exact(10), silent()] {
                let seen = see(&layer(), request(version, &fields, content));
                assert_eq!(seen, left(version), "{version:?} {expectation}");
            }
        }
    }
}

#[test]
fn an_expectation_is_ignored_before_http_1_1() {
    for version in [Version::HTTP_09, Version::HTTP_10] {
        let fields = [EXPECT, ("content-length", "10")];
        let seen = see(&layer(), request(version, &fields, exact(10)));
        assert_eq!(seen, Read, "{version:?}");
    }
}

#[test]
fn a_limit_of_zero_leaves_all_content() {
    for version in VERSIONS {
        for fields in [&[][..], &length("10"), &[CHUNKED]] {
            for content in [exact(10), silent()] {
                let seen = see(&discarding(0), request(version, fields, content));
                assert_eq!(seen, left(version), "{version:?} {fields:?}");
            }
        }
    }
}

#[test]
fn content_is_left_where_the_larger_of_its_lengths_is_above_the_limit() {
    for version in VERSIONS {
        for (declared, content) in [
            ("11", silent()),
            ("11", exact(11)),
            ("11", exact(10)),
            ("10", exact(11)),
            ("10", at_least(11)),
        ] {
            let request = request(version, &length(declared), content);
            let seen = see(&discarding(10), request);
            assert_eq!(seen, left(version), "{version:?} {declared}");
        }
        for content in [exact(11), at_least(11)] {
            let seen = see(&discarding(10), request(version, &[], content));
            assert_eq!(seen, left(version), "{version:?}");
        }
        for content in [silent(), exact(10), at_least(10)] {
            let seen = see(&discarding(10), request(version, &length("10"), content));
            assert_eq!(seen, Read, "{version:?}");
        }
    }
}

#[test]
fn the_limit_is_256_kibibytes_by_default() {
    for version in VERSIONS {
        let within = request(version, &length("262144"), silent());
        assert_eq!(see(&layer(), within), Read, "{version:?}");
        let above = request(version, &length("262145"), silent());
        assert_eq!(see(&layer(), above), left(version), "{version:?}");
    }
}

#[test]
fn content_of_unknown_length_is_read_over_http1_alone() {
    for version in VERSIONS {
        for content in [silent(), at_least(1)] {
            let seen = see(&layer(), request(version, &[], content));
            assert_eq!(seen, unknown(version), "{version:?}");
        }
        let chunked = request(version, &[CHUNKED], silent());
        assert_eq!(see(&layer(), chunked), unknown(version), "{version:?}");
    }
}

#[test]
fn content_whose_length_is_known_is_read_over_every_version() {
    for version in VERSIONS {
        for content in [exact(10), silent(), at_least(10)] {
            let seen = see(&layer(), request(version, &length("10"), content));
            assert_eq!(seen, Read, "{version:?}");
        }
        let hinted = request(version, &[], exact(10));
        assert_eq!(see(&layer(), hinted), Read, "{version:?}");
    }
}
