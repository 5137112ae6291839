//! Units of families.

/// Whether a family of this name can have the unit in OpenMetrics: its name ends with it, and it has no characters that a
/// name could not have without quotes.
pub(crate) fn has_unit(name: &str, unit: &str) -> bool {
    let is_plain = unit.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'));
    !unit.is_empty() && is_plain && name.strip_suffix(unit).is_some_and(|stem| stem.ends_with('_'))
}
