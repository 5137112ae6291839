//! The object around every answer of Prometheus' HTTP API.

use serde::Deserialize;

/// What a server answers: the data, and what is to be said of them. [`Reply::into_result`] tells an answer from a refusal.
///
/// Besides Prometheus' own fields it knows `isPartial`, with which VictoriaMetrics says that a part of it did not answer.
///
/// ```
/// use p95_core::remote::read::{QueryAnswer, Reply};
///
/// let json = r#"{"status": "error", "errorType": "bad_data", "error": "no such function"}"#;
/// let refusal = serde_json::from_str::<Reply<QueryAnswer>>(json)?.into_result().unwrap_err();
/// assert_eq!((refusal.kind.as_str(), refusal.message.as_str()), ("bad_data", "no such function"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub struct Reply<T> {
    status: Status,
    #[serde(default = "none")]
    data: Option<T>,
    #[serde(default, rename = "errorType")]
    error_type: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    warnings: Option<Vec<String>>,
    #[serde(default)]
    infos: Option<Vec<String>>,
    #[serde(default, rename = "isPartial")]
    is_partial: Option<bool>,
}

/// A default that does not ask for one of `T`.
fn none<T>() -> Option<T> {
    None
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Success,
    Error,
}

/// What is said of data besides the data. [`Reply::into_result`] has an example.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Remarks {
    /// The data are incomplete or dubious.
    pub warnings: Vec<String>,
    /// What is good to know.
    pub infos: Vec<String>,
}

/// Why a server has no answer.
///
/// [`Reply`] has an example.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Prometheus' word for the kind of error, such as `bad_data`, `execution` or `timeout`; a server may have its own.
    pub kind: String,
    /// What it says.
    pub message: String,
}

impl<T> Reply<T> {
    /// The data with what is said of them.
    ///
    /// ```
    /// use p95_core::remote::read::Reply;
    ///
    /// let json = r#"{"status": "success", "data": ["up"], "warnings": ["a store is away"], "isPartial": true}"#;
    /// let (names, remarks) = serde_json::from_str::<Reply<Vec<String>>>(json)?.into_result().unwrap();
    /// assert_eq!((names.concat().as_str(), remarks.warnings.len()), ("up", 2));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where the server refuses, or says that it succeeded and has no data.
    pub fn into_result(self) -> Result<(T, Remarks), Refusal> {
        if let (Status::Success, Some(data)) = (self.status, self.data) {
            let mut warnings = self.warnings.unwrap_or_default();
            if self.is_partial == Some(true) {
                warnings.push("the answer is partial: a part of the server did not answer".to_owned());
            }
            return Ok((data, Remarks { warnings, infos: self.infos.unwrap_or_default() }));
        }
        let message = match self.status {
            Status::Success => "it says success, and has no data",
            Status::Error => "it says error, and not which",
        };
        Err(Refusal {
            kind: self.error_type.unwrap_or_default(),
            message: self.error.unwrap_or_else(|| message.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_data_or_a_refusal() {
        #[track_caller]
        fn check(json: &str, expect: Result<&str, &str>) {
            let found = serde_json::from_str::<Reply<Vec<String>>>(json).unwrap().into_result();
            let found = found
                .map(|(data, remarks)| format!("{} / {}", data.join(" "), remarks.warnings.join(" ")))
                .map_err(|refusal| format!("{}: {}", refusal.kind, refusal.message));
            assert_eq!(found.as_deref().map_err(String::as_str), expect, "{json}");
        }
        check(r#"{"status":"success","data":["a","b"]}"#, Ok("a b / "));
        check(r#"{"status":"success","isPartial":false,"data":[],"warnings":null}"#, Ok(" / "));
        check(r#"{"data":["a"],"warnings":["w"],"status":"success","stats":{"x":1}}"#, Ok("a / w"));
        check(r#"{"status":"error","errorType":"timeout","error":"late"}"#, Err("timeout: late"));
        check(r#"{"status":"error","errorType":"422","error":"x","data":["a"]}"#, Err("422: x"));
        check(r#"{"status":"error"}"#, Err(": it says error, and not which"));
        check(r#"{"status":"success","data":null}"#, Err(": it says success, and has no data"));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for json in
            ["", "{}", "<html></html>", "[]", r#"{"status":"odd"}"#, r#"{"status":"success","data":["a""#]
        {
            assert!(serde_json::from_str::<Reply<Vec<String>>>(json).is_err(), "{json}");
        }
    }
}
