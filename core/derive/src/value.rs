//! `#[derive(LabelValue)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result};

use crate::attribute::LabelAttribute;

/// The impl of `LabelValue`, or errors that point at the variants.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        let rule = "a value is one variant of an enum: for other types, write the impl by hand";
        return Err(Error::new_spanned(&input.ident, rule));
    };
    let mut arms = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a variant that is a label's value has no fields"));
        }
        let ident = &variant.ident;
        let rename = LabelAttribute::read(&variant.attrs)?.only_rename(variant)?;
        let text =
            rename.unwrap_or_else(|| LitStr::new(&snake_case(&ident.unraw().to_string()), ident.span()));
        arms.push(quote! { Self::#ident => #text, });
    }
    if arms.is_empty() {
        return Err(Error::new_spanned(&input.ident, "an enum without variants has no values"));
    }
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::p95_core::instrument::LabelValue for #ident #type_generics #where_clause {
            #[inline]
            fn with_text<R>(&self, act: impl ::core::ops::FnOnce(&::core::primitive::str) -> R) -> R {
                act(match self { #(#arms)* })
            }
        }
    })
}

/// `NotFound` as `not_found`, `HTTPError` as `http_error`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let is_next_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins_word =
            c.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || is_next_lower);
        if begins_word && before != Some(&'_') {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_in_snake_case() {
        #[track_caller]
        fn check(name: &str, expect: &str) {
            assert_eq!(snake_case(name), expect);
        }
        check("Get", "get");
        check("NotFound", "not_found");
        check("HTTPError", "http_error");
        check("Http2", "http2");
        check("GET", "get");
        check("Not_Found", "not_found");
    }

    #[test]
    fn mistakes_are_told() {
        #[track_caller]
        fn check(input: &str, expect: &str) {
            let found =
                expand(&syn::parse_str(input).unwrap()).map(|_| ()).map_err(|error| error.to_string());
            assert_eq!(found, Err(expect.to_owned()));
        }
        check("struct S;", "a value is one variant of an enum: for other types, write the impl by hand");
        check("enum E { A(u8) }", "a variant that is a label's value has no fields");
        check("enum E {}", "an enum without variants has no values");
        check("enum E { #[label(skip)] A }", "a value can be renamed; `skip` and `flatten` are for fields");
    }
}
