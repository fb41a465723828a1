//! Settings frozen into the 501: made once, answered many times.

use crate::{
    explanation::{Condition, Explanation},
    settings::Settings,
    CacheControl, MethodSet, RetryAfter,
};
use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use std::{borrow::Cow, time::SystemTime};

/// The fields and the content of a 501, and the condition they speak of.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) fields: HeaderMap,
    pub(crate) content: Bytes,
    pub(crate) condition: Condition,
}

impl Form {
    /// The 501 as long as `retry_after` stands.
    fn new(settings: &Settings, retry_after: Option<RetryAfter>) -> Self {
        let condition = retry_after.map_or(Condition::Permanent, |_| Condition::Temporary);
        let (content_type, content) = settings.explanation.content(condition);
        let left = retry_after.and_then(RetryAfter::delay);
        let cache_control = settings.cache_control.as_ref();
        let allow = settings.allow_header.then(|| allow(&settings.supported));
        let fields = [
            (CONTENT_TYPE, content_type),
            (RETRY_AFTER, retry_after.and_then(RetryAfter::value)),
            (
                CACHE_CONTROL,
                cache_control.map(|policy| policy.value(left)),
            ),
            (ALLOW, allow.flatten()),
        ];
        let present = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        Self {
            fields: present.collect(),
            content,
            condition,
        }
    }

    /// The 501 of the default settings, with room for a Connection field.
    pub(crate) fn standard() -> Self {
        let condition = Condition::Permanent;
        let (content_type, content) = Explanation::Text.content(condition);
        let mut fields = HeaderMap::with_capacity(3);
        fields.extend(content_type.map(|value| (CONTENT_TYPE, value)));
        Self {
            fields,
            content,
            condition,
        }
    }

    fn with_cache_control(&self, value: HeaderValue) -> Self {
        let mut form = self.clone();
        form.fields.insert(CACHE_CONTROL, value);
        form
    }
}

fn allow(supported: &MethodSet) -> Option<HeaderValue> {
    HeaderValue::try_from(supported.to_string()).ok()
}

/// The 501 at any time.
#[derive(Debug)]
pub(crate) struct Refusal {
    form: Form,
    lapse: Option<Lapse>,
}

/// What changes when the date in Retry-After passes.
#[derive(Debug)]
struct Lapse {
    date: RetryAfter,
    cache_control: Option<CacheControl>,
    afterwards: Form,
}

impl Refusal {
    pub(crate) fn new(settings: &Settings) -> Self {
        let date = settings.retry_after.filter(|retry| retry.delay().is_none());
        Self {
            form: Form::new(settings, settings.retry_after),
            lapse: date.map(|date| Lapse {
                date,
                cache_control: settings.cache_control.clone(),
                afterwards: Form::new(settings, None),
            }),
        }
    }

    /// The 501 to send now.
    pub(crate) fn form(&self) -> Cow<'_, Form> {
        match &self.lapse {
            None => Cow::Borrowed(&self.form),
            Some(lapse) => self.form_at(lapse, SystemTime::now()),
        }
    }

    fn form_at<'a>(&'a self, lapse: &'a Lapse, now: SystemTime) -> Cow<'a, Form> {
        let left = lapse.date.left(now);
        match (left, &lapse.cache_control) {
            (None, _) => Cow::Borrowed(&lapse.afterwards),
            (Some(_), None) => Cow::Borrowed(&self.form),
            (left, Some(policy)) => Cow::Owned(self.form.with_cache_control(policy.value(left))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// A refusal until second 1,000 that caches may keep for 600 seconds, as sent at `now`.
    fn form_at(now: SystemTime) -> Form {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        let refusal = Refusal::new(&settings);
        let lapse = refusal.lapse.as_ref().unwrap();
        refusal.form_at(lapse, now).into_owned()
    }

    #[test]
    fn freshness_counts_down_to_the_date() {
        assert_eq!(form_at(at(0)).fields[CACHE_CONTROL], "max-age=600");
        assert_eq!(form_at(at(400)).fields[CACHE_CONTROL], "max-age=600");
        assert_eq!(form_at(at(401)).fields[CACHE_CONTROL], "max-age=599");
        assert_eq!(form_at(at(999)).fields[CACHE_CONTROL], "max-age=1");
    }

    #[test]
    fn the_date_is_sent_until_it_passes() {
        let before = form_at(at(999));
        assert_eq!(before.fields[RETRY_AFTER], "Thu, 01 Jan 1970 00:16:40 GMT");
        assert_eq!(before.condition, Condition::Temporary);

        let after = form_at(at(1_000));
        assert!(!after.fields.contains_key(RETRY_AFTER));
        assert_eq!(after.fields[CACHE_CONTROL], "max-age=600");
        assert_eq!(after.condition, Condition::Permanent);
        assert_ne!(before.content, after.content);
    }
}
