//! From the command line to the one that does the work.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use clap::{CommandFactory, Parser};
use p95_engine::{Engine, EngineConfig, EngineHandle, Location, is_recording_file};

use super::error::{is_display, usage_line};
use super::listen::ListenArgs;
use super::target_args::{Target, TargetArgsError};
use super::words::server_behind_command;
use super::{
    CheckCommand, Cli, Command, ExportArgs, OpenArgs, RecordArgs, ServeArgs, ServerArgs, SnapshotArgs,
    TargetArgs, check, export, query, record,
};
use crate::demo::Demo;
use crate::watch::watch;

/// How long the samples of recordings are kept, in milliseconds: longer than anything was recorded.
const FOREVER_MS: i64 = i64::MAX / 4;
/// How often tables of a replay are written where the terminal is none, in milliseconds.
const WATCH_INTERVAL_MS: i64 = 1_000;

/// Reads the command line and obeys it.
pub fn main() -> ExitCode {
    super::logs::start();
    let is_command = |word: &str| Cli::command().find_subcommand(word).is_some();
    let cli = match Cli::try_parse_from(server_behind_command(std::env::args_os().collect(), is_command)) {
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
            // A server's language may be larger than ours, and it says itself what is wrong.
            if args.server.server.is_none() {
                query::needs_rates(&args.expr)?;
            }
            query::run(
                args,
                &start(&args.targets, &args.server, || commands(&args.targets, None, None), false)?,
            )
        }
        Some(Command::Watch(args)) => {
            stands_alone(&args.server, &args.pushes)?;
            let speed = args.replay.speed;
            let commands = || commands(&args.targets, speed, Some(&args.pushes));
            let engine = start(&args.targets, &args.server, commands, true)?;
            watch(&engine, args.targets.interval_ms())
        }
        Some(Command::Snapshot(args)) => snapshot(args),
        Some(Command::Record(args)) => record(args),
        Some(Command::Open(args)) => open(args),
        Some(Command::Export(args)) => export(args),
        Some(Command::Serve(args)) => serve(args),
        Some(Command::Check(CheckCommand::Metrics(args))) => Ok(check::metrics(args)),
        Some(Command::Check(CheckCommand::Rules(args))) => Ok(super::rules::check(args)),
        #[cfg(feature = "gateway")]
        Some(Command::Gateway(args)) => super::gateway::run(args),
        None => {
            stands_alone(&cli.server, &cli.pushes)?;
            let (args, server) = (&cli.targets, cli.server.config(&cli.targets)?);
            let listens = cli.pushes.address.is_some();
            let keeps_targets = !args.demo && !listens && server.is_none();
            let sources = if server.is_some() {
                Some(Vec::new())
            } else {
                let is_told = !args.is_empty() || listens || !has_display();
                is_told.then(|| commands(args, cli.replay.speed, Some(&cli.pushes))).transpose()?
            };
            let config = EngineConfig { server, ..EngineConfig::default() };
            show(sources, config, keeps_targets, args.interval_ms())
        }
    }
}

/// What is pushed goes into p95's own store, which nobody looks at where a server answers.
fn stands_alone(server: &ServerArgs, pushes: &ListenArgs) -> anyhow::Result<()> {
    if server.server.is_some() && pushes.address.is_some() {
        anyhow::bail!("--server and --listen do not go together: start one p95 for each");
    }
    Ok(())
}

/// A picture of the window.
#[cfg(feature = "snapshot")]
fn snapshot(args: &SnapshotArgs) -> anyhow::Result<ExitCode> {
    super::snapshot::check(args)?;
    let commands = || commands(&args.targets, None, None);
    super::snapshot::run(args, &start(&args.targets, &args.server, commands, true)?)
}

/// This program was built without pictures.
#[cfg(not(feature = "snapshot"))]
fn snapshot(args: &SnapshotArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!(
        "no picture of {:?}: built without the feature `snapshot`; `p95 watch` shows the same",
        args.view
    )
}

/// A recording of what targets say.
fn record(args: &RecordArgs) -> anyhow::Result<ExitCode> {
    let targets = commands(&args.targets, None, Some(&args.pushes))?;
    if let Some(path) = targets.iter().find_map(recording) {
        anyhow::bail!("{} is a recording already", path.display());
    }
    // What was recorded is not looked at here.
    let config = EngineConfig { retention_ms: 60_000, overview: false, ..EngineConfig::default() };
    record::run(args, &start_with(Vec::new(), config, || ())?, targets)
}

/// The window on recordings.
fn open(args: &OpenArgs) -> anyhow::Result<ExitCode> {
    if let Some(path) = args.files.iter().find(|path| !path.is_file()) {
        anyhow::bail!("cannot open {}: there is no such file", path.display());
    }
    let recordings = opened(&args.files, args.replay.speed);
    show(Some(recordings), EngineConfig::default(), false, WATCH_INTERVAL_MS)
}

/// Recordings as text.
fn export(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    // All of it has to be there at once.
    let config = EngineConfig { overview: false, memory_cap_bytes: usize::MAX, ..EngineConfig::default() };
    export::run(args, &start_with(opened(&args.files, None), config, || ())?)
}

/// What opens recordings.
fn opened(files: &[PathBuf], speed: Option<f64>) -> Vec<p95_engine::Command> {
    let open = |path: &PathBuf| p95_engine::Command::OpenRecording {
        path: path.clone(),
        speed,
        page_limit_bytes: None,
    };
    files.iter().map(open).collect()
}

/// The HTTP API, without a window.
fn serve(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let rules = super::rules::files(&args.rules)?;
    let config = EngineConfig {
        retention_ms: args.retention_ms,
        memory_cap_bytes: usize::try_from(args.memory_cap_bytes).unwrap_or(usize::MAX),
        query_timeout_ms: args.query_timeout_ms.unsigned_abs(),
        overview: false,
        ..EngineConfig::default()
    };
    // What is written by others needs no target.
    let pushes = ListenArgs::from(&args.pushes);
    let commands = if args.receive_remote_write && args.targets.is_empty() && pushes.address.is_none() {
        Vec::new()
    } else {
        commands(&args.targets, None, Some(&pushes))?
    };
    let engine = start_with(commands, config, || ())?;
    super::serve::run(args, rules, engine)
}

/// An engine for what ends by itself or needs no window: it asks the server, or else obeys the commands.
fn start(
    args: &TargetArgs,
    server: &ServerArgs,
    commands: impl FnOnce() -> anyhow::Result<Vec<p95_engine::Command>>,
    overview: bool,
) -> anyhow::Result<EngineHandle> {
    let server = server.config(args)?;
    let commands = if server.is_some() { Vec::new() } else { commands()? };
    start_with(commands, EngineConfig { overview, server, ..EngineConfig::default() }, || ())
}

/// What adds the targets to an engine; those that are recordings are opened, and replayed at a speed, if one is given. What
/// receives pushes is a target too.
fn commands(
    args: &TargetArgs,
    speed: Option<f64>,
    pushes: Option<&ListenArgs>,
) -> anyhow::Result<Vec<p95_engine::Command>> {
    let demo_url = if args.demo { Some(open_demo()?) } else { None };
    let pushed = pushes.map_or(Ok(None), |pushes| receive(pushes, args))?;
    let targets = match args.resolve(demo_url.as_deref()) {
        Err(TargetArgsError::NoTarget) if pushed.is_some() => Vec::new(),
        resolved => resolved?,
    };
    let page_limit_bytes = args.page_limit_bytes();
    let add = |target: Target| match target.spec.location {
        Location::File(path) if is_recording_file(&path) => {
            p95_engine::Command::OpenRecording { path, speed, page_limit_bytes }
        }
        _ => p95_engine::Command::AddTarget { spec: target.spec, options: Box::new(target.options) },
    };
    Ok(pushed.into_iter().chain(targets).map(add).collect())
}

/// What receives pushes, where that is asked for.
#[cfg(feature = "gateway")]
fn receive(pushes: &ListenArgs, args: &TargetArgs) -> anyhow::Result<Option<Target>> {
    let open = |address| super::receive::open(address, pushes, args.options()?);
    pushes.address.map(open).transpose()
}

/// This program was built without a gateway.
#[cfg(not(feature = "gateway"))]
fn receive(pushes: &ListenArgs, _args: &TargetArgs) -> anyhow::Result<Option<Target>> {
    match pushes.address {
        Some(address) => {
            anyhow::bail!("nothing receives pushes at {address}: built without the feature `gateway`")
        }
        None => Ok(None),
    }
}

/// An engine that begins with these commands.
fn start_with(
    commands: Vec<p95_engine::Command>,
    mut config: EngineConfig,
    on_change: impl Fn() + Send + Sync + 'static,
) -> anyhow::Result<EngineHandle> {
    if commands.iter().any(|command| recording(command).is_some()) {
        // All of a recording is shown, however long it is; the cap on memory holds.
        config.retention_ms = FOREVER_MS;
    }
    let engine = Engine::start(config, on_change)?;
    commands.into_iter().for_each(|command| engine.send(command));
    Ok(engine)
}

/// The recording that a command opens.
fn recording(command: &p95_engine::Command) -> Option<&Path> {
    match command {
        p95_engine::Command::OpenRecording { path, .. } => Some(path),
        _ => None,
    }
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

/// The window; without sources, on the targets of last time. Without a display, the same overview in the terminal.
#[cfg(feature = "gui")]
fn show(
    sources: Option<Vec<p95_engine::Command>>,
    config: EngineConfig,
    keeps_targets: bool,
    interval_ms: i64,
) -> anyhow::Result<ExitCode> {
    use crate::window::{Memory, View};
    let waker = crate::window::Waker::default();
    let on_change = waker.clone();
    let has_recording = sources.iter().flatten().any(|command| recording(command).is_some());
    let memory = Memory::load(keeps_targets && !has_recording);
    // Where nothing is scraped, the first thing to do is to add a target.
    let is_empty = sources.is_none() && memory.targets().next().is_none();
    let sources = sources.unwrap_or_else(|| memory.targets().collect());
    let config = EngineConfig { gives_way: true, ..config };
    let engine = start_with(sources, config, move || on_change.wake())?;
    if has_display() {
        let view = if is_empty { View::Targets } else { View::default() };
        match crate::window::run(&engine, &waker, &view, &memory) {
            Ok(()) => {
                record::end_begun(&engine)?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => eprintln!("p95: {error}; the overview appears here instead, as with `p95 watch`"),
        }
    } else {
        eprintln!(
            "p95: no display (DISPLAY and WAYLAND_DISPLAY are empty); the overview appears here instead, as with \
             `p95 watch`"
        );
    }
    watch(&engine, interval_ms)
}

/// This program was built without the window.
#[cfg(not(feature = "gui"))]
fn show(
    sources: Option<Vec<p95_engine::Command>>,
    config: EngineConfig,
    _keeps_targets: bool,
    interval_ms: i64,
) -> anyhow::Result<ExitCode> {
    eprintln!("p95: built without the window; the overview appears here instead, as with `p95 watch`");
    let engine = start_with(sources.unwrap_or_default(), config, || ())?;
    watch(&engine, interval_ms)
}

/// There is no window that could appear.
#[cfg(not(feature = "gui"))]
fn has_display() -> bool {
    false
}

/// Whether a window has somewhere to appear.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
