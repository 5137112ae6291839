//! What a request asks: parameters in the URL or in a form.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use p95_core::model::duration::parse_duration_ms;
use p95_core::model::select::TimeRange;
use url::form_urlencoded;

use super::error::ApiError;
use super::now_ms;

/// The parameters of a request, in their order: first those of a form, then those of the URL.
#[derive(Clone, Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

/// The largest form that is read.
const MAX_FORM_BYTES: usize = 10 << 20;

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (head, body) = request.into_parts();
        let media_type =
            head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut pairs = Vec::new();
        if head.method == Method::POST && media_type.starts_with("application/x-www-form-urlencoded") {
            let form = to_bytes(body, MAX_FORM_BYTES)
                .await
                .map_err(|error| ApiError::bad_data(error.to_string()))?;
            pairs.extend(form_urlencoded::parse(&form).into_owned());
        }
        let query = head.uri.query().unwrap_or_default();
        pairs.extend(form_urlencoded::parse(query.as_bytes()).into_owned());
        Ok(Self(pairs))
    }
}

impl Params {
    /// The first value of a parameter; an empty one counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All values of a parameter.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// The query.
    pub(super) fn query(&self) -> Result<&str, ApiError> {
        self.get("query")
            .ok_or_else(|| ApiError::parameter("query", "it is missing; give a PromQL expression"))
    }

    /// A time, in milliseconds since the Unix epoch.
    pub(super) fn time_ms(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let time_ms = parse_time_ms(text).ok_or_else(|| {
            ApiError::parameter(
                name,
                format!("cannot parse {text:?} to a valid timestamp: give seconds or RFC 3339"),
            )
        })?;
        Ok(Some(time_ms))
    }

    /// A duration, in milliseconds.
    pub(super) fn duration_ms(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let seconds_ms = || text.parse().ok().and_then(to_ms);
        let duration_ms = parse_duration_ms(text).or_else(seconds_ms).ok_or_else(|| {
            ApiError::parameter(
                name,
                format!("cannot parse {text:?} to a valid duration: give seconds or 1m30s"),
            )
        })?;
        Ok(Some(duration_ms))
    }

    /// How long a query may take, where the request says so.
    pub(super) fn timeout(&self) -> Result<Option<Duration>, ApiError> {
        let timeout_ms = self.duration_ms("timeout")?;
        Ok(timeout_ms.map(|timeout_ms| Duration::from_millis(timeout_ms.max(0).unsigned_abs())))
    }

    /// The most elements that are wanted; 0 and nothing mean all.
    pub(super) fn limit(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let limit: usize = text.parse().map_err(|_| {
            ApiError::parameter(name, format!("{text:?} is no limit: give a whole number, 0 for none"))
        })?;
        Ok(Some(limit).filter(|limit| *limit > 0))
    }

    /// From `start` to `end`; without them, all time.
    pub(super) fn range(&self) -> Result<TimeRange, ApiError> {
        let start_ms = self.time_ms("start")?.unwrap_or(i64::MIN / 2);
        let end_ms = self.time_ms("end")?.unwrap_or(i64::MAX / 2);
        if end_ms < start_ms {
            return Err(ApiError::parameter("end", "end timestamp must not be before start time"));
        }
        Ok(TimeRange { start_ms, end_ms })
    }

    /// The time of an instant query.
    pub(super) fn at_ms(&self) -> Result<i64, ApiError> {
        Ok(self.time_ms("time")?.unwrap_or_else(now_ms))
    }
}

/// Seconds since the Unix epoch, or RFC 3339.
fn parse_time_ms(text: &str) -> Option<i64> {
    // The first and the last time that Go knows, which clients send for "always".
    match text {
        "-292273086-05-16T16:47:06Z" => return Some(i64::MIN / 2),
        "+292277025-08-18T07:12:54.999999999Z" => return Some(i64::MAX / 2),
        _ => {}
    }
    match text.parse() {
        Ok(seconds) => to_ms(seconds),
        Err(_) => text.parse().ok().map(|time: jiff::Timestamp| time.as_millisecond()),
    }
}

/// Milliseconds, where that many can be told.
#[expect(clippy::cast_possible_truncation, reason = "the number lies within the range of 53 bits")]
fn to_ms(seconds: f64) -> Option<i64> {
    let milliseconds = (seconds * 1_000.0).round();
    (milliseconds.abs() < 9.0e15).then_some(milliseconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_dates() {
        #[track_caller]
        fn check(text: &str, expect: Option<i64>) {
            assert_eq!(parse_time_ms(text), expect, "{text}");
        }
        check("1435781451.781", Some(1_435_781_451_781));
        check("-1.5", Some(-1_500));
        check("2015-07-01T20:10:51.781Z", Some(1_435_781_451_781));
        check("2015-07-01T22:10:51.781+02:00", Some(1_435_781_451_781));
        check("-292273086-05-16T16:47:06Z", Some(i64::MIN / 2));
        for bad in ["", "now", "NaN", "inf", "1e300", "2015-07-01"] {
            check(bad, None);
        }
    }

    #[test]
    fn durations_have_units_or_are_seconds() {
        #[track_caller]
        fn check(text: &str, expect: Option<i64>) {
            let params = Params(vec![("step".to_owned(), text.to_owned())]);
            assert_eq!(params.duration_ms("step").unwrap_or(None), expect, "{text}");
        }
        check("15", Some(15_000));
        check("0.25", Some(250));
        check("1m30s", Some(90_000));
        check("x", None);
        check("NaN", None);
    }
}
