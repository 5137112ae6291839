//! Recording and alerting rules, as Prometheus has them: their files, their templates, and groups of them at work.
//!
//! [`read_rules`] reads a file and says what is wrong with it and where; a [`GroupEvaluator`] evaluates a group at the times
//! it is told, and writes what it finds into a [`RuleStore`]: the series of recording rules, and `ALERTS` and
//! `ALERTS_FOR_STATE` for alerts. A [`Template`] is a label or an annotation of an alert.
//!
//! ```
//! use p95_core::promql::ParseOptions;
//! use p95_core::rules::read_rules;
//!
//! let file = "groups:\n- name: shop\n  rules:\n  - record: job:hits:sum\n    expr: |\n      sum by (job) (\n        hitz{)\n";
//! let read = read_rules(file, &ParseOptions::default());
//! assert!(read.findings[0].to_string().starts_with("7:14: error: group \"shop\", rule \"job:hits:sum\": "));
//! ```

mod evaluate;
mod file;
mod template;

pub use evaluate::{
    Alert, AlertState, GroupEvaluator, GroupStatus, Origin, RuleError, RuleHealth, RuleSample, RuleStatus,
    RuleStatusKind, RuleStore, Slots, UnusableRule,
};
#[cfg(feature = "store")]
pub use evaluate::{StoreRules, write_samples};
pub use file::{Rule, RuleFinding, RuleGroup, RuleKind, RulesRead, Severity, read_rules};
pub use template::{
    QueryError, Template, TemplateData, TemplateError, TemplateQueries, TemplateSample, TemplateValue,
};
