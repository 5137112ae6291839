//! The formats, and which one a client would rather have.

/// The `Content-Type` of [`Format::OpenMetrics`].
pub const OPENMETRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The `Content-Type` of [`Format::Text`].
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A text format of metrics.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// OpenMetrics 1.0: with units, infos, statesets and an end that shows that nothing is missing.
    OpenMetrics,
    /// Prometheus' text format 0.0.4, which every client reads.
    #[default]
    Text,
}

impl Format {
    /// The `Content-Type` header of an answer in this format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => OPENMETRICS_CONTENT_TYPE,
            Self::Text => TEXT_CONTENT_TYPE,
        }
    }

    /// The format for a request with this `Accept` header: OpenMetrics where the client names it, in a version that is
    /// 1 or earlier or not given, and does not prefer text; else text. An absent header is an empty one.
    pub fn negotiate(accept: &str) -> Self {
        let mut openmetrics = 0.0;
        let mut text = 0.0_f64;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
            let mut quality = 1.0_f64;
            let mut is_known_version = true;
            for (name, value) in parts.filter_map(|part| part.split_once('=')) {
                match name.trim() {
                    "q" => quality = value.trim().parse().unwrap_or(0.0),
                    "version" => is_known_version = matches!(value.trim(), "1.0.0" | "0.0.1" | "0.0.4"),
                    _ => {}
                }
            }
            match media_type.as_str() {
                "application/openmetrics-text" if is_known_version => openmetrics = quality.max(openmetrics),
                "text/plain" if is_known_version => text = quality.max(text),
                _ => {}
            }
        }
        if openmetrics > 0.0 && openmetrics >= text { Self::OpenMetrics } else { Self::Text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_prefers() {
        #[track_caller]
        fn check(accept: &str, expect: Format) {
            assert_eq!(Format::negotiate(accept), expect, "{accept}");
        }
        check("", Format::Text);
        check("*/*", Format::Text);
        check("text/html, */*;q=0.1", Format::Text);
        check("application/openmetrics-text", Format::OpenMetrics);
        check(
            "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format::OpenMetrics,
        );
        check("Application/OpenMetrics-Text; version=0.0.1; q=0.5, text/plain;q=0.9", Format::Text);
        check("application/openmetrics-text; version=2.0.0, text/plain;q=0.1", Format::Text);
        check("application/openmetrics-text;q=0", Format::Text);
        check("application/openmetrics-text;q=x", Format::Text);
    }
}
