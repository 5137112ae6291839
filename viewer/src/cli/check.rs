//! `p95 check`: what others will read, held against the rules.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use p95_core::exposition::lint::{Finding, LintOptions, Severity, lint, lint_protobuf};
use p95_core::exposition::parse::Format;
use p95_core::exposition::{ContentType, WireFormat};
use p95_engine::{Page, TargetOptions, fetch_page, parse_target};

use crate::output::escape::escape;

/// What `p95 check` looks at.
#[derive(Debug, Subcommand)]
pub(crate) enum CheckCommand {
    /// A page of metrics: its format, its numbers, its names
    Metrics(CheckMetricsArgs),
    /// Files of recording and alerting rules: names, expressions, templates
    Rules(CheckRulesArgs),
}

/// The arguments of `p95 check metrics`.
#[derive(Args, Debug)]
pub(crate) struct CheckMetricsArgs {
    /// A file, - for stdin, or a URL or host:port (http and /metrics are filled in)
    #[arg(value_name = "FILE|-|URL")]
    pub(crate) page: String,
    /// Count everything that the standard forbids: OpenMetrics 1.0, or Prometheus' documents on the text format
    #[arg(long)]
    pub(crate) strict: bool,
    /// The page's format [default: what the server says; else OpenMetrics where the page ends with # EOF]
    #[arg(long, value_enum)]
    pub(crate) format: Option<PageFormat>,
    /// How the findings are written
    #[arg(short, long, value_enum, default_value_t = FindingsFormat::Text)]
    pub(crate) output: FindingsFormat,
}

/// The arguments of `p95 check rules`.
#[derive(Args, Debug)]
pub(crate) struct CheckRulesArgs {
    /// Files, or - for stdin
    #[arg(value_name = "FILE|-", required = true)]
    pub(crate) files: Vec<String>,
    /// How the findings are written
    #[arg(short, long, value_enum, default_value_t = FindingsFormat::Text)]
    pub(crate) output: FindingsFormat,
}

/// The format of a page of metrics.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PageFormat {
    /// Prometheus' text format, 0.0.4 or 1.0.0.
    Text,
    /// OpenMetrics 1.0.
    Openmetrics,
    /// Delimited protobuf.
    Protobuf,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// A line each.
    Text,
    /// One JSON array.
    Json,
}

/// The exit status of a page that cannot be read.
pub(super) const UNREADABLE: u8 = 2;

/// Checks a page of metrics, and says what is found on stdout.
pub(super) fn metrics(args: &CheckMetricsArgs) -> ExitCode {
    let found = read(&args.page).and_then(|page| findings(&page, args));
    let found = found.and_then(|findings| match write(&findings, args) {
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write the findings")
        }
        _ => Ok(findings),
    });
    match found {
        Ok(findings) if findings.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("p95: {}", escape(&format!("{reason:#}")));
            ExitCode::from(UNREADABLE)
        }
    }
}

/// The page: stdin for `-`, else a file where there is one, else what answers at the address.
fn read(name: &str) -> anyhow::Result<Page> {
    if name == "-" {
        let mut body = Vec::new();
        io::stdin().lock().read_to_end(&mut body).context("cannot read stdin")?;
        return Ok(Page { body, content_type: String::new() });
    }
    if Path::new(name).exists() {
        let body = std::fs::read(name).with_context(|| format!("cannot read {name}"))?;
        return Ok(Page { body, content_type: String::new() });
    }
    let spec = parse_target(name)?;
    let shown = spec.to_string();
    fetch_page(spec, TargetOptions::default()).map_err(|failure| {
        let hint = if failure.hint.is_empty() { String::new() } else { format!(" ({})", failure.hint) };
        // What is wrong with a file names it already.
        let place = if failure.message.contains(&shown) { String::new() } else { format!("{shown}: ") };
        anyhow!("{place}{}{hint}", failure.message)
    })
}

fn findings(page: &Page, args: &CheckMetricsArgs) -> anyhow::Result<Vec<Finding>> {
    let options = LintOptions { strict: args.strict };
    match args.format.unwrap_or_else(|| format_of(page)) {
        PageFormat::Text => Ok(lint(&page.body, Format::Text, options)),
        PageFormat::Openmetrics => Ok(lint(&page.body, Format::OpenMetrics, options)),
        PageFormat::Protobuf => {
            lint_protobuf(&page.body).with_context(|| format!("cannot read {}", args.page))
        }
    }
}

/// What the server says; without a word of it, what the page looks like.
fn format_of(page: &Page) -> PageFormat {
    if page.content_type.is_empty() {
        return match std::str::from_utf8(&page.body) {
            Ok(text) if text.trim_end().ends_with("# EOF") => PageFormat::Openmetrics,
            // Only its first bytes tell a broken text from protobuf, whose first family begins with a length and 0x0a.
            Err(_) if page.body.iter().take(4).any(|b| *b == 0x0a) => PageFormat::Protobuf,
            _ => PageFormat::Text,
        };
    }
    match ContentType::parse(&page.content_type).format {
        WireFormat::Text004 | WireFormat::Text100 => PageFormat::Text,
        WireFormat::OpenMetrics001 | WireFormat::OpenMetrics100 => PageFormat::Openmetrics,
        WireFormat::Protobuf => PageFormat::Protobuf,
    }
}

fn write(findings: &[Finding], args: &CheckMetricsArgs) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match args.output {
        FindingsFormat::Json => {
            serde_json::to_writer_pretty(&mut out, findings).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        FindingsFormat::Text => {
            for finding in findings {
                writeln!(out, "{}:{}", escape(&args.page), escape(&finding.to_string()))?;
            }
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            let advice = findings.len() - errors;
            if !findings.is_empty() {
                eprintln!("errors: {errors}, advice: {advice}");
            }
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_a_page() {
        #[track_caller]
        fn check(content_type: &str, body: &[u8], expect: PageFormat) {
            let page = Page { body: body.to_vec(), content_type: content_type.to_owned() };
            assert_eq!(format_of(&page), expect, "{content_type} {body:?}");
        }
        check("", b"a 1\n", PageFormat::Text);
        check("", b"a 1\n# EOF\n", PageFormat::Openmetrics);
        check("", b"\x9a\x01\x0a\x01a\xff", PageFormat::Protobuf);
        check("", b"a{b=\"\xff\"} 1\n", PageFormat::Text);
        check("text/plain; version=0.0.4", b"# EOF\n", PageFormat::Text);
        check("application/openmetrics-text; version=1.0.0", b"", PageFormat::Openmetrics);
        check(
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
            b"",
            PageFormat::Protobuf,
        );
    }
}
