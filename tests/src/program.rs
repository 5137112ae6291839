//! Programs that run beside a test and end with it.

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::http;

/// A loopback port that was free a moment ago.
///
/// # Errors
/// Where no loopback port can be had.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A running program, killed when this is dropped, also by a panic.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    /// What it has said on stderr so far.
    said: Arc<Mutex<String>>,
}

impl Program {
    /// Starts a program. Its stdin and stdout are closed to it; its stderr is kept for [`Self::said`].
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(stderr) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || keep(stderr, &said));
        }
        Ok(Self { name, child, said })
    }

    /// Waits until `url` answers with a status of success.
    ///
    /// # Errors
    /// Where the program ends before, or `timeout` passes; the error holds what the program said.
    pub fn wait_ready(&mut self, url: &str, timeout: Duration) -> io::Result<()> {
        let deadline = Instant::now() + timeout;
        loop {
            if http::get(url).is_ok_and(|response| (200..300).contains(&response.status)) {
                return Ok(());
            }
            let reason = match self.child.try_wait()? {
                Some(status) => format!("ended early ({status})"),
                None if Instant::now() > deadline => format!("does not answer at {url} after {timeout:?}"),
                None => {
                    thread::sleep(Duration::from_millis(50));
                    continue;
                }
            };
            // Its last words may still be on the way.
            thread::sleep(Duration::from_millis(100));
            return Err(io::Error::other(format!("{} {reason}; it said:\n{}", self.name, self.said())));
        }
    }

    /// Whether it has not ended yet.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn is_running(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// The process' id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the program has said on stderr so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps what `stream` says until it ends.
fn keep(mut stream: impl Read, said: &Mutex<String>) {
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut chunk) {
        let text = String::from_utf8_lossy(chunk.get(..length).unwrap_or_default());
        said.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_early_end_is_told_with_what_was_said() {
        let mut program =
            Program::start(Command::new("sh").args(["-c", "echo no luck >&2; exit 3"])).unwrap();
        let url = http::url(free_port().unwrap(), "/");
        let error = program.wait_ready(&url, Duration::from_secs(10)).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("no luck"), "{error}");
    }

    #[test]
    fn dropping_ends_the_program() {
        let program = Program::start(Command::new("sleep").arg("1000")).unwrap();
        let process = std::path::PathBuf::from(format!("/proc/{}", program.id()));
        assert!(process.exists());
        drop(program);
        assert!(!process.exists());
    }
}
