//! `p95 gateway`: the receiving end for what is pushed.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use p95_clock::SystemClock;
use p95_core::model::labels::is_legacy_label_name;
use p95_engine::{Location, TargetError, parse_target};
use p95_gateway::{
    Access, Expiry, ForwardOptions, Gateway, GatewayOptions, GaugeRule, Limits, Secret, Surface,
    ViewerOptions,
};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::args::duration_ms;
use super::listen::listen_address;
use super::size::parse_size_bytes;
use super::stop::asked_to_stop;

/// The arguments of `p95 gateway`.
#[derive(Args, Debug)]
pub(crate) struct GatewayArgs {
    /// The address that takes what is pushed, and serves /metrics
    #[arg(long, value_name = "ADDR", value_parser = listen_address, default_value = "127.0.0.1:9091")]
    listen: SocketAddr,
    /// Serve /metrics at this address instead
    #[arg(long, value_name = "ADDR", value_parser = listen_address)]
    metrics_listen: Option<SocketAddr>,
    /// The folder that keeps what was counted
    #[arg(long, value_name = "DIR", default_value = "p95-gateway")]
    folder: PathBuf,
    /// Keep it in memory alone: a restart begins at 0
    #[arg(long, conflicts_with = "folder")]
    in_memory: bool,
    /// The path that takes frames of web pages
    #[arg(long, value_name = "PATH", default_value = "/p95")]
    endpoint: String,
    /// Serve the files of this folder; those in its folder viewer are the viewer, at /viewer/
    #[arg(long, value_name = "DIR")]
    assets: Option<PathBuf>,
    /// A page of metrics that the viewer may ask this gateway for, such as localhost:9100
    #[arg(long = "target", value_name = "TARGET", value_parser = page_url)]
    targets: Vec<String>,
    /// How gauges of several open pages become one number: METRIC=last, sum, max, min or avg; METRIC may end in *
    #[arg(long = "gauge", value_name = "RULE")]
    gauges: Vec<GaugeRule>,
    #[command(flatten)]
    access: AccessArgs,
    #[command(flatten)]
    limits: GatewayLimitArgs,
    #[command(flatten)]
    expiry: ExpiryArgs,
    #[command(flatten)]
    forward: ForwardArgs,
}

/// Who may push and read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Access")]
struct AccessArgs {
    /// An origin besides the gateway's own whose pages may push, such as https://shop.example
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// A name of this host besides localhost and numeric addresses
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// A metric that may be pushed; NAME may end in * [default: all]
    #[arg(long = "metric", value_name = "NAME")]
    metrics: Vec<String>,
    /// The file that holds the bearer token without which nothing can be pushed
    #[arg(long, value_name = "FILE", env = "P95_PUSH_TOKEN_FILE")]
    push_token_file: Option<PathBuf>,
    /// The file that holds the bearer token without which /metrics cannot be read
    #[arg(long, value_name = "FILE", env = "P95_METRICS_TOKEN_FILE")]
    metrics_token_file: Option<PathBuf>,
}

/// What is too much.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits (what breaks one is refused, and counted by reason)")]
struct GatewayLimitArgs {
    /// Bytes of a body as it is sent
    #[arg(long, value_name = "SIZE", value_parser = parse_size_bytes, default_value = "1MB")]
    body_size_limit: u64,
    /// Bytes of a body once it is unpacked
    #[arg(long, value_name = "SIZE", value_parser = parse_size_bytes, default_value = "4MB")]
    unpacked_size_limit: u64,
    /// Series in all
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().series)]
    series_limit: usize,
    /// Series of one metric
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().series_per_metric)]
    metric_series_limit: usize,
    /// Values of one label of a metric of web pages; the rest becomes `other`
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().values_per_label)]
    label_values_limit: usize,
    /// Pushes a second from one address; 0 means no limit
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().address_per_sec)]
    address_rate: u32,
    /// Frames a second of one app; 0 means no limit
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().app_per_sec)]
    app_rate: u32,
}

/// How long things are kept.
#[derive(Args, Debug)]
#[command(next_help_heading = "Expiry")]
struct ExpiryArgs {
    /// How long a page counts as open after its last frame: so long its gauges count
    #[arg(long = "live", value_name = "DURATION", value_parser = duration_ms, default_value = "5m")]
    live_ms: i64,
    /// How long a series of web pages stays after its last frame
    #[arg(long = "idle", value_name = "DURATION", value_parser = duration_ms, default_value = "12h")]
    idle_ms: i64,
    /// How long a page's frames are remembered, so that none counts twice
    #[arg(long = "remember", value_name = "DURATION", value_parser = duration_ms, default_value = "3d")]
    remember_ms: i64,
}

/// Where everything is sent.
#[derive(Args, Debug)]
#[command(next_help_heading = "Remote write")]
struct ForwardArgs {
    /// Send everything to this server, such as http://localhost:9090/api/v1/write
    #[arg(long = "forward", value_name = "URL")]
    url: Option<String>,
    /// How often
    #[arg(long = "forward-every", value_name = "DURATION", value_parser = duration_ms, default_value = "15s")]
    every_ms: i64,
    /// A label for the series that have none of that name, NAME=VALUE
    #[arg(long = "forward-label", value_name = "LABEL", value_parser = label)]
    labels: Vec<(String, String)>,
    /// The file that holds a bearer token for that server
    #[arg(long = "forward-token-file", value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Receives until it is told to stop.
///
/// # Errors
/// Where the folder, an address or an option cannot be used.
pub(super) fn run(args: &GatewayArgs) -> anyhow::Result<ExitCode> {
    let gateway = Gateway::open(args.options()?, SystemClock)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(args, &gateway))?;
    gateway.close();
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: &GatewayArgs, gateway: &Gateway) -> anyhow::Result<()> {
    let pushes = bind(args.listen).await?;
    let metrics = match args.metrics_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    announce(args, &pushes, metrics.as_ref())?;
    let (stop, stopping) = watch::channel(false);
    let stopped = || {
        let mut stopping = stopping.clone();
        async move { drop(stopping.wait_for(|stop| *stop).await) }
    };
    let serving = async {
        match metrics {
            Some(metrics) => {
                tokio::join!(
                    gateway.serve(pushes, Surface::Push, stopped()),
                    gateway.serve(metrics, Surface::Metrics, stopped()),
                );
            }
            None => gateway.serve(pushes, Surface::Whole, stopped()).await,
        }
    };
    let asked = asked_to_stop()?;
    tokio::join!(serving, gateway.forward_until(stopped()), async {
        asked.await;
        stop.send_replace(true);
    });
    Ok(())
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address}"))
}

/// Says where everything is.
fn announce(args: &GatewayArgs, pushes: &TcpListener, metrics: Option<&TcpListener>) -> anyhow::Result<()> {
    let address = pushes.local_addr()?;
    eprintln!("p95: frames at http://{address}{}, groups at http://{address}/metrics/job/JOB", args.endpoint);
    let metrics = metrics.map_or(Ok(address), TcpListener::local_addr)?;
    let kept =
        if args.in_memory { "in memory alone".to_owned() } else { format!("in {}", args.folder.display()) };
    eprintln!("p95: all of it at http://{metrics}/metrics; kept {kept}");
    Ok(())
}

impl GatewayArgs {
    fn options(&self) -> anyhow::Result<GatewayOptions> {
        if let Some(assets) = self.assets.as_ref().filter(|assets| !assets.is_dir()) {
            bail!("--assets {}: no such folder", assets.display());
        }
        let bytes = |size: u64| usize::try_from(size).unwrap_or(usize::MAX);
        let duration = |ms: i64| Duration::from_millis(ms.unsigned_abs());
        let token = |file: &Option<PathBuf>| file.as_deref().map(read_token).transpose();
        let GatewayLimitArgs { series_limit, metric_series_limit, label_values_limit, .. } = self.limits;
        Ok(GatewayOptions {
            folder: (!self.in_memory).then(|| self.folder.clone()),
            endpoint: self.endpoint.clone(),
            assets: self.assets.clone(),
            gauges: self.gauges.clone(),
            viewer: ViewerOptions { targets: self.targets.clone(), ..ViewerOptions::default() },
            limits: Limits {
                body_bytes: bytes(self.limits.body_size_limit),
                unpacked_bytes: bytes(self.limits.unpacked_size_limit),
                series: series_limit,
                series_per_metric: metric_series_limit,
                values_per_label: label_values_limit,
                address_per_sec: self.limits.address_rate,
                app_per_sec: self.limits.app_rate,
                ..Limits::default()
            },
            access: Access {
                origins: self.access.origins.clone(),
                loopback_origins: false,
                hosts: self.access.hosts.clone(),
                metrics: self.access.metrics.clone(),
                push_token: token(&self.access.push_token_file)?,
                metrics_token: token(&self.access.metrics_token_file)?,
            },
            expiry: Expiry {
                live: duration(self.expiry.live_ms),
                series: duration(self.expiry.idle_ms),
                session: duration(self.expiry.remember_ms),
            },
            forward: match &self.forward.url {
                Some(url) => Some(ForwardOptions {
                    url: url.clone(),
                    every: duration(self.forward.every_ms),
                    labels: self.forward.labels.clone(),
                    token: token(&self.forward.token_file)?,
                    ..ForwardOptions::default()
                }),
                None => None,
            },
            ..GatewayOptions::default()
        })
    }
}

/// Reads a target that is behind a URL.
fn page_url(text: &str) -> Result<String, TargetUrlError> {
    match parse_target(text)? {
        spec if matches!(spec.location, Location::File(_)) => Err(TargetUrlError::File),
        spec if spec.userinfo.is_some() => Err(TargetUrlError::Credentials),
        spec => Ok(spec.to_string()),
    }
}

/// Why a text is no target of the viewer.
#[derive(Debug, thiserror::Error)]
enum TargetUrlError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("the gateway reads no files: give a URL such as http://localhost:9100/metrics")]
    File,
    #[error("credentials are not passed on: whoever opens the viewer would use them")]
    Credentials,
}

/// Reads `NAME=VALUE`.
fn label(text: &str) -> Result<(String, String), LabelError> {
    let (name, value) = text.split_once('=').ok_or(LabelError)?;
    if !is_legacy_label_name(name) {
        return Err(LabelError);
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Why a text is no label.
#[derive(Debug, thiserror::Error)]
#[error("a label is NAME=VALUE, where NAME has letters, digits and _")]
struct LabelError;

/// The token in a file, without the blanks around it.
fn read_token(file: &Path) -> anyhow::Result<Secret> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read the token in {}", file.display()))?;
    if text.trim().is_empty() {
        bail!("{}: expected a token, and the file is empty", file.display());
    }
    Ok(Secret::new(text.trim()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    #[test]
    fn what_is_asked_for_is_what_the_gateway_gets() {
        let cli = Cli::try_parse_from([
            "p95",
            "gateway",
            "--in-memory",
            "--origin",
            "https://a",
            "--origin",
            "https://b",
            "--gauge",
            "x*=avg",
            "--series-limit",
            "7",
            "--target",
            "localhost:9100",
            "--idle",
            "1h",
            "--forward",
            "http://h/w",
            "--forward-label",
            "site=here",
        ])
        .unwrap();
        let Some(Command::Gateway(args)) = cli.command else { panic!("no gateway") };
        let options = args.options().unwrap();
        assert_eq!((options.folder, options.limits.series, options.gauges.len()), (None, 7, 1));
        assert_eq!(options.viewer.targets, ["http://localhost:9100/metrics"]);
        assert_eq!(options.access.origins, ["https://a", "https://b"]);
        assert_eq!(options.expiry.series, Duration::from_secs(3600));
        let forward = options.forward.unwrap();
        assert_eq!((forward.url.as_str(), forward.every), ("http://h/w", Duration::from_secs(15)));
        assert_eq!(forward.labels, [("site".to_owned(), "here".to_owned())]);
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        let cli = Cli::try_parse_from(["p95", "gateway", "--in-memory"]).unwrap();
        let Some(Command::Gateway(args)) = cli.command else { panic!("no gateway") };
        assert_eq!(format!("{:?}", args.options().unwrap()), format!("{:?}", GatewayOptions::default()));
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        #[track_caller]
        fn check(words: &[&str], expect: &str) {
            let words = ["p95", "gateway"].iter().chain(words);
            let said = match Cli::try_parse_from(words).map(|cli| cli.command) {
                Ok(Some(Command::Gateway(args))) => args.options().unwrap_err().to_string(),
                Ok(_) => panic!("no gateway"),
                Err(error) => error.to_string(),
            };
            assert!(said.contains(expect), "{said}");
        }
        check(&["--forward-label", "x"], "a label is NAME=VALUE");
        check(&["--target", "/etc/passwd"], "the gateway reads no files");
        check(&["--target", "http://me:pw@h/"], "credentials are not passed on");
        check(&["--gauge", "x=most"], "a rule for gauges is METRIC=last");
        check(&["--assets", "/nowhere/at/all"], "--assets /nowhere/at/all: no such folder");
        check(&["--push-token-file", "/nowhere/at/all"], "cannot read the token in /nowhere/at/all");
        check(&["--push-token-file", "/dev/null"], "expected a token, and the file is empty");
        check(&["--folder", "x", "--in-memory"], "cannot be used with");
    }
}
