//! Records: the length of the payload, its CRC-32, the payload.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Appends a record with this value.
pub(crate) fn append(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), postcard::Error> {
    let payload = postcard::to_stdvec(value)?;
    let length = u32::try_from(payload.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    out.extend(length.to_le_bytes());
    out.extend(crc32fast::hash(&payload).to_le_bytes());
    out.extend(payload);
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
