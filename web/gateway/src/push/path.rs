//! The group that a path names: `job/<job>{/<label>/<value>}`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p95_core::model::Labels;
use p95_core::model::labels::JOB;
use percent_encoding::percent_decode_str;

use crate::frame::NameRules;
use crate::reject::{Reason, Reject, refuse};

/// What a label's name ends with whose value is in base 64.
const BASE64: &str = "@base64";

/// Reads the part of the path behind `/metrics/`, as it was sent: percent-encoded, so that a value may hold a slash.
pub(crate) fn group_of_path(path: &str, rules: NameRules<'_>) -> Result<Labels, Reject> {
    let mut parts = path.split('/');
    let mut labels = Vec::new();
    while let Some(name) = parts.next() {
        let Some(value) = parts.next() else {
            return refuse(
                Reason::Path,
                "expected a value behind each label: /metrics/job/<job>{/<label>/<value>}",
            );
        };
        let name = text(name)?;
        let (name, value) = match name.strip_suffix(BASE64) {
            Some(name) => (name.to_owned(), decoded(value)?),
            None => (name, text(value)?),
        };
        labels.push((name, value));
    }
    let is_job_first = labels.first().is_some_and(|(name, _)| name == JOB);
    if !is_job_first || labels.first().is_none_or(|(_, job)| job.is_empty()) {
        return refuse(Reason::Path, "expected a job: /metrics/job/<job>{/<label>/<value>}");
    }
    for (at, (name, _)) in labels.iter().enumerate() {
        if labels.iter().take(at).any(|(before, _)| before == name) {
            return refuse(
                Reason::Path,
                format_args!("expected each label once: {} stands twice", name.escape_debug()),
            );
        }
    }
    rules.labels("the group", labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    Ok(Labels::from_pairs(labels))
}

fn text(part: &str) -> Result<String, Reject> {
    let text = percent_decode_str(part).decode_utf8();
    text.map(Into::into).map_err(|_| Reject::new(Reason::Path, "expected UTF-8 in the path"))
}

/// A value in base 64 with the alphabet for URLs, whose padding may be missing.
fn decoded(part: &str) -> Result<String, Reject> {
    let part = text(part)?;
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
    let value = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    value.ok_or_else(|| Reject::new(Reason::Path, "expected UTF-8 in base 64 with the alphabet for URLs"))
}
