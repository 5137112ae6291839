//! `p95 export`: recordings as OpenMetrics text with timestamps.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use p95_core::session::Exported;
use p95_engine::EngineHandle;
use tempfile::Builder;

use super::ExportArgs;
use super::wait::{await_scrapes, check_opened, report_failures};

/// Writes what was recorded; the file is there when it is whole.
///
/// # Errors
/// Where a recording cannot be read, or the text cannot be written.
pub(super) fn run(args: &ExportArgs, engine: &EngineHandle) -> anyhow::Result<ExitCode> {
    let snapshot = await_scrapes(engine, None, 0, |_| ());
    check_opened(&snapshot)?;
    report_failures(&snapshot);
    if snapshot.store.evicted_samples_total > 0 {
        eprintln!(
            "p95: {} samples did not fit into memory and are missing",
            snapshot.store.evicted_samples_total
        );
    }
    let cannot_write = || format!("cannot write {}", args.output.display());
    let exported = if args.output == Path::new("-") {
        engine.source().export(&mut io::stdout().lock())
    } else {
        to_file(&args.output, engine)
    };
    report(&exported.with_context(cannot_write)?);
    Ok(ExitCode::SUCCESS)
}

/// Writes a file beside the one that is asked for, which takes its name when it is whole.
fn to_file(path: &Path, engine: &EngineHandle) -> io::Result<Exported> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the user's mask leaves.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = BufWriter::new(builder.tempfile_in(folder)?);
    let exported = engine.source().export(&mut file)?;
    file.flush()?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(exported)
}

/// Says what was written, and what could not be.
fn report(exported: &Exported) {
    eprintln!("p95: {} samples of {} series", exported.samples, exported.series);
    if exported.native_histograms > 0 {
        eprintln!(
            "p95: {} native histograms are left out: OpenMetrics text has no form for them",
            exported.native_histograms
        );
    }
    if exported.stale_markers > 0 {
        eprintln!(
            "p95: {} ends of series are left out: OpenMetrics text cannot say where a series ended",
            exported.stale_markers
        );
    }
}
