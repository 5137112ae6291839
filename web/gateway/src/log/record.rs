//! Records: the length of the payload, its CRC-32, the payload.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The bytes in front of a payload.
const HEAD_BYTES: usize = 8;

/// Appends a record with this value. What cannot be written is none of ours: the types all can.
pub(crate) fn append(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), postcard::Error> {
    let start = out.len();
    out.extend([0; HEAD_BYTES]);
    let written = postcard::to_extend(value, std::mem::take(out));
    *out = written?;
    let payload = out.get(start + HEAD_BYTES..).unwrap_or_default();
    let length = u32::try_from(payload.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    let checksum = crc32fast::hash(payload);
    if let Some(head) = out.get_mut(start..start + HEAD_BYTES) {
        let bytes = length.to_le_bytes().into_iter().chain(checksum.to_le_bytes());
        head.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    }
    Ok(())
}

/// Takes the record off the front of `bytes`; `None` where it is torn, damaged, or there is none.
pub(super) fn take<T: DeserializeOwned>(bytes: &mut &[u8]) -> Option<T> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    if crc32fast::hash(payload) != u32::from_le_bytes(*checksum) {
        return None;
    }
    let value = postcard::from_bytes(payload).ok()?;
    *bytes = rest;
    Some(value)
}
