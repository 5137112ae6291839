//! Expositions: the text that a target serves, to the model and back.

#[cfg(feature = "encode")]
pub mod encode;
#[cfg(feature = "parse")]
mod escape;
#[cfg(feature = "parse")]
pub mod families;
#[cfg(feature = "parse")]
pub mod negotiate;
#[cfg(feature = "parse")]
pub mod parse;
