//! What compiles for WebAssembly: the toolchain at hand with rustup's standard library, or else Debian's toolchain, which
//! builds the standard library itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::process::cargo;

/// The target of WebAssembly for browsers.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Debian's packages with a toolchain that is recent enough, and the source of its standard library.
pub const DEBIAN_PACKAGES: &[&str] = &["cargo-web", "rust-web-src", "rustc-web"];

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";

/// Who compiles for WebAssembly.
enum Toolchain {
    /// The one that runs us.
    Own,
    /// Debian's, with the linker of the one that runs us.
    Debian { linker: PathBuf },
}

/// A command of cargo that compiles for WebAssembly.
///
/// # Errors
/// Where no toolchain is there that can; the error says how to get one.
pub fn cargo_for_wasm(args: &[&str]) -> anyhow::Result<Command> {
    let target = ["--target", WASM];
    match toolchain()? {
        Some(Toolchain::Own) => Ok(cargo(&[args, &target].concat())),
        Some(Toolchain::Debian { linker }) => {
            let mut command = Command::new(DEBIAN_CARGO);
            command.args(args).args(target).arg("-Zbuild-std=std,panic_abort");
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            // Where our own toolchain finds its libraries, Debian's finds the wrong ones.
            command.env_remove("LD_LIBRARY_PATH").env_remove("CARGO").env_remove("RUSTDOC");
            Ok(command)
        }
        None => bail!(
            "nothing here compiles for WebAssembly: `rustup target add {WASM}` installs what does, \
             and on Debian `apt-get install {}`",
            DEBIAN_PACKAGES.join(" ")
        ),
    }
}

/// A command of cargo that lints what is compiled for WebAssembly; nothing where clippy cannot, since Debian's toolchain comes
/// without one for that target.
///
/// # Errors
/// Where rustc does not say what it has.
pub fn clippy_for_wasm(args: &[&str]) -> anyhow::Result<Option<Command>> {
    let is_own = matches!(toolchain()?, Some(Toolchain::Own));
    Ok(is_own.then(|| cargo(&[&["clippy"], args, &["--target", WASM, "--", "--deny", "warnings"]].concat())))
}

/// Whether something here compiles for WebAssembly, once rustup was asked for what that takes.
pub fn compiles_for_wasm() -> anyhow::Result<bool> {
    Ok(toolchain()?.is_some())
}

fn toolchain() -> anyhow::Result<Option<Toolchain>> {
    if has_own_target()? || (rustup_adds_target() && has_own_target()?) {
        return Ok(Some(Toolchain::Own));
    }
    let needed = [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE];
    if !needed.iter().all(|path| Path::new(path).exists()) {
        return Ok(None);
    }
    let linker = linker()?;
    Ok(linker.exists().then_some(Toolchain::Debian { linker }))
}

/// Whether the toolchain that runs us has the standard library for WebAssembly.
fn has_own_target() -> anyhow::Result<bool> {
    let libraries = rustc(&["--print", "target-libdir", "--target", WASM])?;
    Ok(Path::new(libraries.trim()).is_dir())
}

fn rustup_adds_target() -> bool {
    let added = Command::new("rustup").args(["target", "add", WASM]).stdin(Stdio::null()).status();
    added.is_ok_and(|status| status.success())
}

/// The linker for WebAssembly that rustup installs with every toolchain.
fn linker() -> anyhow::Result<PathBuf> {
    let host = rustc(&["-vV"])?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let sysroot = rustc(&["--print", "sysroot"])?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld"))
}

fn rustc(args: &[&str]) -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(args).output().context("cannot start rustc")?;
    String::from_utf8(output.stdout).context("rustc wrote what is not UTF-8")
}
