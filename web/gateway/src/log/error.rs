//! Why a gateway cannot start.

use std::io;
use std::path::PathBuf;

/// Why a gateway cannot start. Nothing in its folder was changed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GatewayError(Cause);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: another gateway uses this folder", .0.display())]
    InUse(PathBuf),
    #[error("{}: written by a newer version of p95 (format {found}; this one knows {known})", path.display())]
    Newer { path: PathBuf, found: String, known: u32 },
    #[error("{}: no file of a gateway", .0.display())]
    Foreign(PathBuf),
    #[error("{}: the snapshot is damaged; move it away to start from nothing", .0.display())]
    DamagedSnapshot(PathBuf),
    #[error("the gateway's own metrics: {0}")]
    Register(#[from] p95_core::instrument::RegisterError),
    #[error("{option}: {text:?}: {reason}")]
    Option { option: &'static str, text: String, reason: String },
}

impl From<Cause> for GatewayError {
    fn from(cause: Cause) -> Self {
        Self(cause)
    }
}

impl GatewayError {
    /// Whether another gateway uses the folder.
    pub fn is_in_use(&self) -> bool {
        matches!(self.0, Cause::InUse(_))
    }

    /// Whether the folder was written by a newer version.
    pub fn is_newer(&self) -> bool {
        matches!(self.0, Cause::Newer { .. })
    }
}

/// What was tried with which file.
pub(crate) fn io_error(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> GatewayError {
    let path = path.into();
    move |source| Cause::Io { path, source }.into()
}
