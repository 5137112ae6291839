//! What the functions do.

use super::compare;
use super::data::{QueryError, TemplateData, TemplateQueries};
use super::function::Function;
use super::humanize;
use super::number;
use super::printf::printf;
use super::text::{escape_html, escape_query, host_and_port, link, path_of, strip_domain, title};
use super::value::Value;
use crate::model::duration::parse_duration_ms;
use crate::model::matcher::{RegexError, compile};

/// A function with all its arguments, as many as it takes.
pub(super) struct Call<'a> {
    pub(super) function: Function,
    pub(super) arguments: Vec<Value>,
    pub(super) data: &'a TemplateData<'a>,
}

/// Why a call has no value.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("expected {expected}, and this is {}", .found.type_name())]
    Type { expected: &'static str, found: Value },
    #[error("{0:?} is no number")]
    Number(String),
    #[error("{0:?} is no duration, such as 5m")]
    Duration(String),
    #[error("{0} seconds lie outside of all calendars")]
    Time(f64),
    #[error("there is no element: the query found nothing")]
    Empty,
    #[error("{at} lies outside of 0 to {len}, the number of elements")]
    Index { at: i64, len: usize },
    #[error("{a} and {b} cannot be compared: write whole numbers with a point, such as 1.0, beside numbers")]
    Compare { a: &'static str, b: &'static str },
    #[error(transparent)]
    Regex(#[from] RegexError),
    #[error("{0}")]
    Query(#[from] QueryError),
}

/// Calls a function.
pub(super) fn call(call: Call<'_>, queries: &mut TemplateQueries<'_>) -> Result<Value, Fault> {
    let Call { function, arguments, data } = call;
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().unwrap_or(Value::Nil);
    Ok(match function {
        // What they look at first was looked at before they were called.
        Function::And | Function::Or => arguments.next_back().unwrap_or(Value::Nil),
        Function::Not => (!next().is_truthy()).into(),
        Function::Eq => {
            let first = next();
            let others = Vec::from_iter(arguments);
            compare::equals_any(&first, &others)?.into()
        }
        Function::Ne => (!compare::equals_any(&next(), &[next()])?).into(),
        Function::Lt => compare::order(&next(), &next())?.is_some_and(|order| order.is_lt()).into(),
        Function::Le => compare::order(&next(), &next())?.is_some_and(|order| order.is_le()).into(),
        // What is not less is more: NaN too, as in Go.
        Function::Gt => (!compare::order(&next(), &next())?.is_some_and(|order| order.is_le())).into(),
        Function::Ge => (!compare::order(&next(), &next())?.is_some_and(|order| order.is_lt())).into(),
        Function::Print => print(arguments).into(),
        Function::Println => {
            let words = Vec::from_iter(arguments.map(|value| value.to_string()));
            (words.join(" ") + "\n").into()
        }
        Function::Printf => {
            let format = text(next())?;
            printf(&format, &Vec::from_iter(arguments)).into()
        }
        Function::Html => escape_html(&print(arguments)).into(),
        Function::UrlQuery => escape_query(&print(arguments)).into(),
        Function::SafeHtml => text(next())?.into(),
        Function::Len => len(next())?,
        Function::Index => {
            let first = next();
            arguments.try_fold(first, element)?
        }
        Function::Args => {
            Value::Args(arguments.zip(0..).map(|(value, at)| (format!("arg{at}"), value)).collect())
        }
        Function::Query => Value::Samples(queries(&text(next())?)?),
        Function::First => match next() {
            Value::Samples(samples) => Value::Sample(samples.into_iter().next().ok_or(Fault::Empty)?),
            found => return Err(Fault::Type { expected: "what query answers", found }),
        },
        Function::Label => {
            let (name, sample) = (text(next())?, next());
            label(&name, sample)?.into()
        }
        Function::StrValue => label("__value__", next())?.into(),
        Function::Value => match next() {
            Value::Sample(sample) => sample.value.into(),
            found => return Err(Fault::Type { expected: "an element of what query answers", found }),
        },
        Function::SortByLabel => {
            let name = text(next())?;
            match next() {
                Value::Samples(mut samples) => {
                    samples
                        .sort_by_cached_key(|sample| sample.labels.get(&name).unwrap_or_default().to_owned());
                    Value::Samples(samples)
                }
                found => return Err(Fault::Type { expected: "what query answers", found }),
            }
        }
        Function::Match => compile(&text(next())?)?.is_match(&text(next())?).into(),
        Function::ReReplaceAll => {
            let (pattern, replacement, in_text) = (text(next())?, text(next())?, text(next())?);
            compile(&pattern)?.replace_all(&in_text, replacement.as_str()).into_owned().into()
        }
        Function::Title => title(&text(next())?).into(),
        Function::ToUpper => text(next())?.to_uppercase().into(),
        Function::ToLower => text(next())?.to_lowercase().into(),
        Function::StripPort => host_and_port(&text(next())?).0.into(),
        Function::StripDomain => strip_domain(&text(next())?).into(),
        Function::Humanize => humanize::humanize(float(next())?).into(),
        Function::Humanize1024 => humanize::humanize_1024(float(next())?).into(),
        Function::HumanizeDuration => humanize::humanize_duration(float(next())?).into(),
        Function::HumanizePercentage => humanize::humanize_percentage(float(next())?).into(),
        Function::HumanizeTimestamp | Function::ToTime => {
            let secs = float(next())?;
            if !secs.is_finite() {
                return Ok(number::general(secs, Some(4)).into());
            }
            let time = Value::Time(humanize::time_ms(secs).ok_or(Fault::Time(secs))?);
            if function == Function::ToTime { time } else { time.to_string().into() }
        }
        Function::ParseDuration => {
            let text = text(next())?;
            let duration_ms = parse_duration_ms(&text).ok_or(Fault::Duration(text))?;
            (duration_ms as f64 / 1000.0).into()
        }
        Function::GraphLink => link(&text(next())?, 0).into(),
        Function::TableLink => link(&text(next())?, 1).into(),
        Function::ExternalUrl => data.external_url.to_owned().into(),
        Function::PathPrefix => path_of(data.external_url).to_owned().into(),
    })
}

/// A text.
fn text(value: Value) -> Result<String, Fault> {
    match value {
        Value::Text(text) => Ok(text),
        found => Err(Fault::Type { expected: "a text", found }),
    }
}

/// A number, also one that is written as a text.
fn float(value: Value) -> Result<f64, Fault> {
    match value {
        Value::Float(number) => Ok(number),
        Value::Int(number) => Ok(number as f64),
        Value::Text(text) => text.trim().parse().map_err(|_| Fault::Number(text)),
        found => Err(Fault::Type { expected: "a number", found }),
    }
}

/// The value of a label, empty where there is none.
fn label(name: &str, sample: Value) -> Result<String, Fault> {
    match sample {
        Value::Sample(sample) => Ok(sample.labels.get(name).unwrap_or_default().to_owned()),
        found => Err(Fault::Type { expected: "an element of what query answers", found }),
    }
}

fn len(value: Value) -> Result<Value, Fault> {
    let len = match value {
        Value::Text(text) => text.len(),
        Value::Samples(samples) => samples.len(),
        Value::Labels(labels) => labels.len(),
        Value::Args(arguments) => arguments.len(),
        found => return Err(Fault::Type { expected: "something with a length", found }),
    };
    Ok(Value::Int(i64::try_from(len).unwrap_or(i64::MAX)))
}

/// The element of `value` at `index`: a label by its name, a sample by its number.
fn element(value: Value, index: Value) -> Result<Value, Fault> {
    match (value, index) {
        (Value::Labels(labels), Value::Text(name)) => {
            Ok(labels.get(&name).unwrap_or_default().to_owned().into())
        }
        (Value::Args(mut arguments), Value::Text(name)) => Ok(arguments.remove(&name).unwrap_or(Value::Nil)),
        (Value::Samples(mut samples), Value::Int(at)) => {
            let len = samples.len();
            let known = usize::try_from(at).ok().filter(|at| *at < len);
            known.map(|at| Value::Sample(samples.swap_remove(at))).ok_or(Fault::Index { at, len })
        }
        (Value::Samples(_), found) => Err(Fault::Type { expected: "a whole number as index", found }),
        (Value::Labels(_) | Value::Args(_), found) => Err(Fault::Type { expected: "a name as index", found }),
        (found, _) => Err(Fault::Type { expected: "labels or what query answers", found }),
    }
}

/// Values one after the other, with a blank between two that are no texts.
fn print(values: impl Iterator<Item = Value>) -> String {
    let mut out = String::new();
    let mut was_text = true;
    for (at, value) in values.enumerate() {
        let is_text = matches!(value, Value::Text(_));
        if at > 0 && !is_text && !was_text {
            out.push(' ');
        }
        out.push_str(&value.to_string());
        was_text = is_text;
    }
    out
}
