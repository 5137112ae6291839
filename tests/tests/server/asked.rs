//! What a server is asked, and as whom.

use std::fs;
use std::process::{Command, Output};

use anyhow::ensure;
use p95_tests::p95_binary;

use crate::recorder::{Asked, Recorder, answer, one};

/// Runs `p95 query 'sum(x)'` on a server.
pub fn query(address: &str, words: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new(p95_binary()?);
    command.args(["--server", address, "query", "sum(x)", "--output", "csv"]).args(words);
    Ok(command.output()?)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn has(asked: &Asked, line: &str) -> bool {
    asked.head.lines().any(|found| found.eq_ignore_ascii_case(line))
}

#[test]
fn a_path_a_tenant_and_credentials_reach_the_server() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let token = folder.path().join("token");
    fs::write(&token, "hunter2\n")?;
    let server = Recorder::start(|_| one())?;
    let address = format!("http://127.0.0.1:{}/mimir/prometheus", server.port);
    let token = token.display().to_string();
    let output = query(&address, &["--tenant", "shop", "--bearer-token-file", &token, "--header", "X-A: b"])?;
    ensure!(output.status.success(), "{}", said(&output));
    ensure!(said(&output).contains("p95: a store did not answer"), "{}", said(&output));
    ensure!(String::from_utf8_lossy(&output.stdout).contains('7'), "{output:?}");
    let asked = server.asked();
    ensure!(!asked.is_empty());
    for asked in &asked {
        ensure!(has(asked, "POST /mimir/prometheus/api/v1/query HTTP/1.1"), "{asked:?}");
        ensure!(has(asked, "X-Scope-OrgID: shop") && has(asked, "X-A: b"), "{asked:?}");
        ensure!(has(asked, "Authorization: Bearer hunter2"), "{asked:?}");
    }
    ensure!(asked.iter().any(|asked| asked.body.contains("query=sum%28x%29&timeout=30000ms")), "{asked:?}");
    Ok(())
}

#[test]
fn a_password_in_the_address_is_sent_and_never_shown() -> anyhow::Result<()> {
    let server = Recorder::start(|_| answer("401 Unauthorized", "text/plain", "no"))?;
    let output = query(&format!("http://me:hunter2@127.0.0.1:{}", server.port), &[])?;
    ensure!(!output.status.success() && !said(&output).contains("hunter2"), "{}", said(&output));
    let asked = server.asked();
    ensure!(asked.iter().all(|asked| has(asked, "Authorization: Basic bWU6aHVudGVyMg==")), "{asked:?}");
    Ok(())
}

#[test]
fn a_redirect_is_followed_without_credentials_for_others() -> anyhow::Result<()> {
    let other = Recorder::start(|_| one())?;
    let port = other.port;
    let server = Recorder::start(move |_| {
        let head = "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nConnection: close\r\n";
        format!("{head}Location: http://127.0.0.1:{port}/api/v1/query\r\n\r\n").into_bytes()
    })?;
    let output = query(&format!("http://me:pw@127.0.0.1:{}", server.port), &["--tenant", "shop"])?;
    ensure!(output.status.success(), "{}", said(&output));
    let asked = other.asked();
    ensure!(asked.iter().any(|asked| asked.body.contains("sum%28x%29")), "{asked:?}");
    let is_secret = |asked: &Asked| {
        asked.head.to_ascii_lowercase().contains("authorization") || has(asked, "X-Scope-OrgID: shop")
    };
    ensure!(!asked.iter().any(is_secret), "{asked:?}");
    Ok(())
}
