//! Bodies, within limits of size and time.

use std::io::Read;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::options::Limits;
use crate::reject::{Reason, Reject, refuse};

/// The whole body, unpacked. Declared lengths allocate nothing, and what is too long is not read to its end.
pub(super) async fn read(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, Reject> {
    let is_gzip = match headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"" | b"identity") => false,
        Some(b"gzip") => true,
        Some(_) => return refuse(Reason::Encoding, "expected a body in gzip, or not packed"),
    };
    let whole = Limited::new(body, limits.body_bytes).collect();
    let packed = match tokio::time::timeout(limits.body_timeout, whole).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return refuse(
                Reason::BodySize,
                format_args!("the body is longer than the {} bytes that are allowed", limits.body_bytes),
            );
        }
        Ok(Err(_)) => return refuse(Reason::Timeout, "the body broke off"),
        Err(_) => {
            return refuse(
                Reason::Timeout,
                format_args!("the body did not arrive within {} s", limits.body_timeout.as_secs()),
            );
        }
    };
    if is_gzip { unpack(&packed, limits.unpacked_bytes).map(Bytes::from) } else { Ok(packed) }
}

fn unpack(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, Reject> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(max_bytes as u64 + 1);
    if reader.read_to_end(&mut unpacked).is_err() {
        return refuse(Reason::Encoding, "the body is no gzip, or breaks off");
    }
    if unpacked.len() > max_bytes {
        return refuse(
            Reason::UnpackedSize,
            format_args!(
                "the body is longer than the {max_bytes} bytes that are allowed, once it is unpacked"
            ),
        );
    }
    Ok(unpacked)
}
