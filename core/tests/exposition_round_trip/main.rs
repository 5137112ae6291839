//! What is written in a format is read back, less what `project` says that the format loses.
#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

mod generate;

use p95_core::exposition::families::{self, Families, project};
use p95_core::exposition::{WireFormat, encode, parse, protobuf};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Floats compared by what they show: NaN is NaN.
#[track_caller]
fn same(found: &Families, expect: &Families) {
    assert_eq!(format!("{found:#?}"), format!("{expect:#?}"));
}

fn read_text(page: &str, format: parse::Format) -> Families {
    families::read(page.as_bytes(), format).unwrap_or_else(|error| panic!("{error}\n{page}"))
}

proptest! {
    #[test]
    fn open_metrics(families in generate::families()) {
        let page = families.encode(encode::Format::OpenMetrics);
        same(&read_text(&page, parse::Format::OpenMetrics), &project(&families, WireFormat::OpenMetrics100));
    }

    #[test]
    fn text(families in generate::families()) {
        let page = families.encode(encode::Format::Text);
        same(&read_text(&page, parse::Format::Text), &project(&families, WireFormat::Text100));
    }

    #[test]
    fn protobuf(families in generate::families()) {
        let read = protobuf::decode(&protobuf::encode(&families)).unwrap();
        same(&read, &project(&families, WireFormat::Protobuf));
    }

    /// From format to format nothing is lost but what each of them loses by itself.
    #[test]
    fn text_to_protobuf_to_open_metrics(families in generate::families()) {
        let from_text = read_text(&families.encode(encode::Format::Text), parse::Format::Text);
        let from_protobuf = protobuf::decode(&protobuf::encode(&from_text)).unwrap();
        let page = from_protobuf.encode(encode::Format::OpenMetrics);
        let read = read_text(&page, parse::Format::OpenMetrics);
        let expect = project(&families, WireFormat::Text004);
        let expect = project(&expect, WireFormat::Protobuf);
        same(&read, &project(&expect, WireFormat::OpenMetrics100));
    }

    #[test]
    fn protobuf_cut_off_or_damaged_is_an_error_or_families(
        families in generate::families(),
        cut in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut page = protobuf::encode(&families);
        if !page.is_empty() {
            let at = cut.index(page.len());
            let _ = protobuf::decode(&page[..at]);
            page[at] = byte;
            if let Ok(read) = protobuf::decode(&page) {
                let again = protobuf::decode(&protobuf::encode(&read)).unwrap();
                same(&again, &project(&read, WireFormat::Protobuf));
            }
        }
    }
}

/// The properties hold for nothing that the generator leaves out.
#[test]
fn the_generator_leaves_nothing_out() {
    let mut runner = TestRunner::deterministic();
    let (mut open_metrics, mut text) = (String::new(), String::new());
    let mut natives = 0;
    for _ in 0..500 {
        let families = generate::families().new_tree(&mut runner).unwrap().current();
        open_metrics += &families.encode(encode::Format::OpenMetrics);
        text += &families.encode(encode::Format::Text);
        natives += format!("{families:?}").matches("native: Some").count();
    }
    assert!(natives > 50, "{natives} native histograms");
    for part in [
        "_x unknown\n",
        "_x counter\n",
        "_x gauge\n",
        "_x histogram\n",
        "_x gaugehistogram\n",
        "_x summary\n",
        "_x info\n",
        "_x stateset\n",
        "_total gauge\n",
        "# UNIT ",
        "# HELP \"",
        "# TYPE \"",
        "\\\\",
        "\\\"",
        "\\n",
        " NaN\n",
        " +Inf\n",
        " -Inf\n",
        " -0.0\n",
        " 0.0\n",
        " 5e-324\n",
        "le=\"+Inf\"",
        "le=\"1e-05\"",
        "quantile=\"0.",
        "_created",
        "_gcount",
        "_gsum",
        " # {} ",
        " # {l",
        "{\"f",
        ",\"l",
    ] {
        assert!(open_metrics.contains(part), "no {part:?} was generated");
    }
    for part in ["_x untyped\n", "_info gauge\n", "_total counter\n", "\\\\", "\\n"] {
        assert!(text.contains(part), "no {part:?} was generated for text");
    }
}
