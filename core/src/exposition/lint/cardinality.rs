//! Labels whose values are too many, or will be.

use hashbrown::{HashMap, HashSet};

use super::identifier::Identifier;
use super::naming::Advice;
use crate::exposition::families::Family;

/// So many values that look like identifiers make a label one.
const FEW: usize = 3;

/// More values than this are many, whatever they look like.
const MANY: usize = 1_000;

/// Advice on labels that look like identifiers.
pub(super) fn advice(family: &Family) -> Vec<Advice> {
    let mut values: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (name, value) in family.metrics.iter().flat_map(|metric| metric.labels.iter()) {
        values.entry(name).or_default().insert(value);
    }
    let mut names: Vec<(&str, HashSet<&str>)> = values.into_iter().collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    names.iter().filter_map(|(name, values)| of_label(name, values)).collect()
}

fn of_label(name: &str, values: &HashSet<&str>) -> Option<Advice> {
    const REMEDY: &str = "leave it out, or group the values: each one is a series of its own, forever";
    let name = name.escape_debug();
    let count = values.len();
    let example = values.iter().min()?.escape_debug();
    let kinds: Vec<Identifier> = values.iter().filter_map(|value| Identifier::of(value)).collect();
    // A few values of another kind, such as "unknown", change nothing.
    if kinds.len() >= FEW && kinds.len() * 5 >= count * 4 {
        let kind = kinds.first()?.as_str();
        let message = format!("the {count} values of the label {name} look like {kind}, such as {example}");
        return Some(Advice { rule: "identifier-label", message, remedy: REMEDY });
    }
    (count > MANY).then(|| {
        let message = format!("the label {name} has {count} values, such as {example}");
        Advice { rule: "many-values", message, remedy: REMEDY }
    })
}
