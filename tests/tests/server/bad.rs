//! Servers that do not answer as such servers do: one line says what came, and what can be done.

use anyhow::ensure;

use crate::asked::query;
use crate::recorder::{Recorder, answer};

/// Expects one line that begins so, after the address.
fn check(bytes: Vec<u8>, expect: &str) -> anyhow::Result<()> {
    let server = Recorder::start(move |_| bytes.clone())?;
    let address = format!("http://127.0.0.1:{}/", server.port);
    let output = query(&address, &["--timeout", "700ms"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = format!("p95: {address}: {expect}");
    ensure!(!output.status.success() && output.stdout.is_empty(), "{expect}: {output:?}");
    ensure!(said.starts_with(&line) && said.lines().count() == 1, "{expect}:\n{said}");
    Ok(())
}

#[test]
fn what_is_no_answer_is_one_line_with_the_remedy() -> anyhow::Result<()> {
    let html = "<html><head><title>Sign in</title></head><body>…</body></html>";
    check(
        answer("200 OK", "text/html", html),
        "read: the answer is a page for people, titled \"Sign in\", and no JSON (is this the whole address?",
    )?;
    check(
        answer("502 Bad Gateway", "text/html", "<html><title>502 Bad Gateway</title>"),
        "status: the server returned HTTP status 502 Bad Gateway: a page for people, titled \"502 Bad Gateway\" (",
    )?;
    check(
        answer("401 Unauthorized", "text/plain", "no org id\n"),
        "status: the server returned HTTP status 401 Unauthorized: no org id (give credentials",
    )?;
    check(
        answer(
            "503 Service Unavailable",
            "application/json",
            r#"{"status":"error","errorType":"unavailable","error":"starting"}"#,
        ),
        "status: the server returned HTTP status 503 Service Unavailable: starting (the server behind",
    )?;
    check(
        answer(
            "200 OK",
            "application/json",
            r#"{"status":"success","data":{"resultType":"vector","result":[{"#,
        ),
        "read: the JSON of the answer is cut off after 61 bytes (look in the log",
    )?;
    check(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"status\"".to_vec(),
        "read: unexpected end of the body after 9 bytes (",
    )?;
    check(
        answer("404 Not Found", "text/plain", "404 page not found"),
        "status: the server returned HTTP status 404 Not Found: 404 page not found (is this the whole address?",
    )?;
    check(b"no HTTP at all\r\n\r\n".to_vec(), "read: the answer is no HTTP: ")
}

#[test]
fn a_server_that_takes_too_long_is_not_waited_for() -> anyhow::Result<()> {
    let server = Recorder::start(|_| {
        std::thread::sleep(std::time::Duration::from_secs(5));
        Vec::new()
    })?;
    let output = query(&format!("http://127.0.0.1:{}", server.port), &["--timeout", "300ms"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(said.contains("read: no whole answer within 300ms (raise the timeout"), "{said}");
    Ok(())
}

#[test]
fn a_server_that_is_not_there_is_one_line() -> anyhow::Result<()> {
    let output = query("http://127.0.0.1:1", &[])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        said.starts_with("p95: http://127.0.0.1:1/: connect: connection to 127.0.0.1:1 refused ("),
        "{said}"
    );
    Ok(())
}
