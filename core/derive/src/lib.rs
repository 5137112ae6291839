//! Label sets of p95-core as structs, and label values as enums.
//!
//! ```
//! use p95_core::exposition::encode::Format;
//! use p95_core::instrument::{Counter, Descriptor, LabelValue, Labels, Registry};
//!
//! #[derive(LabelValue)]
//! enum Method {
//!     Get,
//!     #[label(rename = "PATCH")]
//!     Patch,
//! }
//!
//! #[derive(Labels)]
//! struct Zone {
//!     region: &'static str,
//!     rack: Option<u16>,
//! }
//!
//! #[derive(Labels)]
//! struct Request<'a> {
//!     method: Method,
//!     #[label(rename = "status")]
//!     code: u16,
//!     #[label(flatten)]
//!     zone: &'a Zone,
//!     #[label(skip)]
//!     id: u64,
//! }
//!
//! let mut registry = Registry::default();
//! let requests =
//!     registry.register_typed::<Request<'_>, _>(Descriptor::new("requests", ""), Counter::default)?;
//! let zone = Zone { region: "eu", rack: None };
//! requests.inc(&Request { method: Method::Get, code: 200, zone: &zone, id: 17 });
//! requests.inc(&Request { method: Method::Patch, code: 500, zone: &zone, id: 18 });
//!
//! let page = registry.encode(Format::Text, 0);
//! assert!(page.contains("requests_total{method=\"get\",status=\"200\",region=\"eu\"} 1.0\n"));
//! assert!(page.contains("requests_total{method=\"PATCH\",status=\"500\",region=\"eu\"} 1.0\n"));
//! # Ok::<(), p95_core::instrument::RegisterError>(())
//! ```

mod attribute;
mod labels;
mod value;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a label set: a label for each field, whose type is a `LabelValue`.
///
/// On a field, `#[label(rename = "name")]` gives the label another name, `#[label(skip)]` leaves it out, and
/// `#[label(flatten)]` puts the labels of a field that is a label set itself in its place. A name that no label may have is
/// an error at the field; two labels of one name are an error at registration where one of them is flattened, else here.
///
/// ```
/// use p95_core::instrument::{LabelSet, Labels};
///
/// #[derive(Labels)]
/// struct Request {
///     method: &'static str,
///     #[label(rename = "status")]
///     code: u16,
/// }
///
/// let mut names = Vec::new();
/// Request::each_name(&mut |name| names.push(name.to_owned()));
/// assert_eq!(names, ["method", "status"]);
/// ```
#[proc_macro_derive(Labels, attributes(label))]
pub fn derive_labels(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    labels::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes an enum without fields the value of a label: each variant in snake case, or as `#[label(rename = "value")]` says.
///
/// ```
/// use p95_core::instrument::LabelValue;
///
/// #[derive(LabelValue)]
/// enum Cache {
///     Hit,
///     #[label(rename = "-")]
///     NotAsked,
/// }
///
/// assert_eq!(Cache::Hit.with_text(str::to_owned), "hit");
/// assert_eq!(Cache::NotAsked.with_text(str::to_owned), "-");
/// ```
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn derive_label_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    value::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
