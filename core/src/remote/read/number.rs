//! Numbers and times as Prometheus' query API writes them.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A number in a text, such as `"0.1"`, `"NaN"` or `"+Inf"`.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberText(pub(super) f64);

impl<'de> Deserialize<'de> for NumberText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = NumberText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number in a text, such as \"0.1\" or \"+Inf\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<NumberText, E> {
                let number = text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
                Ok(NumberText(number))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// A time: seconds since the Unix epoch in the text, milliseconds here.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeMs(pub(super) i64);

impl<'de> Deserialize<'de> for TimeMs {
    #[expect(clippy::cast_possible_truncation, reason = "the number lies within the range of 53 bits")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let time_ms = (f64::deserialize(deserializer)? * 1_000.0).round();
        if time_ms.abs() < 9.0e15 {
            Ok(Self(time_ms as i64))
        } else {
            Err(de::Error::custom(format_args!("{time_ms} ms is no time")))
        }
    }
}
