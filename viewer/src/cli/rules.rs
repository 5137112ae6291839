//! Files of rules: `p95 check rules`, and `--rules`.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use p95_core::promql::ParseOptions;
use p95_core::rules::{RuleFinding, RulesRead, Severity, read_rules};
use p95_engine::RuleFile;

use super::check::{CheckRulesArgs, FindingsFormat, UNREADABLE};
use crate::output::escape::escape;

/// The rules of these files, in their order.
///
/// # Errors
/// Where one cannot be read, or has a mistake; each mistake is said on stderr.
pub(super) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let RulesRead { groups, findings } = read(&name)?;
        for finding in &findings {
            eprintln!("p95: {}:{}", escape(&name), escape(&finding.to_string()));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            bail!("the rules of {} cannot be used", escape(&name));
        }
        files.push(RuleFile { path: name, groups });
    }
    Ok(files)
}

/// Checks files of rules, and says what is found on stdout.
pub(super) fn check(args: &CheckRulesArgs) -> ExitCode {
    let found = args.files.iter().map(|name| Ok((name.as_str(), read(name)?)));
    let written =
        found.collect::<anyhow::Result<Vec<_>>>().and_then(|found| match write(&found, args.output) {
            // Whoever closed the pipe has read enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(error).context("cannot write the findings")
            }
            _ => Ok(found),
        });
    match written {
        Ok(found) if found.iter().all(|(_, read)| read.findings.is_empty()) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("p95: {}", escape(&format!("{reason:#}")));
            ExitCode::from(UNREADABLE)
        }
    }
}

/// The file of this name, or stdin for `-`.
fn read(name: &str) -> anyhow::Result<RulesRead> {
    let text = if name == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).context("cannot read stdin")?;
        text
    } else {
        std::fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?
    };
    Ok(read_rules(&text, &ParseOptions::default()))
}

/// A finding, and the file that it is in.
#[derive(serde::Serialize)]
struct InFile<'a> {
    file: &'a str,
    #[serde(flatten)]
    finding: &'a RuleFinding,
}

fn write(found: &[(&str, RulesRead)], output: FindingsFormat) -> io::Result<()> {
    let findings = Vec::from_iter(
        found.iter().flat_map(|(file, read)| read.findings.iter().map(|finding| InFile { file, finding })),
    );
    let mut out = io::stdout().lock();
    match output {
        FindingsFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &findings).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        FindingsFormat::Text => {
            for InFile { file, finding } in &findings {
                writeln!(out, "{}:{}", escape(file), escape(&finding.to_string()))?;
            }
            let rules: usize = found.iter().map(|(_, read)| read.rule_count()).sum();
            let errors = found.iter().map(|(_, read)| read.errors().count()).sum::<usize>();
            eprintln!("rules: {rules}, errors: {errors}, advice: {}", findings.len() - errors);
        }
    }
    out.flush()
}
