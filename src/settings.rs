//! What a user can set, before it is frozen.

use crate::{explanation::Explanation, CacheControl, MethodSet, RetryAfter};

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) supported: MethodSet,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) cache_control: Option<CacheControl>,
    pub(crate) allow_header: bool,
    pub(crate) explanation: Explanation,
    /// Bytes.
    pub(crate) discard: Option<u64>,
}

impl Settings {
    pub(crate) const fn new(supported: MethodSet) -> Self {
        Self {
            supported,
            retry_after: None,
            cache_control: None,
            allow_header: false,
            explanation: Explanation::Text,
            discard: None,
        }
    }
}
