//! The attribute `#[label(…)]`.

use syn::{Attribute, Error, LitStr, Result};

/// What the attributes of one field or variant say.
#[derive(Default)]
pub struct LabelAttribute {
    pub rename: Option<LitStr>,
    pub skip: bool,
    pub flatten: bool,
}

impl LabelAttribute {
    /// Reads all `#[label(…)]` of a field or variant.
    pub fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut read = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    read.rename = Some(meta.value()?.parse()?);
                } else if meta.path.is_ident("skip") {
                    read.skip = true;
                } else if meta.path.is_ident("flatten") {
                    read.flatten = true;
                } else {
                    return Err(meta.error("label knows `rename = \"…\"`, `skip` and `flatten`"));
                }
                let given = [read.rename.is_some(), read.skip, read.flatten];
                if given.into_iter().filter(|is_given| *is_given).count() > 1 {
                    return Err(meta.error("`rename`, `skip` and `flatten` exclude each other"));
                }
                Ok(())
            })?;
        }
        Ok(read)
    }

    /// An error where a variant says what only a field can.
    pub fn only_rename(self, at: &impl quote::ToTokens) -> Result<Option<LitStr>> {
        if self.skip || self.flatten {
            return Err(Error::new_spanned(
                at,
                "a value can be renamed; `skip` and `flatten` are for fields",
            ));
        }
        Ok(self.rename)
    }
}
