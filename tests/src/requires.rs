//! What a test needs from the machine. Where it is missing, the test says so; where `CI=true`, it fails.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

/// Whether `program` stands in the search path; where it does not, says "not run", as [`not_run`] does.
pub fn requires(program: &str) -> bool {
    let installed = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    if !installed {
        not_run(&format!("{program} is not installed"));
    }
    installed
}

/// The Python that has the packages of the services in `services/`: the one that `P95_PYTHON` names, else the one in
/// `target/venv` that the set-up makes. Where there is none, says "not run", as [`not_run`] does.
pub fn python() -> Option<PathBuf> {
    let made_by_setup = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/venv/bin/python3"));
    let python = env::var_os("P95_PYTHON").map_or_else(made_by_setup, PathBuf::from);
    if python.is_file() {
        return Some(python);
    }
    not_run("the Python services' packages are not installed: run `cargo xtask setup`, or set P95_PYTHON");
    None
}

/// A script of `services/` for Node, whose packages the set-up installs beside it. Where they or Node are missing, says
/// "not run", as [`not_run`] does.
pub fn node_script(name: &str) -> Option<PathBuf> {
    if !requires("node") {
        return None;
    }
    let services = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/services"));
    if services.join("node_modules").is_dir() {
        return Some(services.join(name));
    }
    not_run("the Node services' packages are not installed: run `cargo xtask setup`");
    None
}

/// Says on stderr, also where a passing test's output is hidden, that something was not run.
///
/// # Panics
/// Where `CI=true`: there, everything runs.
pub fn not_run(reason: &str) {
    assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "{reason}, and under CI=true everything runs");
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(io::stderr(), "{test}: not run: {reason}");
}

/// The `p95` program: the one that `P95_BIN` names, else the one that was built beside this test.
///
/// # Errors
/// Where there is none; the error names the remedy.
pub fn p95_binary() -> io::Result<PathBuf> {
    if let Some(named) = env::var_os("P95_BIN") {
        return Ok(named.into());
    }
    // A test stands in target/PROFILE/deps, the program one folder above; beside it stand other programs.
    let this = env::current_exe()?;
    let folders = this.ancestors().skip(1).take(2);
    let mut built = folders.map(|folder| folder.join(format!("p95{}", env::consts::EXE_SUFFIX)));
    built.find(|program| program.is_file()).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::NotFound,
            "there is no p95 beside this test: run `cargo build -p p95 --no-default-features --features gateway` first, or set P95_BIN",
        )
    })
}
