//! A template as a tree.

use std::ops::Range;

use super::function::Function;

/// A part of a template that is executed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// What stands for itself.
    Text(String),
    /// `{{ pipeline }}`: writes its value, unless it only sets a variable.
    Action(Pipeline),
    /// `if`, with its `else if`s; the first branch whose value is not empty counts.
    If(Branches),
    /// `with`: as `if`, and the value becomes the dot.
    With(Branches),
    /// `range`: the body for each element, or what stands behind `else` where there is none.
    Range { over: Pipeline, body: Vec<Self>, otherwise: Vec<Self> },
    /// `break`: ends the innermost `range`.
    Break,
    /// `continue`: goes on with the next element of the innermost `range`.
    Continue,
}

/// Conditions with what they lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Branches {
    pub(super) branches: Vec<(Pipeline, Vec<Node>)>,
    pub(super) otherwise: Vec<Node>,
}

/// Commands, each of which takes the value of the one before as its last argument.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pipeline {
    /// The variables that are set, without their `$`: two at most, and only `range` sets two.
    pub(super) variables: Vec<String>,
    /// Whether they are there already.
    pub(super) is_assignment: bool,
    pub(super) commands: Vec<Command>,
    pub(super) span: Range<usize>,
}

/// A function with its arguments, or one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Command {
    pub(super) operand: Operand,
    pub(super) arguments: Vec<Operand>,
}

/// A value, and the fields that are taken of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    pub(super) fields: Vec<String>,
    pub(super) span: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OperandKind {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Variable(String),
    Function(Function),
    Pipeline(Box<Pipeline>),
}
