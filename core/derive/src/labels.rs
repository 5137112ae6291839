//! `#[derive(Labels)]`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, GenericParam, Generics, LitStr, Result, parse_quote};

use crate::attribute::LabelAttribute;

/// The impls of `LabelValues` and `LabelSet`, or errors that point at the fields.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "labels are the fields of a struct: this is none"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "labels have names: give the struct named fields"));
    };
    let mut names = Vec::new();
    let mut values = Vec::new();
    let mut taken = BTreeSet::new();
    let mut errors: Option<Error> = None;
    for field in &fields.named {
        match label(field, &mut taken) {
            Ok(Some((name, value))) => {
                names.push(name);
                values.push(value);
            }
            Ok(None) => {}
            Err(error) => match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let ident = &input.ident;
    let generics = bounded(&input.generics, &fields.named);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::p95_core::instrument::LabelValues for #ident #type_generics #where_clause {
            #[inline]
            fn each_value(&self, each: &mut impl ::core::ops::FnMut(&::core::primitive::str)) {
                #(#values)*
            }
        }

        #[automatically_derived]
        impl #impl_generics ::p95_core::instrument::LabelSet for #ident #type_generics #where_clause {
            fn each_name(each: &mut impl ::core::ops::FnMut(&::core::primitive::str)) {
                #(#names)*
            }
        }
    })
}

/// The statements that tell a field's name and its value; `None` where it is skipped.
fn label(field: &Field, taken: &mut BTreeSet<String>) -> Result<Option<(TokenStream, TokenStream)>> {
    let attribute = LabelAttribute::read(&field.attrs)?;
    let Some(ident) = &field.ident else { return Ok(None) };
    let field_type = &field.ty;
    if attribute.skip {
        return Ok(None);
    }
    if attribute.flatten {
        let name = quote_spanned! { field_type.span() =>
            <#field_type as ::p95_core::instrument::LabelSet>::each_name(each);
        };
        let value = quote_spanned! { field_type.span() =>
            ::p95_core::instrument::LabelValues::each_value(&self.#ident, each);
        };
        return Ok(Some((name, value)));
    }
    let name = attribute.rename.unwrap_or_else(|| LitStr::new(&ident.unraw().to_string(), ident.span()));
    if let Some(rule) = broken_rule(&name.value()) {
        return Err(Error::new(name.span(), format!("{:?} cannot be a label: {rule}", name.value())));
    }
    if !taken.insert(name.value()) {
        return Err(Error::new(
            name.span(),
            format!("two fields are the label {:?}: rename one", name.value()),
        ));
    }
    let value = quote_spanned! { field_type.span() =>
        ::p95_core::instrument::LabelValue::with_text(&self.#ident, &mut *each);
    };
    Ok(Some((quote! { each(#name); }, value)))
}

/// Why a label cannot have this name. The registry checks the same again, for those who write the impls by hand.
fn broken_rule(name: &str) -> Option<&'static str> {
    let is_legal =
        |(at, b): (usize, u8)| b == b'_' || b.is_ascii_alphabetic() || (at > 0 && b.is_ascii_digit());
    if name.is_empty() || !name.bytes().enumerate().all(is_legal) {
        return Some("use letters, digits and _, and no digit first");
    }
    name.starts_with("__").then_some("names that begin with __ are Prometheus' own")
}

/// The generics, with a bound for each type parameter that is a field's type by itself.
fn bounded<'a>(generics: &Generics, fields: impl IntoIterator<Item = &'a Field>) -> Generics {
    let mut bounded = generics.clone();
    let parameters: BTreeSet<String> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            _ => None,
        })
        .collect();
    for field in fields {
        let field_type = &field.ty;
        let is_parameter = parameters.contains(&quote!(#field_type).to_string());
        match LabelAttribute::read(&field.attrs) {
            Ok(attribute) if is_parameter && !attribute.skip => {
                let bound = if attribute.flatten {
                    parse_quote!(#field_type: ::p95_core::instrument::LabelSet)
                } else {
                    parse_quote!(#field_type: ::p95_core::instrument::LabelValue)
                };
                bounded.make_where_clause().predicates.push(bound);
            }
            _ => {}
        }
    }
    bounded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told() {
        #[track_caller]
        fn check(input: &str, expect: &[&str]) {
            let error = expand(&syn::parse_str(input).unwrap()).unwrap_err();
            let found: Vec<String> = error.into_iter().map(|error| error.to_string()).collect();
            assert_eq!(found, expect);
        }
        check("enum E { A }", &["labels are the fields of a struct: this is none"]);
        check("struct S(u8);", &["labels have names: give the struct named fields"]);
        check(
            r#"struct S { #[label(rename = "a b")] a: u8, __b: u8, é: u8, c: u8, #[label(rename = "c")] d: u8 }"#,
            &[
                r#""a b" cannot be a label: use letters, digits and _, and no digit first"#,
                r#""__b" cannot be a label: names that begin with __ are Prometheus' own"#,
                r#""é" cannot be a label: use letters, digits and _, and no digit first"#,
                r#"two fields are the label "c": rename one"#,
            ],
        );
        check(
            "struct S { #[label(hide)] a: u8, #[label(skip, flatten)] b: u8 }",
            &[
                "label knows `rename = \"…\"`, `skip` and `flatten`",
                "`rename`, `skip` and `flatten` exclude each other",
            ],
        );
    }

    #[test]
    fn an_error_points_at_its_field() {
        let input = "struct S {\n    good: u8,\n    #[label(rename = \"a b\")]\n    bad: u8,\n}";
        let error = expand(&syn::parse_str(input).unwrap()).unwrap_err();
        let start = error.span().start();
        assert_eq!((start.line, start.column), (3, 21));
    }
}
