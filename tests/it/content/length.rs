//! Which Content-Length declares the length of content, and which does not.

use super::{
    data, discarding, layer, refuse, request,
    rule::{exact, left, length, see, silent, unknown, Seen::Read, CHUNKED},
    Content, END, VERSIONS,
};
use http::{HeaderValue, Version};
use std::task::Poll;

#[test]
fn a_limit_has_64_bits() {
    let limit = u64::from(u32::MAX) + 8;
    for version in VERSIONS {
        for (size, expected) in [(limit, Read), (limit + 1, left(version))] {
            let declared = request(version, &length(&size.to_string()), silent());
            assert_eq!(see(&discarding(limit), declared), expected, "{version:?}");
            let hinted = request(version, &[], exact(size));
            assert_eq!(see(&discarding(limit), hinted), expected, "{version:?}");
        }
    }
    // More than its lower 32 bits.
    let content = Content::of([data(20), END]);
    let chunked = request(Version::HTTP_11, &[], content);
    let mut refusal = refuse(&discarding(limit), chunked);
    assert_eq!(refusal.poll(), Poll::Ready(false));
}

#[test]
fn a_length_that_64_bits_cannot_count_is_above_every_limit() {
    let (nines, more_nines) = ("9".repeat(30), "9".repeat(5_000));
    for version in VERSIONS {
        for digits in ["18446744073709551616", &nines, &more_nines] {
            let request = request(version, &length(digits), silent());
            let seen = see(&discarding(u64::MAX), request);
            assert_eq!(seen, left(version), "{version:?} {digits}");
        }
        let largest = length("18446744073709551615");
        let seen = see(&discarding(u64::MAX), request(version, &largest, silent()));
        assert_eq!(seen, Read, "{version:?}");
    }
}

#[test]
fn leading_zeros_change_no_length() {
    let digits = "0".repeat(5_000) + "10";
    for version in VERSIONS {
        let request = request(version, &length(&digits), silent());
        assert_eq!(see(&discarding(10), request), Read, "{version:?}");
    }
}

#[test]
fn a_malformed_length_is_none() {
    for value in [
        "+5",
        "-5",
        "5, 5",
        "5,5",
        " ",
        "",
        "0x5",
        "5 5",
        "5.0",
        "+99999999",
        "\t",
    ] {
        for version in VERSIONS {
            let mut request = request(version, &[], silent());
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().insert("content-length", value);
            let seen = see(&layer(), request);
            assert_eq!(seen, unknown(version), "{version:?}");
        }
    }
}

#[test]
fn a_length_of_other_bytes_than_text_is_none() {
    for version in VERSIONS {
        let mut request = request(version, &[], silent());
        let value = HeaderValue::from_bytes(b"\xff5").unwrap();
        request.headers_mut().insert("content-length", value);
        assert_eq!(see(&layer(), request), unknown(version), "{version:?}");
    }
}

#[test]
fn a_repeated_length_is_none() {
    for version in VERSIONS {
        for second in ["10", "99999999"] {
            let fields = [("content-length", "10"), ("content-length", second)];
            let seen = see(&layer(), request(version, &fields, silent()));
            assert_eq!(seen, unknown(version), "{version:?} {second}");
        }
    }
}

#[test]
fn a_length_beside_a_transfer_coding_is_none() {
    for version in VERSIONS {
        for declared in ["0", "10", "99999999"] {
            let fields = [CHUNKED, ("content-length", declared)];
            let seen = see(&layer(), request(version, &fields, silent()));
            assert_eq!(seen, unknown(version), "{version:?} {declared}");
        }
    }
}
