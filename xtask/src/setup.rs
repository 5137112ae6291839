//! Installing what the tests need.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::process::{is_installed, run};
use crate::toolchain::{DEBIAN_PACKAGES, compiles_for_wasm};
use crate::wasm;

/// Debian's packages: real servers to test against, and what draws the window where there is no screen.
const PACKAGES: &[&str] = &[
    "chromium",
    "desktop-file-utils",
    "firefox-esr",
    "g++",
    "libgl1-mesa-dri",
    "libxkbcommon-x11-0",
    "mesa-vulkan-drivers",
    "npm",
    "pkg-config",
    "prometheus",
    "prometheus-alertmanager",
    "prometheus-node-exporter",
    "prometheus-pushgateway",
    "python3-venv",
    "tmux",
    "victoria-metrics",
    "xauth",
    "xdotool",
    "xvfb",
];

/// What the Python side of the tests needs, pinned.
const PYTHON_REQUIREMENTS: &str = "tests/services/requirements.txt";

/// Where what the Node side of the tests needs is pinned, and installed.
const NODE_SERVICES: &str = "tests/services";

/// The virtual environment of the tests.
const VENV: &str = "target/venv";

/// While this file is there and says 101, Debian's packages do not start their daemons.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs everything that is missing; what is there stays as it is.
pub fn run_all() -> anyhow::Result<()> {
    debian_packages(PACKAGES)?;
    if !compiles_for_wasm()? {
        debian_packages(DEBIAN_PACKAGES)?;
    }
    python_packages()?;
    node_packages()?;
    wasm::install()
}

fn debian_packages(packages: &[&str]) -> anyhow::Result<()> {
    // Node from elsewhere brings npm along, Chrome does for Chromium, and Ubuntu's Firefox for Debian's.
    let is_there = |package: &str| {
        is_package_installed(package)
            || match package {
                "npm" => is_installed("npm"),
                "chromium" => is_installed("chromium") || is_installed("google-chrome"),
                "firefox-esr" => is_installed("firefox"),
                _ => false,
            }
    };
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_there(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_installed("apt-get") {
        println!("There is no apt-get here: install the equivalents of {} yourself.", missing.join(", "));
        println!("Tests whose programs are missing say so.");
        return Ok(());
    }
    run(&mut as_root("apt-get", &["update", "-qq"]))?;
    let _daemons_stay_off = DaemonsOff::new()?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    run(as_root("apt-get", &[&install, missing.as_slice()].concat()).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn python_packages() -> anyhow::Result<()> {
    let python = Path::new(VENV).join("bin/python3");
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv", VENV]))?;
    }
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", PYTHON_REQUIREMENTS];
    run(Command::new(python).args(install))
}

fn node_packages() -> anyhow::Result<()> {
    if !is_installed("npm") {
        println!("There is no npm here: the tests that need Node say so.");
        return Ok(());
    }
    run(Command::new("npm").args(["ci", "--prefix", NODE_SERVICES, "--no-audit", "--no-fund", "--silent"]))
}

fn is_package_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

fn as_root(program: &str, args: &[&str]) -> Command {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let mut command = Command::new(if is_root { program } else { "sudo" });
    if !is_root {
        command.args(["--preserve-env=DEBIAN_FRONTEND", program]);
    }
    command.args(args);
    command
}

/// Keeps freshly installed daemons from starting, until dropped. The tests start their own, on ports that are free.
struct DaemonsOff {
    is_ours: bool,
}

impl DaemonsOff {
    fn new() -> anyhow::Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self { is_ours: false });
        }
        let draft = std::env::temp_dir().join("p95-policy-rc.d");
        fs::write(&draft, "#!/bin/sh\nexit 101\n").context("cannot write a temporary file")?;
        fs::set_permissions(&draft, fs::Permissions::from_mode(0o755))?;
        let draft = draft.to_string_lossy();
        run(&mut as_root("install", &["-m", "755", &draft, POLICY]))?;
        Ok(Self { is_ours: true })
    }
}

impl Drop for DaemonsOff {
    fn drop(&mut self) {
        if self.is_ours
            && let Err(error) = run(&mut as_root("rm", &["-f", POLICY]))
        {
            eprintln!("{error:#}: remove {POLICY} yourself");
        }
    }
}
