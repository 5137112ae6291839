//! From a text to tokens, each with its place.

mod lexer;
mod literal;
mod token;

pub use lexer::Lexer;
pub use token::{Token, TokenKind};
