//! Calls of functions.

use super::super::ast::{Call, Expr, ExprKind, Function, Span};
use super::super::error::ParseError;
use super::super::typecheck::count_of;
use super::parser::{Node, Parser};

impl Parser<'_> {
    /// The arguments of the function `name`, which has been taken.
    pub(super) fn call(&mut self, name: &str, name_span: Span) -> Result<Node, ParseError> {
        let Some(function) = Function::by_name(name) else {
            return Err(unknown_function(name, name_span));
        };
        if function.signature().is_experimental && !self.options.experimental_functions {
            return Err(self.experimental(name_span, name, "enable experimental functions"));
        }
        let (args, close, height) = self.args(name)?;
        self.finish_call(function, name_span, args, close, height)
    }

    fn finish_call(
        &self,
        function: Function,
        name_span: Span,
        args: Vec<Expr>,
        close: Span,
        height: usize,
    ) -> Result<Node, ParseError> {
        let signature = function.signature();
        let span = name_span.to(close);
        let fits = args.len() >= signature.min_args && signature.max_args.is_none_or(|max| args.len() <= max);
        if fits {
            return self.node(ExprKind::Call(Call { function, name_span, args }), span, height);
        }
        let expected = match signature.max_args {
            Some(max) if max == signature.min_args => count_of(max, "argument"),
            Some(max) => format!("{} to {}", signature.min_args, count_of(max, "argument")),
            None => format!("at least {}", count_of(signature.min_args, "argument")),
        };
        let message = format!("{function} expects {expected}, and this has {}", args.len());
        Err(ParseError::new(span, message).suggest(&format!("write {function}{signature}")))
    }
}

fn unknown_function(name: &str, span: Span) -> ParseError {
    let error = ParseError::new(span, format!("unknown function `{name}`"));
    match name {
        "holt_winters" => error.suggest("it is called double_exponential_smoothing since Prometheus 3"),
        "by" | "without" => error.suggest("it belongs to an aggregation: sum by (label) (…)"),
        _ => match Function::nearest(name) {
            Some(nearest) => error.suggest(&format!("did you mean {nearest}?")),
            None => error,
        },
    }
}
