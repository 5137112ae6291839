//! A tree to a text.

use std::ops::Range;

use super::ast::{Branches, Command, Node, Operand, OperandKind, Pipeline};
use super::call::{self, Call};
use super::data::{TemplateData, TemplateQueries, TemplateValue};
use super::error::TemplateError;
use super::function::Function;
use super::value::Value;

/// The most bytes that a template may write.
const MAX_OUTPUT_BYTES: usize = 1 << 20;

/// The most steps that a template may take: ranges within ranges grow fast.
const MAX_STEPS: usize = 1_000_000;

/// Executes a template.
pub(super) fn execute(
    nodes: &[Node],
    data: &TemplateData<'_>,
    queries: &mut TemplateQueries<'_>,
) -> Result<String, TemplateError> {
    let mut executor = Executor { data, queries, variables: Vec::new(), output: String::new(), steps: 0 };
    for (name, value) in [
        ("", Value::Alert),
        ("labels", Value::Labels(data.labels.clone())),
        ("externalLabels", Value::Labels(data.external_labels.clone())),
        ("externalURL", Value::Text(data.external_url.to_owned())),
        ("value", found(data.value)),
    ] {
        executor.variables.push((name.to_owned(), value));
    }
    executor.nodes(nodes, &Value::Alert)?;
    Ok(executor.output)
}

struct Executor<'a, 'q> {
    data: &'a TemplateData<'a>,
    queries: &'a mut TemplateQueries<'q>,
    /// The innermost last.
    variables: Vec<(String, Value)>,
    output: String,
    steps: usize,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

impl Executor<'_, '_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<Flow, TemplateError> {
        let outside = self.variables.len();
        let mut flow = Flow::On;
        for node in nodes {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(TemplateError::new(
                    0..0,
                    format!("the template takes more than {MAX_STEPS} steps"),
                ));
            }
            flow = self.node(node, dot)?;
            if flow != Flow::On {
                break;
            }
        }
        self.variables.truncate(outside);
        Ok(flow)
    }

    fn node(&mut self, node: &Node, dot: &Value) -> Result<Flow, TemplateError> {
        match node {
            Node::Text(text) => self.write(text, &(0..0))?,
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.write(&value.to_string(), &pipeline.span)?;
                } else {
                    self.set(pipeline, [value]);
                }
            }
            Node::If(branches) => return self.branches(branches, dot, false),
            Node::With(branches) => return self.branches(branches, dot, true),
            Node::Range { over, body, otherwise } => return self.range(over, body, otherwise, dot),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn branches(
        &mut self,
        branches: &Branches,
        dot: &Value,
        becomes_dot: bool,
    ) -> Result<Flow, TemplateError> {
        let outside = self.variables.len();
        for (condition, body) in &branches.branches {
            let value = self.pipeline(condition, dot)?;
            if !condition.variables.is_empty() {
                self.set(condition, [value.clone()]);
            }
            if value.is_truthy() {
                let flow = self.nodes(body, if becomes_dot { &value } else { dot })?;
                self.variables.truncate(outside);
                return Ok(flow);
            }
        }
        let flow = self.nodes(&branches.otherwise, dot)?;
        self.variables.truncate(outside);
        Ok(flow)
    }

    fn range(
        &mut self,
        over: &Pipeline,
        body: &[Node],
        otherwise: &[Node],
        dot: &Value,
    ) -> Result<Flow, TemplateError> {
        let elements: Vec<(Value, Value)> = match self.pipeline(over, dot)? {
            Value::Samples(samples) => {
                let samples = samples.into_iter().zip(0_i64..);
                samples.map(|(sample, at)| (Value::Int(at), Value::Sample(sample))).collect()
            }
            Value::Labels(labels) => {
                let text = |text: &str| Value::Text(text.to_owned());
                labels.iter().map(|(name, value)| (text(name), text(value))).collect()
            }
            Value::Args(arguments) => {
                arguments.into_iter().map(|(name, value)| (Value::Text(name), value)).collect()
            }
            Value::Nil => Vec::new(),
            other => {
                let message = format!(
                    "range goes over what query answers, or over labels, and this is {}",
                    other.type_name()
                );
                return Err(TemplateError::new(over.span.clone(), message));
            }
        };
        if elements.is_empty() {
            return self.nodes(otherwise, dot);
        }
        let outside = self.variables.len();
        for (key, element) in elements {
            match over.variables.len() {
                0 => {}
                1 => self.set(over, [element.clone()]),
                _ => self.set(over, [key, element.clone()]),
            }
            let flow = self.nodes(body, &element)?;
            self.variables.truncate(outside);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    /// Sets the variables of a pipeline.
    fn set<const N: usize>(&mut self, pipeline: &Pipeline, values: [Value; N]) {
        for (name, value) in pipeline.variables.iter().zip(values) {
            let known = self.variables.iter_mut().rev().find(|(known, _)| known == name);
            match known.filter(|_| pipeline.is_assignment) {
                Some((_, slot)) => *slot = value,
                None => self.variables.push((name.clone(), value)),
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, TemplateError> {
        let mut piped = None;
        for command in &pipeline.commands {
            piped = Some(self.command(command, dot, piped)?);
        }
        Ok(piped.unwrap_or(Value::Nil))
    }

    fn command(
        &mut self,
        command: &Command,
        dot: &Value,
        piped: Option<Value>,
    ) -> Result<Value, TemplateError> {
        let Operand { kind, fields, span } = &command.operand;
        let OperandKind::Function(function) = kind else { return self.operand(&command.operand, dot) };
        let value = self.call(*function, &command.arguments, dot, piped, span)?;
        fields_of(value, fields, self.data, span)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, TemplateError> {
        let value = match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Nil => Value::Nil,
            OperandKind::Bool(value) => Value::Bool(*value),
            OperandKind::Int(number) => Value::Int(*number),
            OperandKind::Float(number) => Value::Float(*number),
            OperandKind::Text(text) => Value::Text(text.clone()),
            OperandKind::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                known.map(|(_, value)| value.clone()).unwrap_or(Value::Nil)
            }
            OperandKind::Function(function) => self.call(*function, &[], dot, None, &operand.span)?,
            OperandKind::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        fields_of(value, &operand.fields, self.data, &operand.span)
    }

    fn call(
        &mut self,
        function: Function,
        operands: &[Operand],
        dot: &Value,
        piped: Option<Value>,
        span: &Range<usize>,
    ) -> Result<Value, TemplateError> {
        let count = operands.len() + usize::from(piped.is_some());
        if !function.arguments().contains(&count) {
            return Err(TemplateError::new(span.clone(), format!("{}, not {count}", function.takes())));
        }
        let mut arguments = Vec::with_capacity(count);
        for operand in operands {
            let value = self.operand(operand, dot)?;
            // These two look at no more than they need.
            let is_enough = match function {
                Function::And => !value.is_truthy(),
                Function::Or => value.is_truthy(),
                _ => false,
            };
            if is_enough {
                return Ok(value);
            }
            arguments.push(value);
        }
        arguments.extend(piped);
        let call = Call { function, arguments, data: self.data };
        call::call(call, self.queries).map_err(|fault| {
            let message = format!("{}: {fault}", function.name());
            TemplateError::new(span.clone(), message)
        })
    }

    fn write(&mut self, text: &str, span: &Range<usize>) -> Result<(), TemplateError> {
        if self.output.len() + text.len() > MAX_OUTPUT_BYTES {
            let message = format!("the text is longer than {MAX_OUTPUT_BYTES} bytes");
            return Err(TemplateError::new(span.clone(), message));
        }
        self.output.push_str(text);
        Ok(())
    }
}

/// A field of a value, a field of that, and so on. A label that is not there is empty.
fn fields_of(
    mut value: Value,
    fields: &[String],
    data: &TemplateData<'_>,
    span: &Range<usize>,
) -> Result<Value, TemplateError> {
    for field in fields {
        value = match (value, field.as_str()) {
            (Value::Alert, "Labels") => Value::Labels(data.labels.clone()),
            (Value::Alert, "ExternalLabels") => Value::Labels(data.external_labels.clone()),
            (Value::Alert, "ExternalURL") => Value::Text(data.external_url.to_owned()),
            (Value::Alert, "Value") => found(data.value),
            (Value::Sample(sample), "Labels") => Value::Labels(sample.labels),
            (Value::Sample(sample), "Value") => Value::Float(sample.value),
            (Value::Labels(labels), name) => Value::Text(labels.get(name).unwrap_or_default().to_owned()),
            (Value::Args(mut arguments), name) => arguments.remove(name).unwrap_or(Value::Nil),
            (value, name) => {
                let kind = value.type_name();
                let has = match value {
                    Value::Alert => ": there are .Labels, .Value, .ExternalLabels and .ExternalURL",
                    Value::Sample(_) => ": there are .Labels and .Value",
                    Value::Samples(_) => ": take one of them with first, or all with range",
                    _ => "",
                };
                let message = format!("there is no .{name} in this {kind}{has}");
                return Err(TemplateError::new(span.clone(), message));
            }
        };
    }
    Ok(value)
}

/// The value of an alert's expression.
fn found(value: &TemplateValue) -> Value {
    match value {
        TemplateValue::Float(number) => Value::Float(*number),
        TemplateValue::Histogram(text) => Value::Text(text.clone()),
    }
}
