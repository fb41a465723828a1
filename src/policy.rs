//! The settings as a service shares them with its clones.

use crate::{refusal::Refusal, settings::Settings, MethodSet};

#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) supported: MethodSet,
    pub(crate) refusal: Refusal,
    /// How much content a refused request may have to be waited for, in bytes.
    pub(crate) discard: Option<u64>,
}

impl Policy {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            supported: settings.supported.clone(),
            refusal: Refusal::new(settings),
            discard: settings.discard,
        }
    }
}
