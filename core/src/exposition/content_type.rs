//! Which format a page is in, as HTTP headers say it.

use std::fmt;

use super::Escaping;

/// The formats that Prometheus scrapes.
///
/// ```
/// use p95_core::exposition::{ContentType, WireFormat};
/// assert_eq!(ContentType::parse("text/plain; version=1.0.0").format, WireFormat::Text100);
/// assert_eq!(ContentType::parse("text/html").format, WireFormat::Text004);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum WireFormat {
    /// Text 0.0.4, which every client reads.
    #[default]
    Text004,
    /// Text 1.0.0, whose reader knows quoted names.
    Text100,
    /// OpenMetrics 0.0.1, the draft.
    OpenMetrics001,
    /// OpenMetrics 1.0.
    OpenMetrics100,
    /// Messages `io.prometheus.client.MetricFamily`, each behind its length.
    Protobuf,
}

/// The `Content-Type` of a page: its format, and how its names are escaped.
///
/// ```
/// use p95_core::exposition::{ContentType, WireFormat};
///
/// let accept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.4";
/// let answer = ContentType::negotiate(accept, &WireFormat::ALL);
/// assert_eq!(
///     answer.to_string(),
///     "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ContentType {
    /// The format.
    pub format: WireFormat,
    /// How names are escaped that need it.
    pub escaping: Escaping,
}

impl WireFormat {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Text004, Self::Text100, Self::OpenMetrics001, Self::OpenMetrics100, Self::Protobuf];

    /// The type with its parameters, without the escaping.
    fn media_type(self) -> &'static str {
        match self {
            Self::Text004 => "text/plain; version=0.0.4; charset=utf-8",
            Self::Text100 => "text/plain; version=1.0.0; charset=utf-8",
            Self::OpenMetrics001 => "application/openmetrics-text; version=0.0.1; charset=utf-8",
            Self::OpenMetrics100 => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        }
    }

    /// The format that a range of an Accept header, or a Content-Type header, names; `None` for any other.
    fn of(range: &MediaRange<'_>) -> Option<Self> {
        let is = |name: &str| range.media_type.eq_ignore_ascii_case(name);
        let version = range.parameter("version").unwrap_or_default();
        if is("text/plain") {
            return match version {
                "" | "0.0.4" => Some(Self::Text004),
                "1.0.0" => Some(Self::Text100),
                _ => None,
            };
        }
        if is("application/openmetrics-text") {
            return match version {
                // The older one for those who do not say, as Prometheus' clients have it.
                "" | "0.0.1" => Some(Self::OpenMetrics001),
                "1.0.0" => Some(Self::OpenMetrics100),
                _ => None,
            };
        }
        let is_family = || range.parameter("proto") == Some("io.prometheus.client.MetricFamily");
        let is_delimited = || range.parameter("encoding") == Some("delimited");
        (is("application/vnd.google.protobuf") && is_family() && is_delimited()).then_some(Self::Protobuf)
    }
}

impl ContentType {
    /// The answer to a request with this Accept header (empty where there is none), from one that can write `offers`:
    /// the format of the highest quality, the first of several; text 0.0.4 where none fits.
    ///
    /// Source: `expfmt.NegotiateIncludingOpenMetrics` of Prometheus' Go library, less its answer to `q=0`, which by
    /// HTTP's rules means no.
    pub fn negotiate(accept: &str, offers: &[WireFormat]) -> Self {
        let mut ranges: Vec<MediaRange<'_>> =
            accept.split(',').map(MediaRange::parse).filter(|range| range.quality > 0.0).collect();
        ranges.sort_by(|a, b| b.quality.total_cmp(&a.quality));
        let mut escaping = Escaping::default();
        for range in &ranges {
            // One that was asked for earlier, with a format that is not offered, holds until another is asked for.
            escaping = range.parameter("escaping").and_then(Escaping::from_name).unwrap_or(escaping);
            if let Some(format) = WireFormat::of(range).filter(|format| offers.contains(format)) {
                return Self { format, escaping };
            }
        }
        Self { format: WireFormat::Text004, escaping }
    }

    /// What a Content-Type header says. Everything unknown is text 0.0.4, as Prometheus took it for as long as targets
    /// have left the header out; OpenMetrics and protobuf are known whatever their parameters are.
    pub fn parse(header: &str) -> Self {
        let range = MediaRange::parse(header);
        let is = |name: &str| range.media_type.eq_ignore_ascii_case(name);
        let format = WireFormat::of(&range).unwrap_or_else(|| {
            if is("application/openmetrics-text") {
                WireFormat::OpenMetrics100
            } else if is("application/vnd.google.protobuf") {
                WireFormat::Protobuf
            } else {
                WireFormat::Text004
            }
        });
        let escaping = range.parameter("escaping").and_then(Escaping::from_name).unwrap_or_default();
        Self { format, escaping }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; escaping={}", self.format.media_type(), self.escaping)
    }
}

/// `type/subtype; name=value; q=0.5`
struct MediaRange<'a> {
    media_type: &'a str,
    parameters: &'a str,
    quality: f64,
}

impl<'a> MediaRange<'a> {
    fn parse(text: &'a str) -> Self {
        let (media_type, parameters) = text.split_once(';').unwrap_or((text, ""));
        let mut range = Self { media_type: media_type.trim(), parameters, quality: 1.0 };
        if let Some(quality) = range.parameter("q") {
            range.quality = quality.parse().ok().filter(|quality| *quality <= 1.0).unwrap_or(0.0);
        }
        range
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        let pairs = self.parameters.split(';').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim().trim_matches('"'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_prefers() {
        #[track_caller]
        fn check(accept: &str, expect: &str) {
            assert_eq!(ContentType::negotiate(accept, &WireFormat::ALL).to_string(), expect, "{accept}");
        }
        let text = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
        for accept in ["", "*/*", "text/html, */*;q=0.1", "text/plain", "text/plain;version=2", "garbage;;=,"]
        {
            check(accept, text);
        }
        check("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", text);
        check("application/openmetrics-text;q=0, text/plain", text);
        check("application/openmetrics-text;q=x", text);
        check("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", text);
        check(
            "text/plain;version=1.0.0;escaping=values",
            "text/plain; version=1.0.0; charset=utf-8; escaping=values",
        );
        check(
            "Application/OpenMetrics-Text",
            "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores",
        );
        // Prometheus 2.42
        check(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
        );
        // Prometheus 3 with native histograms
        check(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores",
        );
        check("application/vnd.google.protobuf;proto=other;encoding=delimited", text);
        check(
            "application/openmetrics-text;version=1.0.0;escaping=none;q=0.5",
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
        );
    }

    #[test]
    fn what_is_not_offered_is_not_answered() {
        let accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;q=0.1";
        let answer = ContentType::negotiate(accept, &[WireFormat::Text004]);
        assert_eq!(answer.format, WireFormat::Text004);
    }

    #[test]
    fn content_types_are_read() {
        #[track_caller]
        fn check(header: &str, format: WireFormat, escaping: Escaping) {
            assert_eq!(ContentType::parse(header), ContentType { format, escaping }, "{header}");
        }
        check(
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            WireFormat::OpenMetrics100,
            Escaping::Underscores,
        );
        check("application/openmetrics-text; version=9", WireFormat::OpenMetrics100, Escaping::Underscores);
        check(
            "application/vnd.google.protobuf; proto=\"io.prometheus.client.MetricFamily\"; encoding=\"delimited\"; escaping=values",
            WireFormat::Protobuf,
            Escaping::Values,
        );
        check("text/html", WireFormat::Text004, Escaping::Underscores);
        check("", WireFormat::Text004, Escaping::Underscores);
        for format in WireFormat::ALL {
            for escaping in Escaping::ALL {
                let content_type = ContentType { format, escaping };
                assert_eq!(ContentType::parse(&content_type.to_string()), content_type);
            }
        }
    }
}
