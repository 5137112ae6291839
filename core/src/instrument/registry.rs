//! The registry: all families of a program.

use std::collections::HashSet;
use std::fmt;

use super::{Descriptor, Family, Metric, RegisterError};
use crate::exposition::encode::{Encoder, FamilyHead, Format, Visitor};
use crate::model::MetricType;

/// All families of a program, in the order in which they were registered.
#[derive(Default)]
pub struct Registry {
    families: Vec<Registered>,
    names: HashSet<String>,
}

/// Shows a family's metrics at a time in milliseconds.
type Visit = Box<dyn Fn(i64, &mut dyn Visitor) + Send + Sync>;

struct Registered {
    descriptor: Descriptor,
    metric_type: MetricType,
    visit: Visit,
}

impl Registry {
    /// Registers a metric without labels, and returns it.
    ///
    /// # Errors
    /// Where the name is invalid or taken, or does not end with its unit.
    pub fn register<M: Metric>(&mut self, descriptor: Descriptor, metric: M) -> Result<M, RegisterError> {
        let shown = metric.clone();
        self.insert(descriptor, M::TYPE, &[], move |now_ms, visitor| shown.visit(&[], now_ms, visitor))?;
        Ok(metric)
    }

    /// Registers a family with these labels, whose metrics are made by `new` as they are asked for.
    ///
    /// # Errors
    /// Where the name or a label is invalid or taken, or the name does not end with its unit.
    pub fn register_family<M: Metric, const N: usize>(
        &mut self,
        descriptor: Descriptor,
        labels: [&str; N],
        new: impl Fn() -> M + Send + Sync + 'static,
    ) -> Result<Family<M, N>, RegisterError> {
        let family = Family::new(labels.map(str::to_owned), new);
        let shown = family.clone();
        self.insert(descriptor, M::TYPE, &labels, move |now_ms, visitor| shown.visit(now_ms, visitor))?;
        Ok(family)
    }

    /// Shows every family and its metrics at `now_ms`, milliseconds since the Unix epoch.
    pub fn visit(&self, now_ms: i64, visitor: &mut dyn Visitor) {
        for Registered { descriptor, metric_type, visit } in &self.families {
            visitor.family(&FamilyHead {
                name: &descriptor.name,
                metric_type: *metric_type,
                unit: &descriptor.unit,
                help: &descriptor.help,
            });
            visit(now_ms, visitor);
        }
    }

    /// The exposition at `now_ms`, milliseconds since the Unix epoch.
    pub fn encode(&self, format: Format, now_ms: i64) -> String {
        let mut encoder = Encoder::new(format);
        self.visit(now_ms, &mut encoder);
        encoder.finish()
    }

    fn insert(
        &mut self,
        descriptor: Descriptor,
        metric_type: MetricType,
        labels: &[&str],
        visit: impl Fn(i64, &mut dyn Visitor) + Send + Sync + 'static,
    ) -> Result<(), RegisterError> {
        let descriptor = descriptor.normalized(metric_type);
        descriptor.check(metric_type, labels)?;
        if let Some(taken) = descriptor.names(metric_type).find(|name| self.names.contains(name)) {
            return Err(RegisterError::Duplicate(taken));
        }
        self.names.extend(descriptor.names(metric_type));
        self.families.push(Registered { descriptor, metric_type, visit: Box::new(visit) });
        Ok(())
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Counter, Gauge, Histogram, Info, StateSet, Summary};
    use super::*;
    use crate::model::Labels;

    /// One family of each type, with everything that needs an escape.
    fn everything() -> Registry {
        let mut registry = Registry::default();
        let hits = Descriptor::new("hits_total", "Hits \"of\"\nall \\ kinds.");
        registry.register_family(hits, ["page"], Counter::default).unwrap().with(["a\"b\\c\nd"]).inc_by(3);
        registry.register(Descriptor::new("load", ""), Gauge::default()).unwrap().set(-0.5);
        let latency = Descriptor::new("latency_seconds", "Time.").with_unit("seconds");
        let latency = registry.register_family(latency, ["route"], || Histogram::new([0.1, 1.0])).unwrap();
        latency.with(["/"]).observe(0.5);
        latency.with(["/"]).observe(3.0);
        let size = Descriptor::new("size_bytes", "Size.");
        registry.register(size, Summary::new([0.5], 60_000)).unwrap().observe(7.0, 0);
        let build = Info::new(Labels::from_pairs([("version", "1.0")]));
        registry.register(Descriptor::new("build_info", "Build."), build).unwrap();
        let breaker = StateSet::new(["closed", "open"]);
        registry.register(Descriptor::new("breaker", "Breaker."), breaker).unwrap().set_only("open");
        registry
    }

    #[test]
    fn every_type_as_openmetrics() {
        let expect = r#"# HELP hits Hits \"of\"\nall \\ kinds.
# TYPE hits counter
hits_total{page="a\"b\\c\nd"} 3.0
# TYPE load gauge
load -0.5
# HELP latency_seconds Time.
# TYPE latency_seconds histogram
# UNIT latency_seconds seconds
latency_seconds_bucket{route="/",le="0.1"} 0
latency_seconds_bucket{route="/",le="1.0"} 1
latency_seconds_bucket{route="/",le="+Inf"} 2
latency_seconds_count{route="/"} 2
latency_seconds_sum{route="/"} 3.5
# HELP size_bytes Size.
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 7.0
size_bytes_count 1
size_bytes_sum 7.0
# HELP build Build.
# TYPE build info
build_info{version="1.0"} 1
# HELP breaker Breaker.
# TYPE breaker stateset
breaker{breaker="closed"} 0
breaker{breaker="open"} 1
# EOF
"#;
        assert_eq!(everything().encode(Format::OpenMetrics, 0), expect);
    }

    #[test]
    fn text_names_families_as_their_samples_and_knows_fewer_types() {
        let text = everything().encode(Format::Text, 0);
        for line in [
            "# HELP hits_total Hits \"of\"\\nall \\\\ kinds.",
            "# TYPE hits_total counter",
            "# TYPE build_info gauge",
            "# TYPE breaker gauge",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("# UNIT") && !text.contains("# EOF"), "{text}");
    }

    #[test]
    fn bad_names_are_refused() {
        #[track_caller]
        fn check(name: &str, unit: &str, labels: [&str; 2], expect: &str) {
            let mut registry = everything();
            let descriptor = Descriptor::new(name, "").with_unit(unit);
            let found = registry.register_family(descriptor, labels, || Histogram::new([1.0]));
            assert_eq!(found.map(|_| ()).map_err(|error| error.to_string()), Err(expect.to_owned()));
        }
        let label = "is no label name: use letters, digits and _, no digit first and no __ at the start";
        let taken = "give the family another name";
        check(
            "a b",
            "",
            ["x", "y"],
            "\"a b\" is no metric name: use letters, digits, _ and :, and no digit first",
        );
        check("a", "", ["x", "y z"], &format!("\"y z\" {label}"));
        check("a", "", ["__x", "y"], &format!("\"__x\" {label}"));
        check("a", "", ["x", "x"], "the label \"x\" is taken: give it another name");
        check("a", "", ["x", "le"], "the label \"le\" is taken: give it another name");
        check("load", "", ["x", "y"], &format!("there are series named \"load\" already: {taken}"));
        check("hits", "", ["x", "y"], &format!("there are series named \"hits\" already: {taken}"));
        check("a", "seconds", ["x", "y"], "the name \"a\" has to end with its unit: a_seconds");
    }

    #[test]
    fn series_of_two_families_never_share_a_name() {
        let mut registry = everything();
        let clash = registry.register(Descriptor::new("latency_seconds_bucket", ""), Gauge::default());
        assert_eq!(clash.map(|_| ()), Err(RegisterError::Duplicate("latency_seconds_bucket".to_owned())));
    }
}
