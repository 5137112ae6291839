//! Any bytes are read or refused with a place, and a page that is read is read alike by all ways there are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use p95_core::exposition::families;
use p95_core::exposition::parse::{Event, Format, ParseError, Parser, Sample};
use p95_core::model::Labels;

fuzz_target!(|page: &[u8]| {
    for format in [Format::Text, Format::OpenMetrics] {
        let first = samples(page, format);
        let families = families::read(page, format);
        assert_lines_mean_the_same_alone(page, format, &first);
        match &first {
            Ok(samples) => {
                assert_known_series_read_alike(page, format, samples);
                let families = families.expect("the same parser has read it");
                let metrics: usize = families.families.iter().map(|family| family.metrics.len()).sum();
                assert!(metrics <= samples.len(), "a metric has a sample at least");
                assert!(families.duplicates as usize <= samples.len());
            }
            Err(error) => {
                assert_eq!(families.as_ref().err(), Some(error));
                assert!(error.line >= 1 && error.column >= 1);
                assert!(!error.to_string().contains('\x1b'), "what is shown is escaped");
            }
        }
    }
});

fn samples(page: &[u8], format: Format) -> Result<Vec<Sample<'_>>, ParseError> {
    let mut parser = Parser::new(page, format)?;
    let mut samples = Vec::new();
    while let Some(event) = parser.next_event()? {
        if let Event::Sample(sample) = event {
            assert_labels_are_sound(&sample);
            samples.push(sample);
        }
    }
    Ok(samples)
}

/// A name, and no label twice.
fn assert_labels_are_sound(sample: &Sample<'_>) {
    let pairs: Vec<_> = sample.series.labels().collect();
    assert!(!sample.series.metric_name().is_empty());
    let with_values = pairs.iter().filter(|(_, value)| !value.is_empty()).count();
    assert_eq!(Labels::from_pairs(pairs.iter().map(|(n, v)| (n, v))).len(), with_values, "{pairs:?}");
}

/// Reads the page again with its series known.
fn assert_known_series_read_alike(page: &[u8], format: Format, samples: &[Sample<'_>]) {
    let mut parser = Parser::new(page, format).expect("it is UTF-8");
    for expect in samples {
        let read = loop {
            if let Some(sample) = parser.next_sample_of(expect.series.raw()).expect("it was valid") {
                break sample;
            }
            if let Some(Event::Sample(sample)) = parser.next_event().expect("it was valid") {
                break sample;
            }
        };
        assert_eq!(read.series, expect.series);
        assert_eq!(read.value.to_bits(), expect.value.to_bits());
        assert_eq!(read.timestamp_ms, expect.timestamp_ms);
    }
}

/// Reads each series, and the line that breaks the format, by itself: what the parser remembers of the lines before must
/// not show.
fn assert_lines_mean_the_same_alone(page: &[u8], format: Format, read: &Result<Vec<Sample<'_>>, ParseError>) {
    let samples = read.as_deref().unwrap_or_default();
    for sample in samples {
        let line = format!("{} 1\n", sample.series.raw());
        let alone = Parser::new(line.as_bytes(), format).expect("it is UTF-8").next_event();
        assert!(matches!(alone, Ok(Some(Event::Sample(alone))) if alone.series == sample.series), "{line}");
    }
    let (Err(error), Ok(page)) = (read, std::str::from_utf8(page)) else { return };
    // What is wrong with a page's end is wrong with it as a whole. And texts may go on over lines; then it is hard to say
    // where the series began.
    if error.message.contains("# EOF") || page.contains('\\') || page.split('\n').any(|line| line.matches('"').count() % 2 == 1) {
        return;
    }
    let rest = page.split('\n').skip(error.line - 1).collect::<Vec<_>>().join("\n");
    let alone = Parser::new(rest.as_bytes(), format).expect("it is UTF-8").next_event();
    assert_eq!(alone, Err(ParseError { line: 1, ..error.clone() }), "{rest}");
}
