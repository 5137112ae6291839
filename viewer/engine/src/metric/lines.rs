//! The lines of a page that are about one metric.

use std::sync::Arc;

use p95_core::overview::Opened;

use crate::TargetId;
use crate::scrape::Page;

/// Pages beyond this size are not kept, in bytes: they would double the memory that a scrape takes.
const MAX_PAGE_BYTES: usize = 16 << 20;
/// The most lines that are shown of a page.
const MAX_LINES: usize = 200;
/// The most characters of a line.
const MAX_LINE_CHARS: usize = 1_000;

/// What a target's last page says of a metric.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PageLines {
    /// The target.
    pub target: TargetId,
    /// When the scrape began, in milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// The lines, as they stand there, the first ones only where there are many.
    pub lines: Vec<PageLine>,
    /// How many lines there are.
    pub lines_total: usize,
    /// Whether the page was too large to be kept.
    pub is_too_large: bool,
}

/// A line of a page.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct PageLine {
    /// Its number, from 1.
    pub number: usize,
    /// Its text, shortened where it is very long. It is the target's own: control characters and all.
    pub text: String,
}

/// The last page of a target.
#[derive(Clone, Debug)]
pub(crate) struct KeptPage {
    pub(crate) target: TargetId,
    /// When the scrape began, in milliseconds since the Unix epoch.
    pub(crate) start_ms: i64,
    /// Absent where the page was too large.
    page: Option<Arc<Page>>,
}

impl KeptPage {
    pub(crate) fn new(target: TargetId, start_ms: i64, page: Page) -> Self {
        let page = (page.body.len() <= MAX_PAGE_BYTES).then(|| Arc::new(page));
        Self { target, start_ms, page }
    }
}

/// The lines about an opened metric, its comments included.
pub(crate) fn lines_of(kept: &KeptPage, opened: &Opened) -> PageLines {
    let family = opened.card.family.as_str();
    let created = format!("{family}_created");
    let is_wanted =
        |name: &str| name == family || name == created || opened.metrics.iter().any(|metric| metric == name);
    let body = kept.page.as_ref().map_or(&[][..], |page| &page.body);
    let mut lines = Vec::new();
    let mut lines_total = 0;
    for (index, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if !name_of(line).and_then(|name| std::str::from_utf8(name).ok()).is_some_and(is_wanted) {
            continue;
        }
        lines_total += 1;
        if lines.len() < MAX_LINES {
            let text = String::from_utf8_lossy(line);
            let mut chars = text.chars();
            let mut text: String = chars.by_ref().take(MAX_LINE_CHARS).collect();
            let left_out = chars.count();
            if left_out > 0 {
                text.push_str(&format!("… ({left_out} more characters)"));
            }
            lines.push(PageLine { number: index + 1, text });
        }
    }
    PageLines {
        target: kept.target,
        start_ms: kept.start_ms,
        lines,
        lines_total,
        is_too_large: kept.page.is_none(),
    }
}

/// The name that a line is about: that of its sample, or of the family that it describes.
fn name_of(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let rest = match line.strip_prefix(b"#") {
        Some(comment) => {
            let comment = comment.trim_ascii_start();
            let word =
                ["HELP", "TYPE", "UNIT"].iter().find_map(|word| comment.strip_prefix(word.as_bytes()))?;
            word.trim_ascii_start()
        }
        None => line.strip_prefix(b"{").map_or(line, <[u8]>::trim_ascii_start),
    };
    let name = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next(),
        None => rest.split(|byte| matches!(byte, b'{' | b' ' | b'\t')).next(),
    };
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use p95_core::model::{Labels, Metadata, MetricType};
    use p95_core::overview::{Lens, Seen, Window, open, overview};

    use super::*;

    #[test]
    fn every_line_is_about_one_name() {
        #[track_caller]
        fn check(line: &str, expect: Option<&str>) {
            assert_eq!(name_of(line.as_bytes()), expect.map(str::as_bytes), "{line}");
        }
        check("up 1", Some("up"));
        check("up{a=\"b c\"} 1", Some("up"));
        check("up\t1\r", Some("up"));
        check("# HELP up Whether it answers.", Some("up"));
        check("#TYPE up gauge", Some("up"));
        check("# UNIT \"http.time\" seconds", Some("http.time"));
        check("{\"http.requests\",a=\"b\"} 1", Some("http.requests"));
        check("# a comment", None);
        check("# EOF", None);
        check("", None);
    }

    #[test]
    fn a_histogram_has_the_lines_of_all_its_parts() {
        let page = "# TYPE t histogram\nt_bucket{le=\"+Inf\"} 1\nother 1\nt_count 1\nt_sum 2\nt_created 3\nt 4\n\
                    t_bucketful 5\nu{x=\"\x1b\"} 1\n";
        let mut seen = Seen::default();
        seen.add_metadata(&Metadata {
            name: "t".into(),
            metric_type: MetricType::Histogram,
            unit: "".into(),
            help: "".into(),
        });
        for name in ["t_bucket", "t_count", "t_sum", "u"] {
            seen.add_series(&Labels::from_pairs([("__name__", name), ("le", "+Inf")]));
        }
        let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
        let page = Page { body: page.as_bytes().to_owned(), content_type: String::new() };
        let kept = KeptPage::new(TargetId(0), 5, page);
        let numbers = |id: &str| {
            let opened = open(&seen, &overview, id, &Lens::default()).unwrap();
            let found = lines_of(&kept, &opened);
            Vec::from_iter(found.lines.iter().map(|line| line.number))
        };
        assert_eq!(numbers("t"), [1, 2, 4, 5, 6, 7]);
        assert_eq!(numbers("u"), [9]);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut seen = Seen::default();
        seen.add_series(&Labels::from_pairs([("__name__", "a")]));
        let overview = overview(&seen, Window { interval_ms: 1_000, scrapes: 4, step_ms: 0 });
        let opened = open(&seen, &overview, "a", &Lens::default()).unwrap();
        let many = format!("a{{l=\"{}\"}} 1\n", "x".repeat(2_000)).repeat(300);
        let page = Page { body: many.into_bytes(), content_type: String::new() };
        let found = lines_of(&KeptPage::new(TargetId(0), 5, page), &opened);
        assert_eq!((found.lines.len(), found.lines_total), (200, 300));
        assert!(found.lines[0].text.ends_with("… (1009 more characters)"), "{}", found.lines[0].text);

        let page = Page { body: vec![b'\n'; MAX_PAGE_BYTES + 1], content_type: String::new() };
        assert!(lines_of(&KeptPage::new(TargetId(0), 5, page), &opened).is_too_large);
    }
}
