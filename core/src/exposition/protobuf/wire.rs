//! Fields as protobuf writes them.

use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

/// A string, if there is one.
pub(super) fn string(out: &mut Vec<u8>, tag: u32, text: &str) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// A double.
pub(super) fn double(out: &mut Vec<u8>, tag: u32, value: f64) {
    encode_key(tag, WireType::SixtyFourBit, out);
    out.extend_from_slice(&value.to_le_bytes());
}

/// An `int64`, `uint64`, `uint32` or enum.
pub(super) fn varint(out: &mut Vec<u8>, tag: u32, value: u64) {
    encode_key(tag, WireType::Varint, out);
    encode_varint(value, out);
}

/// A `sint32` or `sint64`.
pub(super) fn zigzag(out: &mut Vec<u8>, tag: u32, value: i64) {
    varint(out, tag, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

/// A message, written by `content`.
pub(super) fn message(out: &mut Vec<u8>, tag: u32, content: impl FnOnce(&mut Vec<u8>)) {
    encode_key(tag, WireType::LengthDelimited, out);
    delimited(out, content);
}

/// A length, and behind it what `content` writes.
pub(super) fn delimited(out: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    // Most lengths take one byte; what is behind a longer one moves.
    let length_at = out.len();
    out.push(0);
    content(out);
    let length = (out.len() - length_at - 1) as u64;
    match u8::try_from(length).ok().filter(|short| *short < 0x80) {
        Some(short) => {
            if let Some(place) = out.get_mut(length_at) {
                *place = short;
            }
        }
        None => {
            let mut digits = Vec::with_capacity(encoded_len_varint(length));
            encode_varint(length, &mut digits);
            out.splice(length_at..=length_at, digits);
        }
    }
}
