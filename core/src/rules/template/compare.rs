//! Go's comparisons: both sides of one kind.

use std::cmp::Ordering;

use super::call::Fault;
use super::value::Value;

/// Whether `value` equals one of the others.
pub(super) fn equals_any(value: &Value, others: &[Value]) -> Result<bool, Fault> {
    for other in others {
        let is_equal = match (value, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) | (Value::Time(a), Value::Time(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Nil, other) | (other, Value::Nil) => *other == Value::Nil,
            (a, b) => return Err(Fault::Compare { a: a.type_name(), b: b.type_name() }),
        };
        if is_equal {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How two values stand to each other; NaN stands nowhere.
pub(super) fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, Fault> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Ok(Some(a.cmp(b))),
        (a, b) => Err(Fault::Compare { a: a.type_name(), b: b.type_name() }),
    }
}
