//! Commands and flags.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use p95_core::model::duration::parse_duration_ms;

#[cfg(feature = "gateway")]
use super::GatewayArgs;
use super::listen::{ListenArgs, PushListenArgs, listen_address};
use super::picture::{PictureFile, PictureSize, PictureTheme, PictureView, RANGES, scale};
use super::size::parse_size_bytes;
use super::{CheckCommand, ServerArgs, TargetArgs};

/// Shows the rates and tail latencies of anything that speaks Prometheus, from the second scrape on.
///
/// Without a command, a window opens on the targets; without a display, the same overview appears in the terminal.
#[derive(Debug, Parser)]
#[command(name = "p95", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// What the window shows.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// Who answers instead.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How recordings are shown.
    #[command(flatten)]
    pub(crate) replay: ReplayArgs,
    /// What is pushed.
    #[command(flatten)]
    pub(crate) pushes: ListenArgs,
}

/// What p95 does besides opening the window.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows the overview in the terminal; plain tables where stdout is no terminal
    Watch(WatchArgs),
    /// Scrapes for a moment and prints the answer to one PromQL query
    Query(QueryArgs),
    /// Scrapes for a moment and writes a picture of the window, without a display or a driver
    Snapshot(SnapshotArgs),
    /// Records what targets say, verbatim, in one file that every command takes as a TARGET
    Record(RecordArgs),
    /// Opens the window on recordings
    Open(OpenArgs),
    /// Writes recordings as OpenMetrics text with timestamps, which `promtool tsdb create-blocks-from` takes
    Export(ExportArgs),
    /// Scrapes without a window, and answers Prometheus' HTTP API
    Serve(ServeArgs),
    /// Checks what others will read: exit status 0 where it is good, 1 with findings, 2 where it cannot be read
    #[command(subcommand)]
    Check(CheckCommand),
    /// Receives what is pushed: frames of web pages, which count exactly once, and Pushgateway's protocol
    #[cfg(feature = "gateway")]
    Gateway(GatewayArgs),
}

/// The arguments of `p95 watch`.
#[derive(Args, Debug)]
pub(crate) struct WatchArgs {
    /// What is watched.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// Who answers instead.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// How recordings are shown.
    #[command(flatten)]
    pub(crate) replay: ReplayArgs,
    /// What is pushed.
    #[command(flatten)]
    pub(crate) pushes: ListenArgs,
}

/// How recordings are shown.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ReplayArgs {
    /// Replay recordings so many times faster than they were recorded, instead of showing all at once
    #[arg(long, value_name = "FACTOR", value_parser = speed)]
    pub(crate) speed: Option<f64>,
}

/// The arguments of `p95 record`.
#[derive(Args, Debug)]
pub(crate) struct RecordArgs {
    /// What is recorded.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// What is pushed.
    #[command(flatten)]
    pub(crate) pushes: ListenArgs,
    /// The recording: a file that is not there yet, such as run.p95
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Record for so long [default: until Ctrl-C]
    #[arg(long = "for", value_name = "DURATION", value_parser = duration_ms)]
    pub(crate) for_ms: Option<i64>,
    /// How often what came is written to the disk: what a crash costs at most
    #[arg(long = "flush", value_name = "DURATION", value_parser = duration_ms, default_value = "10s")]
    pub(crate) flush_ms: i64,
}

/// The arguments of `p95 open`.
#[derive(Args, Debug)]
pub(crate) struct OpenArgs {
    /// Recordings; OpenMetrics text with timestamps whose name ends in .om is one too
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// How they are shown.
    #[command(flatten)]
    pub(crate) replay: ReplayArgs,
}

/// The arguments of `p95 query`.
#[derive(Args, Debug)]
pub(crate) struct QueryArgs {
    /// The PromQL query, for example `sum by (route) (rate(http_requests_total[4s]))`
    #[arg(value_name = "EXPR")]
    pub(crate) expr: String,
    /// What is scraped.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// Who answers instead.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Scrape for so long before the query runs [default: the --range; else as often as a rate needs]
    #[arg(long = "for", value_name = "DURATION", value_parser = duration_ms)]
    pub(crate) for_ms: Option<i64>,
    /// Evaluate over this last stretch of time, step by step, instead of once
    #[arg(long = "range", value_name = "DURATION", value_parser = duration_ms)]
    pub(crate) range_ms: Option<i64>,
    /// The time between two evaluations of a --range [default: the interval]
    #[arg(long = "step", value_name = "DURATION", value_parser = duration_ms, requires = "range_ms")]
    pub(crate) step_ms: Option<i64>,
    /// Say in words what each part of the query does, and how many series it has, instead of the answer
    #[arg(long, conflicts_with_all = ["range_ms", "step_ms"])]
    pub(crate) explain: bool,
    /// How the answer is written; json is the `data` object of Prometheus' query API
    #[arg(short, long, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
}

/// The arguments of `p95 snapshot`.
#[derive(Args, Debug)]
pub(crate) struct SnapshotArgs {
    /// What is scraped.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// Who answers instead.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The picture: a file whose name ends in .png or .svg
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PictureFile,
    /// Scrape for so long first
    #[arg(long = "for", value_name = "DURATION", value_parser = duration_ms, default_value = "10s")]
    pub(crate) for_ms: i64,
    /// The page: overview, targets, or metric:NAME
    #[arg(long, value_name = "VIEW", default_value = "overview")]
    pub(crate) view: PictureView,
    /// The chart of a metric: the title of its tab, such as heatmap
    #[arg(long, value_name = "TITLE")]
    pub(crate) panel: Option<String>,
    /// The size of the window, in points
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1280x800")]
    pub(crate) size: PictureSize,
    /// The colours
    #[arg(long, value_enum, default_value_t = PictureTheme::Dark)]
    pub(crate) theme: PictureTheme,
    /// How much of the past charts show
    #[arg(long, value_name = "RANGE", value_parser = RANGES, default_value = "5m")]
    pub(crate) range: String,
    /// The pixels of each point in a PNG
    #[arg(long, value_name = "FACTOR", value_parser = scale, default_value = "1")]
    pub(crate) scale: f32,
}

/// The arguments of `p95 serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// What is scraped.
    #[command(flatten)]
    pub(crate) targets: TargetArgs,
    /// Where the API listens; other machines reach it only where this is no loopback address
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address, default_value = "127.0.0.1:9095")]
    pub(crate) listen: SocketAddr,
    /// What is pushed.
    #[command(flatten)]
    pub(crate) pushes: PushListenArgs,
    /// A file of recording and alerting rules, as Prometheus has them; once for each file
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// From one evaluation of rules to the next, where their group does not say it
    #[arg(long = "evaluation-interval", value_name = "DURATION", value_parser = duration_ms, default_value = "1m")]
    pub(crate) evaluation_interval_ms: i64,
    /// Also take what others send by remote write, at /api/v1/write
    #[arg(long)]
    pub(crate) receive_remote_write: bool,
    /// How long samples are kept
    #[arg(long = "retention", value_name = "DURATION", value_parser = duration_ms, default_value = "1d")]
    pub(crate) retention_ms: i64,
    /// The most memory that samples may take; the oldest go first
    #[arg(long = "memory", value_name = "SIZE", value_parser = parse_size_bytes, default_value = "1GiB")]
    pub(crate) memory_cap_bytes: u64,
    /// The longest that a query may take
    #[arg(long = "query-timeout", value_name = "DURATION", value_parser = duration_ms, default_value = "2m")]
    pub(crate) query_timeout_ms: i64,
}

/// How the answer to a query is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// Aligned columns for people.
    Table,
    /// The `data` object of Prometheus' query API.
    Json,
    /// Comma-separated values with a header.
    Csv,
}

/// The arguments of `p95 export`.
#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Recordings
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The text: a file such as out.om, which p95 opens as a recording; - is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// Reads how many times faster a replay is.
fn speed(text: &str) -> Result<f64, SpeedError> {
    text.parse().ok().filter(|speed: &f64| speed.is_finite() && *speed > 0.0).ok_or(SpeedError)
}

/// Why a text is no speed.
#[derive(Debug, thiserror::Error)]
#[error("a speed is a number above zero, such as 1, 10 or 0.5")]
struct SpeedError;

/// Reads a positive duration in milliseconds.
pub(super) fn duration_ms(text: &str) -> Result<i64, DurationError> {
    parse_duration_ms(text).filter(|duration_ms| *duration_ms > 0).ok_or(DurationError)
}

/// Why a text is no duration.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct DurationError;

impl std::error::Error for DurationError {}

impl std::fmt::Display for DurationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a duration has a unit and is above zero, such as 10s, 500ms or 1m30s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_query_with_everything() {
        let cli = Cli::try_parse_from([
            "p95", "query", "up", ":9100", "h:1", "--for", "10s", "--range", "5m", "--step", "15s", "-o",
            "json",
        ])
        .unwrap();
        let Some(Command::Query(args)) = cli.command else { panic!("not a query") };
        assert_eq!(
            (args.expr.as_str(), args.for_ms, args.range_ms, args.step_ms, args.output),
            ("up", Some(10_000), Some(300_000), Some(15_000), OutputFormat::Json)
        );
        assert_eq!(args.targets.targets, [":9100", "h:1"]);
    }

    #[test]
    fn the_demo_works_with_every_command() {
        assert!(Cli::try_parse_from(["p95", "--demo"]).unwrap().targets.demo);
        for words in [
            &["p95", "watch", "--demo"][..],
            &["p95", "query", "up", "--demo"],
            &["p95", "snapshot", "--demo", "-o", "a.png"],
            &["p95", "record", "--demo", "-o", "a.p95"],
        ] {
            let demo = match Cli::try_parse_from(words).unwrap().command {
                Some(Command::Watch(args)) => args.targets.demo,
                Some(Command::Query(args)) => args.targets.demo,
                Some(Command::Snapshot(args)) => args.targets.demo,
                Some(Command::Record(args)) => args.targets.demo,
                _ => false,
            };
            assert!(demo, "{words:?}");
        }
    }
}
