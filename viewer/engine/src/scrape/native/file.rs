//! Reading a page from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::scrape::body::{Body, Page};
use crate::{ScrapeFailure, Stage};

/// Reads the page in a file.
///
/// # Errors
/// Where the file cannot be read or is larger than the limit.
pub(super) fn read_page(path: &Path, limit_bytes: Option<u64>) -> Result<Page, ScrapeFailure> {
    let mut file = File::open(path).map_err(|cause| cannot_read(path, &cause))?;
    let mut body = Body::new(limit_bytes);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let len = file.read(&mut buffer).map_err(|cause| cannot_read(path, &cause))?;
        match buffer.get(..len) {
            None | Some([]) => break,
            Some(chunk) => body.push(chunk)?,
        }
    }
    Ok(Page { body: body.into_bytes(), content_type: String::new() })
}

fn cannot_read(path: &Path, cause: &io::Error) -> ScrapeFailure {
    ScrapeFailure::new(
        Stage::Read,
        format!("cannot read {}: {cause}", path.display()),
        "check the path and its permissions",
    )
}
