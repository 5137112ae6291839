//! Expositions: the text that a target serves, to the model and back.

#[cfg(any(feature = "encode", feature = "store"))]
pub(crate) mod canonical;
mod content_type;
#[cfg(feature = "encode")]
pub mod encode;
#[cfg(feature = "parse")]
mod escape;
mod escaping;
pub mod families;
#[cfg(feature = "parse")]
pub mod lint;
#[cfg(feature = "parse")]
pub mod negotiate;
#[cfg(feature = "parse")]
pub mod parse;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod unit;

pub use content_type::{ContentType, WireFormat};
pub use escaping::Escaping;
