//! `p95 watch` in a real terminal: whatever ends it, the terminal is as it was.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use p95_tests::{p95_binary, requires};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal that nothing else uses; it ends when it is dropped.
struct Terminal {
    server: String,
}

impl Terminal {
    fn open(name: &str) -> Self {
        let terminal = Self { server: format!("p95-test-{}-{name}", std::process::id()) };
        terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "sh"]);
        terminal
    }

    /// Types a line.
    fn enter(&self, line: &str) {
        self.tmux(&["send-keys", "-l", line]);
        self.tmux(&["send-keys", "Enter"]);
    }

    /// What stands on the screen.
    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Waits until the screen satisfies `shows`.
    #[track_caller]
    fn wait(&self, shows: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if shows(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < PATIENCE, "{screen}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux").args(["-L", &self.server]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = Command::new("tmux").args(["-L", &self.server, "kill-server"]).output();
    }
}

/// Ends `p95 watch --demo` by a signal, and expects the shell to tell this exit status on the screen it began with.
#[track_caller]
fn check(signal: &str, status: i32) {
    if !requires("tmux") {
        return;
    }
    let p95 = p95_binary().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let terminal = Terminal::open(signal);
    // What is typed before the shell asks for it appears twice.
    terminal.wait(|screen| !screen.trim().is_empty());
    terminal.enter(&format!("stty -a > {}; echo what stood there", file("before")));
    terminal.wait(|screen| screen.lines().any(|line| line == "what stood there"));
    terminal.enter(&format!("sh -c 'echo $$ > {}; exec {} watch --demo'", file("pid"), p95.display()));
    terminal.wait(|screen| screen.contains("q quits"));
    let pid = fs::read_to_string(file("pid")).unwrap();
    let killed = Command::new("kill").args([format!("-{signal}").as_str(), pid.trim()]).status().unwrap();
    assert!(killed.success());
    let process = Path::new("/proc").join(pid.trim());
    terminal.wait(|_| !process.exists());
    terminal.enter(&format!("echo status $?; stty -a > {}; echo done", file("after")));
    let screen = terminal.wait(|screen| screen.lines().any(|line| line == "done"));
    assert!(screen.lines().any(|line| line == format!("status {status}")), "{signal}: {screen}");
    assert!(screen.lines().any(|line| line == "what stood there"), "{signal}: {screen}");
    let [before, after] = ["before", "after"].map(|name| fs::read_to_string(file(name)).unwrap());
    assert_eq!(before, after, "{signal}: the modes of the terminal have changed");
}

#[test]
fn a_signal_gives_the_terminal_back() {
    // A shell tells 128 and the signal's number.
    check("TERM", 143);
    check("INT", 130);
    check("HUP", 129);
}
