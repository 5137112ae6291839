//! `p95 check`, as a pipeline runs it: what it says, and its exit status.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use p95_tests::{Page, PageServer, p95_binary};

const GOOD: &str = "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n";

#[test]
fn the_exit_status_tells_good_from_findings_from_unreadable() {
    #[track_caller]
    fn check(args: &[&str], page: &str, expect_status: i32, expect_says: &str) {
        let output = run("metrics", args, page);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(expect_status), "{said}");
        assert!(said.contains(expect_says), "{said}");
    }
    check(&["-"], GOOD, 0, "");
    check(&["-"], "a 1\na 2\n", 1, "-:2:1: error: no series stands twice");
    check(&["-", "--output", "json"], "a 1\na 2\n", 1, "\"rule\": \"duplicate\"");
    check(&["-"], "a x\n", 1, "-:1:3: error: expected a value");
    check(&["-", "--strict"], "# HELP a A.\na 1", 1, "final-line-break");
    check(&["-", "--format", "protobuf"], "a 1\n", 2, "byte 0: expected the whole of a message");
    check(&["/nowhere/at/all"], "", 2, "/nowhere/at/all");
    let server =
        PageServer::start(|_| Page::openmetrics("# HELP a A.\n# TYPE a counter\na_total 1\n# EOF\n"));
    let server = server.expect("a port");
    check(&[&server.url("/metrics"), "--strict"], "", 0, "");
}

#[test]
fn the_exit_status_tells_good_rules_from_findings_from_unreadable() {
    #[track_caller]
    fn check(args: &[&str], rules: &str, expect_status: i32, expect_says: &str) {
        let output = run("rules", args, rules);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(expect_status), "{said}");
        assert!(said.contains(expect_says), "{said}");
    }
    let rule =
        |expr: &str| format!("groups:\n- name: a\n  rules:\n  - record: b\n    expr: |\n      {expr}\n");
    check(&["-"], &rule("up"), 0, "rules: 1, errors: 0, advice: 0");
    check(
        &["-"],
        &rule("sum(up) + nope(up)"),
        1,
        "-:6:17: error: group \"a\", rule \"b\": unknown function `nope`",
    );
    check(&["-"], &rule("up[5m]"), 1, "-:6:7: advice: ");
    check(&["-", "--output", "json"], &rule("sum("), 1, "\"line\": 6");
    check(&["-", "/nowhere/at/all"], &rule("up"), 2, "cannot read /nowhere/at/all");
    check(&["-"], "a: [", 1, "-:1:");
}

fn run(what: &str, args: &[&str], page: &str) -> Output {
    let mut child = Command::new(p95_binary().expect("p95"))
        .args(["check", what])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // One that does not read its input has closed it already.
    let _ = child.stdin.take().expect("its stdin").write_all(page.as_bytes());
    child.wait_with_output().expect("it ends")
}
