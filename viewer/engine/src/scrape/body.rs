//! Reading a body, up to its limit and no further.

use crate::{ScrapeFailure, Stage};

/// A page as the target sent it, uncompressed.
#[derive(Debug, Default)]
pub struct Page {
    /// The bytes.
    pub body: Vec<u8>,
    /// The header `Content-Type`; empty where there is none.
    pub content_type: String,
}

/// The bytes of a body so far. It grows as bytes arrive: no length that a server claims is believed.
pub(super) struct Body {
    bytes: Vec<u8>,
    limit_bytes: Option<u64>,
}

impl Body {
    pub(super) fn new(limit_bytes: Option<u64>) -> Self {
        Self { bytes: Vec::new(), limit_bytes }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where they do not fit under the limit.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), ScrapeFailure> {
        let len = self.len() + chunk.len() as u64;
        if let Some(limit_bytes) = self.limit_bytes.filter(|limit_bytes| len > *limit_bytes) {
            return Err(too_large(limit_bytes));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn too_large(limit_bytes: u64) -> ScrapeFailure {
    ScrapeFailure::new(
        Stage::Limit,
        format!("body_size_limit exceeded: the page has more than {limit_bytes} bytes, uncompressed"),
        "raise body_size_limit if the page is meant to be this large",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_at_its_limit() {
        let mut body = Body::new(Some(5));
        body.push(b"abc").unwrap();
        body.push(b"de").unwrap();
        let failure = body.push(b"f").unwrap_err();
        assert_eq!(failure.stage, Stage::Limit);
        assert!(failure.message.contains("more than 5 bytes"), "{failure}");
        assert_eq!(body.into_bytes(), b"abcde");
        assert!(Body::new(None).push(&[0; 1000]).is_ok());
    }
}
