//! What the system says that a process uses.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::ProcessError;

/// The system's account of one process.
#[derive(Debug)]
pub struct Account {
    pid: Pid,
    system: System,
}

/// What a process uses. What the system does not tell is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    pub cpu_secs: f64,
    pub resident_bytes: u64,
    pub virtual_bytes: u64,
    pub open_fds: Option<usize>,
    pub max_fds: Option<usize>,
    /// Seconds since the Unix epoch.
    pub start_secs: u64,
}

impl Account {
    /// The account of the process that asks.
    pub fn of_this_process() -> Result<Self, ProcessError> {
        let reason = |error: sysinfo::Error| ProcessError { reason: error.to_string() };
        Ok(Self { pid: sysinfo::get_current_pid().map_err(reason)?, system: System::new().map_err(reason)? })
    }

    /// What it uses now. `None` where the system does not find the process.
    pub fn usage(&mut self) -> Option<Usage> {
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), true, kind);
        let process = self.system.process(self.pid)?;
        Some(Usage {
            cpu_secs: process.accumulated_cpu_time() as f64 / 1000.0,
            resident_bytes: process.memory(),
            virtual_bytes: process.virtual_memory(),
            open_fds: process.open_files(),
            max_fds: process.open_files_limit(),
            start_secs: process.start_time(),
        })
    }
}
