//! `p95 snapshot` as a whole program: what it writes, and what it says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use p95_tests::requires::{not_run, p95_binary};

/// A page with all that SVG would take for its own.
const PAGE: &str = "# HELP jobs_waiting Jobs that wait & see <script>\n# TYPE jobs_waiting gauge\n\
                    jobs_waiting{queue=\"a\\\"b<&>\"} 3\n";

/// Runs `p95 snapshot` on a page; `None` where this program has no pictures.
fn snapshot(folder: &Path, words: &[&str]) -> Option<Output> {
    let page = folder.join("page.txt");
    fs::write(&page, PAGE).unwrap();
    let mut command = Command::new(p95_binary().unwrap());
    command.arg("snapshot").args(words).args(["--for", "300ms", "--interval", "50ms"]).current_dir(folder);
    let output = command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    if said(&output).contains("built without the feature `snapshot`") {
        not_run("p95 was built without the feature `snapshot`");
        return None;
    }
    Some(output)
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_png_has_the_size_that_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["page.txt", "-o", "a.png", "--size", "400x300", "--scale", "2", "--theme", "light"];
    let Some(output) = snapshot(folder.path(), &words) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let png = fs::read(folder.path().join("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The header holds width and height, in four bytes each.
    assert_eq!(png.get(16..24).unwrap(), [0, 0, 3, 32, 0, 0, 2, 88]);
}

#[test]
fn an_svg_holds_the_texts_of_the_page_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["page.txt", "-o", "a.svg", "--view", "metric:jobs_waiting"];
    let Some(output) = snapshot(folder.path(), &words) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let svg = fs::read_to_string(folder.path().join("a.svg")).unwrap();
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"));
    assert!(svg.contains(">jobs_waiting</text>") && svg.contains("wait &amp; see &lt;script&gt;"), "{svg}");
    assert!(!svg.contains("<script"));
}

#[test]
fn a_target_that_fails_has_a_picture_and_a_status_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let Some(output) = snapshot(folder.path(), &["/nowhere/page", "-o", "a.svg"]) else { return };
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("p95: /nowhere/page: "), "{}", said(&output));
    assert!(fs::read_to_string(folder.path().join("a.svg")).unwrap().contains("/nowhere/page"));
}

#[test]
fn mistakes_are_one_line_and_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    for (words, expect) in [
        (&["page.txt", "-o", "a.jpg"][..], "a picture's name ends in .png or .svg"),
        (&["page.txt", "-o", "no/a.png"], "cannot write no/a.png: there is no folder no"),
        (&["page.txt", "-o", "a.png", "--view", "overveiw"], "did you mean overview?"),
        (&["page.txt", "-o", "a.png", "--view", "metric:job_waiting"], "did you mean metric:jobs_waiting?"),
        (
            &["page.txt", "-o", "a.png", "--view", "metric:jobs_waiting", "--panel", "x"],
            "has no chart \"x\"; there are: ",
        ),
        (&["page.txt", "-o", "a.png", "--size", "0x0"], "a size is WIDTHxHEIGHT in points"),
    ] {
        let Some(output) = snapshot(folder.path(), words) else { return };
        let line = said(&output);
        assert!(!output.status.success() && line.contains(expect), "{words:?}: {line}");
        assert_eq!(line.lines().count(), 1, "{words:?}: {line}");
    }
    assert!(!folder.path().join("a.png").exists() && !folder.path().join("a.jpg").exists());
}
