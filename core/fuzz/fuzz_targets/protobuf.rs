//! Whatever bytes come are an error or families, within a bounded memory; and families are written and read back in every
//! format, less what each format loses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use p95_core::exposition::families::project;
use p95_core::exposition::{WireFormat, encode, families, parse, protobuf};

fuzz_target!(|page: &[u8]| {
    let Ok(read) = protobuf::decode(page) else { return };
    let again = protobuf::decode(&protobuf::encode(&read)).expect("what was written is read");
    // NaN is no NaN, but it is shown as one.
    assert_eq!(format!("{again:?}"), format!("{:?}", project(&read, WireFormat::Protobuf)));
    for (format, reader) in [
        (encode::Format::Text, parse::Format::Text),
        (encode::Format::OpenMetrics, parse::Format::OpenMetrics),
    ] {
        families::read(again.encode(format).as_bytes(), reader).expect("what was written is read");
    }
});
