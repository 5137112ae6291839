//! From the command line to the one that does the work.

use std::process::ExitCode;
use std::thread;

use clap::Parser;
use p95_engine::{Engine, EngineConfig, EngineHandle};

use super::error::{is_display, usage_line};
use super::target_args::Target;
use super::{CheckCommand, Cli, Command, ServeArgs, SnapshotArgs, TargetArgs, check, query};
use crate::demo::Demo;
use crate::watch::watch;

/// Reads the command line and obeys it.
pub fn main() -> ExitCode {
    super::logs::start();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if is_display(&error) => {
            // Where stdout is closed, nobody reads the help.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("p95: {}", usage_line(&error));
            return ExitCode::from(2);
        }
    };
    obey(&cli).unwrap_or_else(|error| {
        eprintln!("p95: {error:#}");
        ExitCode::FAILURE
    })
}

fn obey(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Some(Command::Query(args)) => {
            query::needs_rates(&args.expr)?;
            query::run(args, &start(&args.targets, false, || ())?)
        }
        Some(Command::Watch(args)) => watch(&start(&args.targets, true, || ())?, args.targets.interval_ms),
        Some(Command::Snapshot(args)) => snapshot(args),
        Some(Command::Serve(args)) => serve(args),
        Some(Command::Check(CheckCommand::Metrics(args))) => Ok(check::metrics(args)),
        #[cfg(feature = "gateway")]
        Some(Command::Gateway(args)) => super::gateway::run(args),
        None => show(&cli.targets),
    }
}

/// A picture of the window.
#[cfg(feature = "snapshot")]
fn snapshot(args: &SnapshotArgs) -> anyhow::Result<ExitCode> {
    super::snapshot::check(args)?;
    super::snapshot::run(args, &start(&args.targets, true, || ())?)
}

/// This program was built without pictures.
#[cfg(not(feature = "snapshot"))]
fn snapshot(args: &SnapshotArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!(
        "no picture of {:?}: built without the feature `snapshot`; `p95 watch` shows the same",
        args.view
    )
}

/// The HTTP API, without a window.
fn serve(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let config = EngineConfig {
        retention_ms: args.retention_ms,
        memory_cap_bytes: usize::try_from(args.memory_cap_bytes).unwrap_or(usize::MAX),
        query_timeout_ms: args.query_timeout_ms.unsigned_abs(),
        overview: false,
        ..EngineConfig::default()
    };
    // What is written by others needs no target.
    let engine = if args.receive_remote_write && args.targets.is_empty() {
        start_with(std::iter::empty(), config, || ())?
    } else {
        start_with(commands(&args.targets)?, config, || ())?
    };
    super::serve::run(args.listen, args.receive_remote_write, engine)
}

/// An engine that scrapes the targets.
fn start(
    args: &TargetArgs,
    overview: bool,
    on_change: impl Fn() + Send + Sync + 'static,
) -> anyhow::Result<EngineHandle> {
    start_with(commands(args)?, EngineConfig { overview, ..EngineConfig::default() }, on_change)
}

/// What adds the targets to an engine.
fn commands(args: &TargetArgs) -> anyhow::Result<impl Iterator<Item = p95_engine::Command>> {
    let demo_url = if args.demo { Some(open_demo()?) } else { None };
    let targets = args.resolve(demo_url.as_deref())?.into_iter();
    let add = |target: Target| p95_engine::Command::AddTarget {
        spec: target.spec,
        options: Box::new(target.options),
    };
    Ok(targets.map(add))
}

/// An engine that begins with these commands.
fn start_with(
    commands: impl Iterator<Item = p95_engine::Command>,
    config: EngineConfig,
    on_change: impl Fn() + Send + Sync + 'static,
) -> anyhow::Result<EngineHandle> {
    let engine = Engine::start(config, on_change)?;
    commands.for_each(|command| engine.send(command));
    Ok(engine)
}

/// Opens the demo service on a thread of its own, for as long as the program runs; returns its address.
fn open_demo() -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let demo = runtime.block_on(Demo::start())?;
    let url = demo.url().to_owned();
    thread::Builder::new().name("p95-demo".to_owned()).spawn(move || {
        let _demo = demo;
        runtime.block_on(std::future::pending::<()>());
    })?;
    Ok(url)
}

/// The window, without a target on those of last time; without a display, the same overview in the terminal.
#[cfg(feature = "gui")]
fn show(args: &TargetArgs) -> anyhow::Result<ExitCode> {
    use crate::window::{Memory, View};
    let waker = crate::window::Waker::default();
    let on_change = waker.clone();
    let memory = Memory::load(!args.demo);
    let is_bare = args.is_empty() && has_display();
    let engine = if is_bare {
        start_with(memory.targets(), EngineConfig::default(), move || on_change.wake())?
    } else {
        start(args, true, move || on_change.wake())?
    };
    if has_display() {
        // Where nothing is scraped, the first thing to do is to add a target.
        let is_empty = is_bare && memory.targets().next().is_none();
        let view = if is_empty { View::Targets } else { View::default() };
        match crate::window::run(&engine, &waker, &view, &memory) {
            Ok(()) => return Ok(ExitCode::SUCCESS),
            Err(error) => eprintln!("p95: {error}; the overview appears here instead, as with `p95 watch`"),
        }
    } else {
        eprintln!(
            "p95: no display (DISPLAY and WAYLAND_DISPLAY are empty); the overview appears here instead, as with \
             `p95 watch`"
        );
    }
    watch(&engine, args.interval_ms)
}

/// This program was built without the window.
#[cfg(not(feature = "gui"))]
fn show(args: &TargetArgs) -> anyhow::Result<ExitCode> {
    eprintln!("p95: built without the window; the overview appears here instead, as with `p95 watch`");
    watch(&start(args, true, || ())?, args.interval_ms)
}

/// Whether a window has somewhere to appear.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
