//! A gateway as a process, with a folder that outlives it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use p95_tests::{Program, free_port, http, p95_binary};
use tempfile::TempDir;

/// A running gateway.
#[derive(Debug)]
pub struct GatewayProcess {
    pub port: u16,
    folder: PathBuf,
    /// The folder, where it is this one's own.
    _own: Option<TempDir>,
    args: Vec<String>,
    program: Option<Program>,
}

impl GatewayProcess {
    /// Starts a gateway on a free port, without limits of rate, with these further arguments.
    pub fn start(args: &[&str]) -> io::Result<Self> {
        let own = TempDir::new()?;
        let folder = own.path().to_owned();
        Self::start_with(folder, Some(own), args)
    }

    /// As [`Self::start`], with a folder that is there already.
    pub fn start_in(folder: &Path) -> io::Result<Self> {
        Self::start_with(folder.to_owned(), None, &[])
    }

    fn start_with(folder: PathBuf, own: Option<TempDir>, args: &[&str]) -> io::Result<Self> {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut gateway = Self { port: free_port()?, folder, _own: own, args, program: None };
        gateway.restart()?;
        Ok(gateway)
    }

    /// Kills it, so that it can write down nothing more, and starts it again on the same folder.
    pub fn restart(&mut self) -> io::Result<()> {
        self.program = None;
        let mut command = Command::new(p95_binary()?);
        command.args(["gateway", "--listen", &format!("127.0.0.1:{}", self.port), "--folder"]);
        command.arg(&self.folder).args(["--address-rate", "0", "--app-rate", "0"]).args(&self.args);
        let mut program = Program::start(&mut command)?;
        program.wait_ready(&http::url(self.port, "/-/ready"), Duration::from_secs(30))?;
        self.program = Some(program);
        Ok(())
    }

    /// Asks it to end, waits until it has, and starts it again.
    pub fn restart_in_peace(&mut self) -> io::Result<()> {
        if let Some(program) = &mut self.program {
            Command::new("kill").args(["-TERM", &program.id().to_string()]).status()?;
            while program.is_running()? {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        self.restart()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.program.as_ref().map_or(0, Program::id)
    }

    /// The page.
    pub fn page(&self) -> io::Result<String> {
        Ok(http::get(&http::url(self.port, "/metrics"))?.body)
    }

    /// The value of one series on the page.
    pub fn value(&self, series: &str) -> io::Result<Option<f64>> {
        let page = self.page()?;
        let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        Ok(line.and_then(|value| value.parse().ok()))
    }
}
