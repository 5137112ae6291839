//! Signals that end the program while the terminal is taken.

use std::io;

/// Notices the signals that end a program, instead of being ended by them at once: first the terminal is given back.
#[cfg(unix)]
pub(super) struct Signals {
    /// The signal that came; 0 where none has.
    received: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    ids: Vec<signal_hook::SigId>,
}

#[cfg(unix)]
impl Signals {
    const ENDING: [i32; 4] = {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
    };

    /// Notices signals from now on.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub(super) fn notice() -> io::Result<Self> {
        let mut signals = Self { received: std::sync::Arc::default(), ids: Vec::new() };
        for signal in Self::ENDING {
            let (flag, value) = (std::sync::Arc::clone(&signals.received), signal.unsigned_abs() as usize);
            signals.ids.push(signal_hook::flag::register_usize(signal, flag, value)?);
        }
        Ok(signals)
    }

    /// Whether one has come.
    pub(super) fn has_come(&self) -> bool {
        self.received.load(std::sync::atomic::Ordering::Relaxed) != 0
    }

    /// Ends the program as the signal would have, where one has come.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub(super) fn obey(&self) -> io::Result<()> {
        let received = self.received.load(std::sync::atomic::Ordering::Relaxed);
        match Self::ENDING.into_iter().find(|signal| signal.unsigned_abs() as usize == received) {
            Some(signal) => signal_hook::low_level::emulate_default_handler(signal),
            None => Ok(()),
        }
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// A system without such signals.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn notice() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) fn has_come(&self) -> bool {
        false
    }

    pub(super) fn obey(&self) -> io::Result<()> {
        Ok(())
    }
}
