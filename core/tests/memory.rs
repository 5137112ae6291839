//! Whatever bytes come, reading them takes no more memory than a fixed multiple of them.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use p95_core::exposition::families;
use p95_core::exposition::parse::{Format, ParseError, Parser};
use p95_core::exposition::protobuf;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// So many bytes of memory for a byte of page, at most, for one who reads events.
const EVENTS: usize = 20;
/// The same for one who checks them as well.
const STRICT: usize = 60;
/// The same for one who wants typed families.
const FAMILIES: usize = 200;

/// A piece of a page, by its number.
type Piece = fn(usize) -> String;

/// Pages of text that are as dense as can be in one thing: how they begin, what repeats, how they end.
const TEXT: [(&str, &str, Piece, &str); 9] = [
    ("families", "", |at| format!("f{at:x} 1\n"), ""),
    ("types", "", |at| format!("# TYPE f{at:x} gauge\n"), ""),
    ("label sets", "", |at| format!("a{{b=\"{at:x}\"}} 1\n"), ""),
    ("labels", "a{b=\"1\"", |at| format!(",b{at:x}=\"1\""), "} 1\n"),
    ("times", "", |at| format!("a 1 {at}\n"), ""),
    ("buckets", "# TYPE h histogram\n", |at| format!("h_bucket{{le=\"{at}\"}} 1\n"), ""),
    ("states", "# TYPE s stateset\n", |at| format!("s{{s=\"{at:x}\"}} 1\n"), ""),
    ("repetitions", "", |_| "a 1\n".to_owned(), ""),
    ("escapes", "a{b=\"", |_| "\\n".to_owned(), "\"} 1\n"),
];

/// Fields of messages that are as small as can be, and what stands around them: in a metric, or in its histogram.
const SMALL: [(&str, &[u8], Place); 12] = [
    ("families", &[0x03, 0x0a, 0x01, b'f'], Place::Page),
    ("metrics", &[0x22, 0x00], Place::Family(0)),
    ("counters", &[0x22, 0x02, 0x1a, 0x00], Place::Family(0)),
    ("gauges with times", &[0x22, 0x04, 0x12, 0x00, 0x30, 0x01], Place::Family(1)),
    ("labels", &[0x0a, 0x00], Place::Metric),
    ("buckets", &[0x1a, 0x00], Place::Histogram),
    ("spans", &[0x62, 0x00], Place::Histogram),
    ("deltas", &[0x68, 0x00], Place::Histogram),
    ("exemplars", &[0x82, 0x01, 0x00], Place::Histogram),
    ("buckets with exemplars", &[0x1a, 0x02, 0x1a, 0x00], Place::Histogram),
    ("exemplars with labels", &[0x82, 0x01, 0x02, 0x0a, 0x00], Place::Histogram),
    ("unknown fields", &[0x78, 0x00], Place::Family(0)),
];

#[derive(Clone, Copy)]
enum Place {
    Page,
    /// With its type.
    Family(u8),
    Metric,
    Histogram,
}

#[test]
fn reading_takes_a_fixed_multiple_of_the_page() {
    for page_bytes in [1_000, 30_000, 1_000_000] {
        for (name, start, line, end) in TEXT {
            let mut page = start.to_owned();
            let mut lines = (0..).map(line);
            while page.len() < page_bytes {
                page.extend(lines.next());
            }
            page.push_str(end);
            let page = page.into_bytes();
            check(name, &page, EVENTS, || events(Parser::new(&page, Format::Text)));
            check(name, &page, STRICT, || events(Parser::strict(&page, Format::Text)));
            check(name, &page, FAMILIES, || drop(families::read(&page, Format::Text)));
        }
        for (name, bytes, place) in SMALL {
            let page = around(bytes.repeat(page_bytes / bytes.len()), place);
            check(name, &page, FAMILIES, || drop(protobuf::decode(&page)));
        }
    }
}

/// Compares the most memory that `read` takes with the page, a little apart that small pages take too.
fn check(name: &str, page: &[u8], multiple: usize, read: impl FnOnce()) {
    const ALWAYS: usize = 4_096;
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    read();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    println!("{name}: {} bytes, {:.1} times as many in memory", page.len(), taken as f64 / page.len() as f64);
    assert!(taken <= ALWAYS + multiple * page.len(), "{name}: {taken} bytes for {}", page.len());
}

/// Reads to the end, or to the line that cannot be read.
fn events(parser: Result<Parser<'_>, ParseError>) {
    let mut parser = parser.expect("UTF-8");
    while let Ok(Some(_)) = parser.next_event() {}
}

/// A page with these fields in it.
fn around(fields: Vec<u8>, place: Place) -> Vec<u8> {
    let message = |start: &[u8], content: &[u8]| {
        let mut message = start.to_vec();
        let mut length = content.len();
        while length >= 0x80 {
            message.push(length as u8 | 0x80);
            length >>= 7;
        }
        message.push(length as u8);
        [message.as_slice(), content].concat()
    };
    match place {
        Place::Page => fields,
        Place::Family(family_type) => {
            message(&[], &[&[0x0a, 1, b'a', 0x18, family_type], fields.as_slice()].concat())
        }
        Place::Metric => around(message(&[0x22], &fields), Place::Family(0)),
        Place::Histogram => around(message(&[0x22], &message(&[0x3a], &fields)), Place::Family(4)),
    }
}
