//! What is scraped, and how: the flags that every command with a TARGET has.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use p95_engine::{
    Auth, BasicAuth, ClientCertificate, Header, ScrapeLimits, Secret, TargetError, TargetOptions, TargetSpec,
    TlsOptions, parse_target,
};

use super::args::duration_ms;
use super::size::parse_size_bytes;

/// The time from one scrape to the next where nobody says otherwise, in milliseconds.
const INTERVAL_MS: i64 = 1_000;

/// What is scraped, and how. Credentials and limits hold for every target of the call.
#[derive(Args, Clone, Debug)]
pub(crate) struct TargetArgs {
    /// A URL, host:port (http and /metrics are filled in), a file, or a recording
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// Scrape a small built-in demo service, over real HTTP
    #[arg(long)]
    pub(crate) demo: bool,
    /// The time from one scrape to the next [default: 1s; with --server: as often as it scrapes]
    #[arg(long = "interval", value_name = "DURATION", value_parser = duration_ms)]
    pub(super) interval_ms: Option<i64>,
    /// The longest that a scrape may take [default: 10s]
    #[arg(long = "timeout", value_name = "DURATION", value_parser = duration_ms)]
    pub(crate) timeout_ms: Option<i64>,
    /// The label `job` of every series
    #[arg(long, value_name = "NAME", default_value = "p95")]
    pub(crate) job: String,
    /// Ask for native histograms, and so for protobuf before text
    #[arg(long)]
    native_histograms: bool,
    #[command(flatten)]
    auth: AuthArgs,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Who asks.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Credentials (for every target of the call)")]
struct AuthArgs {
    /// The user name, and the file that holds the password
    #[arg(long, value_name = "USER:FILE", conflicts_with = "bearer_token_file")]
    basic_auth: Option<String>,
    /// The user name, beside --password
    #[arg(long, env = "P95_USERNAME", hide = true, hide_env_values = true)]
    username: Option<String>,
    /// The password in plain text; meant for the environment, which other users cannot read
    #[arg(long, env = "P95_PASSWORD", hide = true, hide_env_values = true)]
    password: Option<String>,
    /// The file that holds a bearer token; read before each scrape
    #[arg(long, value_name = "FILE", env = "P95_BEARER_TOKEN_FILE")]
    bearer_token_file: Option<PathBuf>,
    /// The token in plain text; meant for the environment
    #[arg(long, env = "P95_BEARER_TOKEN", hide = true, hide_env_values = true)]
    bearer_token: Option<String>,
    /// A further request header, `Name: value`, or `Name: @FILE` to read the value from a file
    #[arg(
        long = "header",
        value_name = "HEADER",
        env = "P95_HEADERS",
        value_delimiter = '\n',
        hide_env_values = true
    )]
    headers: Vec<String>,
}

/// Whom to trust.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "TLS")]
struct TlsArgs {
    /// A PEM file of authorities to trust besides those of the system
    #[arg(long, value_name = "FILE", env = "P95_CA_FILE")]
    ca_file: Option<PathBuf>,
    /// The client certificate, a PEM file
    #[arg(long, value_name = "FILE", env = "P95_CERT", requires = "key")]
    cert: Option<PathBuf>,
    /// The client certificate's private key, a PEM file
    #[arg(long, value_name = "FILE", env = "P95_KEY", requires = "cert")]
    key: Option<PathBuf>,
    /// Accept any certificate at all
    #[arg(long)]
    insecure: bool,
}

/// What a page may be at most; 0 means no limit.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits (a page that breaks one fails whole; 0 means none)")]
struct LimitArgs {
    /// Bytes of the body, uncompressed
    #[arg(long, value_name = "SIZE", value_parser = parse_size_bytes, default_value = "256MB")]
    body_size_limit: u64,
    /// Samples
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    sample_limit: u64,
    /// Labels of one sample
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    label_limit: u64,
    /// Bytes of a label's name
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    label_name_length_limit: u64,
    /// Bytes of a label's value
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    label_value_length_limit: u64,
}

/// What is scraped, and how.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// What is scraped.
    pub(crate) spec: TargetSpec,
    /// How it is scraped.
    pub(crate) options: TargetOptions,
}

/// Why there is nothing to scrape.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetArgsError {
    /// Neither a target nor `--demo`.
    #[error(
        "no target: give a URL such as http://localhost:9100/metrics, host:port or a file, or --demo to look around"
    )]
    NoTarget,
    /// A flag that only servers have a use for.
    #[error("{0} is for servers: give --server URL too")]
    NoServer(&'static str),
    /// A target cannot be read.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// `--basic-auth` without a file.
    #[error("--basic-auth {0:?}: write USER:FILE, where FILE holds the password")]
    BasicAuth(String),
    /// `--username` without `--password`, or the other way round.
    #[error("P95_USERNAME and P95_PASSWORD belong together: set both, or use --basic-auth USER:FILE")]
    HalfBasicAuth,
    /// A header without a colon.
    #[error("--header: write 'Name: value', or 'Name: @FILE'")]
    Header,
    /// A file of a flag cannot be read.
    #[error("{flag} {}: {problem}", path.display())]
    File {
        /// The flag.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: std::io::Error,
    },
}

impl TargetArgs {
    /// The targets, with everything filled in; `demo_url` is the address of the demo service, where it runs.
    ///
    /// # Errors
    /// Where a target cannot be read, a secret's file cannot, or there is no target at all.
    pub(crate) fn resolve(&self, demo_url: Option<&str>) -> Result<Vec<Target>, TargetArgsError> {
        let options = self.options()?;
        let texts = demo_url.into_iter().chain(self.targets.iter().map(String::as_str));
        let targets = texts
            .map(|text| Ok(Target { spec: parse_target(text)?, options: options.clone() }))
            .collect::<Result<Vec<_>, TargetArgsError>>()?;
        if targets.is_empty() { Err(TargetArgsError::NoTarget) } else { Ok(targets) }
    }

    /// The largest page that is taken, in bytes; `None` is no limit.
    pub(super) fn page_limit_bytes(&self) -> Option<u64> {
        self.limits.limits().body_size_limit
    }

    /// The time from one scrape to the next, in milliseconds.
    pub(crate) fn interval_ms(&self) -> i64 {
        self.interval_ms.unwrap_or(INTERVAL_MS)
    }

    /// Whether nothing is to be scraped.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty() && !self.demo
    }

    /// How targets are scraped.
    ///
    /// # Errors
    /// Where a secret's file cannot be read.
    pub(super) fn options(&self) -> Result<TargetOptions, TargetArgsError> {
        Ok(TargetOptions {
            interval_ms: self.interval_ms().unsigned_abs(),
            timeout_ms: self.timeout_ms.map(i64::unsigned_abs),
            job: self.job.clone(),
            native_histograms: self.native_histograms,
            auth: self.auth.auth()?,
            headers: self.auth.headers()?,
            tls: self.tls.options(),
            limits: self.limits.limits(),
            ..TargetOptions::default()
        })
    }
}

impl AuthArgs {
    fn auth(&self) -> Result<Auth, TargetArgsError> {
        if let Some(text) = &self.basic_auth {
            let (username, file) =
                text.split_once(':').ok_or_else(|| TargetArgsError::BasicAuth(text.clone()))?;
            let password = read_secret("--basic-auth", Path::new(file))?;
            return Ok(Auth::Basic(BasicAuth { username: username.to_owned(), password }));
        }
        if let Some(file) = &self.bearer_token_file {
            return Ok(Auth::BearerFile(file.clone()));
        }
        if let Some(token) = &self.bearer_token {
            return Ok(Auth::Bearer(Secret::from(token.as_str())));
        }
        match (&self.username, &self.password) {
            (Some(username), Some(password)) => Ok(Auth::Basic(BasicAuth {
                username: username.clone(),
                password: Secret::from(password.as_str()),
            })),
            (None, None) => Ok(Auth::None),
            _ => Err(TargetArgsError::HalfBasicAuth),
        }
    }

    fn headers(&self) -> Result<Vec<Header>, TargetArgsError> {
        self.headers.iter().filter(|text| !text.trim().is_empty()).map(|text| header(text)).collect()
    }
}

fn header(text: &str) -> Result<Header, TargetArgsError> {
    let (name, value) = text.split_once(':').ok_or(TargetArgsError::Header)?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() {
        return Err(TargetArgsError::Header);
    }
    let value = match value.strip_prefix('@') {
        Some(file) => read_secret("--header", Path::new(file))?,
        None => Secret::from(value),
    };
    Ok(Header { name: name.to_owned(), value })
}

/// The first line of a file.
fn read_secret(flag: &'static str, path: &Path) -> Result<Secret, TargetArgsError> {
    let text = fs::read_to_string(path).map_err(|problem| TargetArgsError::File {
        flag,
        path: path.to_owned(),
        problem,
    })?;
    Ok(Secret::from(text.lines().next().unwrap_or_default()))
}

impl TlsArgs {
    fn options(&self) -> TlsOptions {
        let client_certificate = self.cert.clone().zip(self.key.clone());
        TlsOptions {
            ca_file: self.ca_file.clone(),
            client_certificate: client_certificate
                .map(|(cert_file, key_file)| ClientCertificate { cert_file, key_file }),
            insecure_skip_verify: self.insecure,
        }
    }
}

impl LimitArgs {
    fn limits(&self) -> ScrapeLimits {
        let limit = |value: u64| Some(value).filter(|value| *value > 0);
        ScrapeLimits {
            body_size_limit: limit(self.body_size_limit),
            sample_limit: limit(self.sample_limit),
            label_limit: limit(self.label_limit),
            label_name_length_limit: limit(self.label_name_length_limit),
            label_value_length_limit: limit(self.label_value_length_limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn resolve(words: &[&str]) -> Result<Vec<Target>, TargetArgsError> {
        Cli::try_parse_from([&["p95"], words].concat()).unwrap().targets.resolve(None)
    }

    #[test]
    fn flags_become_options() {
        let targets = resolve(&[
            ":9100",
            "--interval",
            "5s",
            "--timeout",
            "2s",
            "--sample-limit",
            "9",
            "--body-size-limit",
            "0",
            "--insecure",
            "--header",
            "X-Scope: a:b",
        ])
        .unwrap();
        let options = &targets[0].options;
        assert_eq!((options.interval_ms, options.timeout_ms), (5_000, Some(2_000)));
        assert_eq!((options.limits.sample_limit, options.limits.body_size_limit), (Some(9), None));
        assert_eq!((options.headers[0].name.as_str(), options.headers[0].value.reveal()), ("X-Scope", "a:b"));
        assert!(options.tls.insecure_skip_verify);
    }

    #[test]
    fn the_demo_comes_first() {
        let cli = Cli::try_parse_from(["p95", "--demo", ":9100"]).unwrap();
        let targets = cli.targets.resolve(Some("http://127.0.0.1:1/metrics")).unwrap();
        let urls: Vec<String> = targets.iter().map(|target| target.spec.to_string()).collect();
        assert_eq!(urls, ["http://127.0.0.1:1/metrics", "http://localhost:9100/metrics"]);
    }

    #[test]
    fn mistakes_name_the_place_and_the_remedy() {
        #[track_caller]
        fn check(words: &[&str], expect: &str) {
            assert_eq!(resolve(words).unwrap_err().to_string(), expect);
        }
        check(
            &[],
            "no target: give a URL such as http://localhost:9100/metrics, host:port or a file, or --demo to look around",
        );
        check(
            &[":1", "--basic-auth", "me"],
            r#"--basic-auth "me": write USER:FILE, where FILE holds the password"#,
        );
        check(
            &[":1", "--basic-auth", "me:/no/such/file"],
            "--basic-auth /no/such/file: No such file or directory (os error 2)",
        );
        check(&[":1", "--header", "nonsense"], "--header: write 'Name: value', or 'Name: @FILE'");
    }
}
