//! Bytes as others write them, and bytes that nobody should.

use super::message::Timestamp;
use super::*;
use crate::exposition::families::Value;

/// What is read of a family named `a` whose further fields are these bytes, or the error.
fn family(fields: &[u8]) -> String {
    let mut page = vec![u8::try_from(fields.len() + 3).unwrap(), 0x0a, 1, b'a'];
    page.extend_from_slice(fields);
    match decode(&page) {
        Ok(read) => format!("{:?} {}", read.families[0].metrics, read.duplicates),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check(fields: &[u8], expect: &str) {
    assert_eq!(family(fields), expect, "{fields:?}");
}

#[test]
fn the_type_may_stand_last() {
    let gauge = [0x22, 2, 0x12, 0, 0x18, 1];
    check(&gauge, "[Metric { labels: {}, timestamp_ms: None, value: Gauge(0.0) }] 0");
}

#[test]
fn repeated_metrics_are_counted() {
    let gauges = [0x18, 1, 0x22, 2, 0x12, 0, 0x22, 2, 0x12, 0];
    check(&gauges, "[Metric { labels: {}, timestamp_ms: None, value: Gauge(0.0) }] 1");
}

#[test]
fn what_makes_no_sense_is_an_error_with_its_place() {
    check(&[0x18, 9], "byte 1: expected a known type, found 9");
    check(&[0x18, 1, 0x22, 0], "byte 8: expected a value of the family's type");
    check(&[0x18, 1, 0x22, 9], "byte 7: expected the whole of a message: the page may have been cut off");
    check(&[0x12, 1, 0xff], "byte 6: expected UTF-8: these bytes are none");
    // A label without a name, and one twice.
    check(&[0x18, 1, 0x22, 4, 0x0a, 0, 0x12, 0], "byte 8: expected labels with names other than __name__");
    let twice = [0x18, 1, 0x22, 12, 0x0a, 3, 0x0a, 1, b'l', 0x0a, 3, 0x0a, 1, b'l', 0x12, 0];
    check(&twice, "byte 8: expected each label once");
    // A span that claims four billion buckets.
    let claim = [0x18, 4, 0x22, 10, 0x3a, 8, 0x62, 6, 0x10, 0xff, 0xff, 0xff, 0xff, 0x0f];
    check(&claim, "byte 8: expected as many counts as the spans have buckets");
    let coarse = [0x18, 4, 0x22, 6, 0x3a, 4, 0x28, 40, 0x38, 1];
    check(&coarse, "byte 8: expected a schema from -4 to 8");
    assert_eq!(
        decode(&[1]).unwrap_err().to_string(),
        "byte 0: expected the whole of a message: the page may have been cut off"
    );
    assert_eq!(decode(&[0]).unwrap_err().to_string(), "byte 1: expected a family with a name");
}

#[test]
fn native_buckets_as_prometheus_writes_them() {
    // Schema 3; spans (offset 2, length 2) and (gap 1, length 1); counts 1, 3, 2 as differences 1, 2, -1.
    let mut histogram = vec![0x08, 6, 0x11];
    histogram.extend(7.5_f64.to_le_bytes());
    histogram.extend([0x28, 6, 0x31]);
    histogram.extend(0.0_f64.to_le_bytes());
    histogram
        .extend([0x38, 0, 0x62, 4, 0x08, 4, 0x10, 2, 0x62, 4, 0x08, 2, 0x10, 1, 0x68, 2, 0x68, 4, 0x68, 1]);
    let mut fields = vec![0x18, 4, 0x22, u8::try_from(histogram.len() + 2).unwrap(), 0x3a];
    fields.push(u8::try_from(histogram.len()).unwrap());
    fields.extend(histogram);
    let mut page = vec![u8::try_from(fields.len() + 3).unwrap(), 0x0a, 1, b'a'];
    page.extend(fields);
    let read = decode(&page).unwrap();
    let Value::Histogram(histogram) = &read.families[0].metrics[0].value else { panic!("a histogram") };
    let native = histogram.native.as_deref().unwrap();
    let buckets: Vec<(i32, f64)> =
        native.positive.iter().map(|bucket| (bucket.index, bucket.count)).collect();
    assert_eq!((native.schema, native.count, buckets), (3, 6.0, vec![(2, 1.0), (3, 3.0), (5, 2.0)]));
    assert_eq!(encode(&read), page);
}

#[test]
fn every_time_is_read_back() {
    for time_ms in [i64::MIN, i64::MIN + 1, -1_000, -1, 0, 1, 999, 1_000, i64::MAX] {
        let time = Timestamp {
            seconds: time_ms.div_euclid(1000),
            nanos: time_ms.rem_euclid(1000) as i32 * 1_000_000,
        };
        assert_eq!(value::millis(&time), time_ms);
    }
    assert_eq!(value::millis(&Timestamp { seconds: i64::MIN, nanos: 0 }), i64::MIN);
    assert_eq!(value::millis(&Timestamp { seconds: i64::MAX, nanos: -1 }), i64::MAX);
}
