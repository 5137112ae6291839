//! A server that answers, instead of targets that are scraped: the flags of every command that shows something.

use clap::Args;
use p95_engine::{Header, Secret, ServerConfig, parse_server};

use super::TargetArgs;
use super::target_args::TargetArgsError;

/// The longest that a server may take to answer where `--timeout` says nothing, in milliseconds.
const TIMEOUT_MS: u64 = 30_000;
/// The header by which Mimir, Cortex and their like know a tenant.
const TENANT_HEADER: &str = "X-Scope-OrgID";

/// Which server answers, and what of it is shown. Credentials and TLS are those that targets have.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "A server instead of targets")]
pub(crate) struct ServerArgs {
    /// Show what a server with Prometheus' HTTP API has, and let it answer all queries: the part of its address before api/v1
    #[arg(long, value_name = "URL", conflicts_with_all = ["targets", "demo"])]
    pub(crate) server: Option<String>,
    /// The tenant, where the server has several: the header X-Scope-OrgID
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Show only metrics whose whole names match this regular expression
    #[arg(long, value_name = "REGEX")]
    metrics: Option<String>,
    /// Show what was then, as the present: a time such as 2026-11-21T18:00:00Z, or seconds since 1970
    #[arg(long = "at", value_name = "TIME", value_parser = time_ms)]
    at_ms: Option<i64>,
}

impl ServerArgs {
    /// The server, if one is asked for.
    ///
    /// # Errors
    /// Where its address cannot be read, a secret's file cannot, or a flag for servers is given without one.
    pub(crate) fn config(&self, targets: &TargetArgs) -> Result<Option<ServerConfig>, TargetArgsError> {
        let Some(address) = &self.server else {
            let of_servers = [
                ("--tenant", self.tenant.is_some()),
                ("--metrics", self.metrics.is_some()),
                ("--at", self.at_ms.is_some()),
            ];
            let useless = of_servers.into_iter().find(|(_, is_given)| *is_given);
            return useless.map_or(Ok(None), |(flag, _)| Err(TargetArgsError::NoServer(flag)));
        };
        let mut options = targets.options()?;
        options.timeout_ms = options.timeout_ms.or(Some(TIMEOUT_MS));
        options.headers.extend(
            self.tenant
                .as_deref()
                .map(|tenant| Header { name: TENANT_HEADER.to_owned(), value: Secret::from(tenant) }),
        );
        Ok(Some(ServerConfig {
            spec: parse_server(address)?,
            options,
            interval_ms: targets.interval_ms.map(i64::unsigned_abs),
            metrics: self.metrics.clone(),
            at_ms: self.at_ms,
        }))
    }
}

/// Reads a time in milliseconds since the Unix epoch.
fn time_ms(text: &str) -> Result<i64, TimeError> {
    let seconds = || text.parse().ok().filter(|seconds: &f64| seconds.abs() < 9.0e12);
    #[expect(clippy::cast_possible_truncation, reason = "the number lies within the range of 53 bits")]
    let from_seconds = || seconds().map(|seconds| (seconds * 1_000.0).round() as i64);
    let from_date = || text.parse().ok().map(|time: jiff::Timestamp| time.as_millisecond());
    from_seconds().or_else(from_date).ok_or(TimeError)
}

/// Why a text is no time.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[error("a time is a date such as 2026-11-21T18:00:00Z, or seconds since 1970")]
struct TimeError;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn config(words: &[&str]) -> ServerConfig {
        let cli = Cli::try_parse_from([&["p95"], words].concat()).unwrap();
        cli.server.config(&cli.targets).unwrap().unwrap()
    }

    #[test]
    fn flags_become_a_configuration() {
        let config = config(&[
            "--server",
            "http://h:9009/prometheus",
            "--tenant",
            "shop",
            "--header",
            "X-A: b",
            "--metrics",
            "http_.*",
            "--at",
            "1700000000.5",
            "--interval",
            "15s",
        ]);
        assert_eq!(config.spec.to_string(), "http://h:9009/prometheus/");
        let headers =
            config.options.headers.iter().map(|header| (header.name.as_str(), header.value.reveal()));
        assert_eq!(Vec::from_iter(headers), [("X-A", "b"), ("X-Scope-OrgID", "shop")]);
        assert_eq!(config.options.timeout_ms, Some(30_000));
        assert_eq!((config.metrics.as_deref(), config.at_ms), (Some("http_.*"), Some(1_700_000_000_500)));
        assert_eq!(config.interval_ms, Some(15_000));
        let config = self::config(&["--server", ":9090", "--timeout", "2s"]);
        assert_eq!((config.options.timeout_ms, config.interval_ms, config.at_ms), (Some(2_000), None, None));
    }

    #[test]
    fn a_server_stands_alone() {
        for words in [
            &["p95", "--server", ":9090", ":9100"][..],
            &["p95", "--server", ":9090", "--demo"],
            &["p95", "--server", ":9090", "--at", "yesterday"],
        ] {
            assert!(Cli::try_parse_from(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn flags_for_servers_want_one() {
        let cli = Cli::try_parse_from(["p95", "--tenant", "shop", ":9100"]).unwrap();
        let error = cli.server.config(&cli.targets).unwrap_err().to_string();
        assert_eq!(error, "--tenant is for servers: give --server URL too");
    }

    #[test]
    fn times_are_dates_or_seconds() {
        assert_eq!(time_ms("2015-07-01T20:10:51.781Z"), Ok(1_435_781_451_781));
        assert_eq!(time_ms("1435781451"), Ok(1_435_781_451_000));
        assert_eq!(time_ms("NaN"), Err(TimeError));
    }
}
