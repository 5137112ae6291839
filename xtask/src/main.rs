//! The project's own commands: `cargo xtask test`, `setup`, `bench`, `deny`, `snapshots`, `wasm`, `web`.

mod bench;
mod deny;
mod downstream;
mod process;
mod setup;
mod snapshots;
mod test;
#[cfg(test)]
mod tidy;
mod toolchain;
mod viewer;
mod wasm;
mod web;

use std::process::ExitCode;

use clap::Parser;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
enum Command {
    /// Run every check: format, lints, builds, unit, doc and corpus tests, tests with real servers.
    Test {
        /// Install what the tests need first (see `setup`).
        #[arg(long)]
        setup: bool,
        /// Run only the steps whose names contain this text.
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
    },
    /// Install what the tests need: Debian packages with apt-get, Python packages in target/venv.
    Setup,
    /// Run the benchmarks side by side with their peers.
    Bench {
        /// Run only benchmarks whose names contain this text.
        filter: Option<String>,
    },
    /// Make the pictures in docs/pictures with `p95 snapshot`, from the demo and from real services at their usual ports.
    Snapshots {
        /// Make only pictures whose names contain this text.
        only: Option<String>,
    },
    /// Build the npm package in web/package and the demo page in web/demo, with their WebAssembly modules.
    Wasm,
    /// Build what browsers get, and open a gateway that serves the demo page and takes what it counts.
    Web {
        /// Serve it until interrupted.
        #[arg(long)]
        serve: bool,
    },
    /// Check licences, bans and sources of the dependencies with cargo-deny.
    Deny,
}

fn main() -> ExitCode {
    match obey() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey() -> anyhow::Result<()> {
    std::env::set_current_dir(process::root()?)?;
    match Command::parse() {
        Command::Test { setup: install, only } => {
            if install {
                setup::run_all()?;
            }
            test::run_steps(only.as_deref())
        }
        Command::Setup => setup::run_all(),
        Command::Bench { filter } => bench::run_benches(filter.as_deref()),
        Command::Deny => deny::check(),
        Command::Wasm => wasm::build(),
        Command::Web { serve } => web::build(serve),
        Command::Snapshots { only } => snapshots::make_pictures(only.as_deref()),
    }
}
