//! The collector of `process_*`.

use std::sync::{Mutex, PoisonError};

use p95_core::instrument::{Collected, Collector, Descriptor};
use p95_core::model::MetricType;

use crate::ProcessError;
use crate::usage::{Account, Usage};

/// Shows `process_cpu_seconds_total`, `process_resident_memory_bytes`, `process_virtual_memory_bytes`, `process_open_fds`,
/// `process_max_fds` and `process_start_time_seconds` of the process that it runs in.
///
/// The system is asked whenever the registry is shown. What it does not tell is left out: Windows has handles instead of
/// file descriptors.
///
/// ```
/// use p95_core::instrument::Registry;
/// use p95_process::ProcessCollector;
///
/// let mut registry = Registry::default();
/// registry.scope("shop").register_collector(ProcessCollector::new()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ProcessCollector(Mutex<Account>);

/// A family: name, unit, help and type.
type Shape = (&'static str, &'static str, &'static str, MetricType);

const CPU: Shape =
    ("process_cpu_seconds", "seconds", "CPU time used, by the program and for it.", MetricType::Counter);
const RESIDENT: Shape =
    ("process_resident_memory_bytes", "bytes", "Memory that is in RAM.", MetricType::Gauge);
const VIRTUAL: Shape =
    ("process_virtual_memory_bytes", "bytes", "Memory that is addressed.", MetricType::Gauge);
const OPEN_FDS: Shape = ("process_open_fds", "", "File descriptors in use.", MetricType::Gauge);
const MAX_FDS: Shape = ("process_max_fds", "", "File descriptors that may be in use.", MetricType::Gauge);
const START: Shape = (
    "process_start_time_seconds",
    "seconds",
    "When the process started, in seconds since the Unix epoch.",
    MetricType::Gauge,
);

impl ProcessCollector {
    /// A collector for the process that calls this.
    ///
    /// # Errors
    /// Where the system does not tell about processes.
    pub fn new() -> Result<Self, ProcessError> {
        Account::of_this_process().map(|account| Self(Mutex::new(account)))
    }
}

impl Collector for ProcessCollector {
    fn describe(&self) -> Vec<(Descriptor, MetricType)> {
        [CPU, RESIDENT, VIRTUAL, OPEN_FDS, MAX_FDS, START]
            .into_iter()
            .map(|(name, unit, help, metric_type)| (Descriptor::new(name, help).with_unit(unit), metric_type))
            .collect()
    }

    fn collect(&self, _now_ms: i64, shown: &mut Collected<'_>) {
        let usage = self.0.lock().unwrap_or_else(PoisonError::into_inner).usage();
        let Some(Usage { cpu_secs, resident_bytes, virtual_bytes, open_fds, max_fds, start_secs }) = usage
        else {
            return;
        };
        shown.family(CPU.0);
        shown.counter(&[], cpu_secs);
        let gauges = [
            (RESIDENT.0, Some(resident_bytes as f64)),
            (VIRTUAL.0, Some(virtual_bytes as f64)),
            (OPEN_FDS.0, open_fds.map(|count| count as f64)),
            (MAX_FDS.0, max_fds.map(|count| count as f64)),
            (START.0, Some(start_secs as f64)),
        ];
        for (name, value) in gauges {
            if let Some(value) = value {
                shown.family(name);
                shown.gauge(&[], value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Instant, SystemTime, UNIX_EPOCH};

    use p95_core::exposition::encode::Format;
    use p95_core::instrument::Registry;

    use super::*;

    /// The value of a series without labels.
    fn value(registry: &Registry, series: &str) -> f64 {
        let page = registry.encode(Format::Text, 0);
        let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series}:\n{page}")).parse().unwrap()
    }

    #[test]
    fn the_values_are_those_of_this_process() {
        let mut registry = Registry::default();
        registry.register_collector(ProcessCollector::new().unwrap()).unwrap();

        let now_secs = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        let age_secs = now_secs - value(&registry, "process_start_time_seconds");
        assert!((-2.0..3600.0).contains(&age_secs), "{age_secs}");

        let before_secs = value(&registry, "process_cpu_seconds_total");
        let started = Instant::now();
        while value(&registry, "process_cpu_seconds_total") - before_secs < 0.05 {
            assert!(started.elapsed().as_secs() < 60, "CPU time does not grow");
        }

        let resident = value(&registry, "process_resident_memory_bytes");
        let memory = vec![1_u8; 64 << 20];
        let grown = value(&registry, "process_resident_memory_bytes") - resident;
        assert!(grown > 50e6, "{grown}");
        drop(memory);
        assert!(value(&registry, "process_virtual_memory_bytes") >= resident);
    }

    #[cfg(unix)]
    #[test]
    fn open_files_are_counted() {
        let mut registry = Registry::default();
        registry.register_collector(ProcessCollector::new().unwrap()).unwrap();
        let before = value(&registry, "process_open_fds");
        let files: Vec<_> =
            (0..20).map(|_| std::fs::File::open(std::env::current_exe().unwrap()).unwrap()).collect();
        let after = value(&registry, "process_open_fds");
        assert!(after >= before + 15.0, "{before}, {after}");
        assert!(value(&registry, "process_max_fds") >= after);
        drop(files);
    }
}
