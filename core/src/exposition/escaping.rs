//! What becomes of names that not every reader knows: those with more than letters, digits and underscores.

use std::borrow::Cow;
use std::fmt;

/// How names of metrics and labels are written that the older formats have no place for, as Accept and Content-Type
/// headers say it with the parameter `escaping`.
///
/// Source: Prometheus' document on escaping schemes, and `EscapeName` in its Go library where the two differ.
///
/// ```
/// use p95_core::exposition::Escaping;
///
/// assert_eq!(Escaping::Underscores.metric_name("http.requests"), "http_requests");
/// assert_eq!(Escaping::Dots.metric_name("http.requests_total"), "http_dot_requests__total");
/// assert_eq!(Escaping::Values.metric_name("http.requests"), "U__http_2e_requests");
/// assert_eq!(Escaping::AllowUtf8.metric_name("http.requests"), "http.requests");
/// assert_eq!(Escaping::Underscores.label_name("job:shard"), "job_shard");
/// assert_eq!(Escaping::unescape_values("U__http_2e_requests"), "http.requests");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Escaping {
    /// Names stay as they are, in quotes where they need it.
    AllowUtf8,
    /// Every other character becomes `_`: two names can become one.
    #[default]
    Underscores,
    /// `.` becomes `_dot_`, `_` becomes `__`, and so does every other character.
    Dots,
    /// Names that need it become `U__…`, each other character its code point: `_2e_`. No two names become one.
    Values,
}

impl Escaping {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AllowUtf8, Self::Underscores, Self::Dots, Self::Values];

    /// As headers write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Underscores => "underscores",
            Self::Dots => "dots",
            Self::Values => "values",
        }
    }

    /// Reads the parameter of a header.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|escaping| escaping.as_str() == name)
    }

    /// A metric's name under this scheme.
    pub fn metric_name(self, name: &str) -> Cow<'_, str> {
        self.escape(name, |c, at| is_legacy(c, at) || c == ':')
    }

    /// A label's name under this scheme. A colon, which a label's name cannot have, is escaped as well.
    pub fn label_name(self, name: &str) -> Cow<'_, str> {
        self.escape(name, is_legacy)
    }

    /// The name that [`Self::Values`] has escaped; any other one as it is.
    pub fn unescape_values(name: &str) -> Cow<'_, str> {
        name.strip_prefix(VALUES_PREFIX).and_then(unescape_values).map_or(Cow::Borrowed(name), Cow::Owned)
    }

    fn escape(self, name: &str, is_kept: impl Fn(char, usize) -> bool) -> Cow<'_, str> {
        let is_plain = || name.char_indices().all(|(at, c)| is_kept(c, at));
        if name.is_empty() || self == Self::AllowUtf8 || (self != Self::Dots && is_plain()) {
            return Cow::Borrowed(name);
        }
        let mut out = String::with_capacity(name.len() + 8);
        if self == Self::Values {
            out.push_str(VALUES_PREFIX);
        }
        for (at, c) in name.char_indices() {
            match self {
                Self::Dots if c == '.' => out.push_str("_dot_"),
                Self::Dots | Self::Values if c == '_' => out.push_str("__"),
                _ if is_kept(c, at) => out.push(c),
                Self::Dots => out.push_str("__"),
                Self::Values => out.push_str(&format!("_{:x}_", u32::from(c))),
                Self::Underscores | Self::AllowUtf8 => out.push('_'),
            }
        }
        Cow::Owned(out)
    }
}

impl fmt::Display for Escaping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a name begins that [`Escaping::Values`] has escaped.
const VALUES_PREFIX: &str = "U__";

/// Whether a name may have this character at this byte under every format.
fn is_legacy(c: char, at: usize) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (at > 0 && c.is_ascii_digit())
}

/// Resolves what stands behind the prefix; `None` where it was not escaped so.
fn unescape_values(escaped: &str) -> Option<String> {
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((plain, behind)) = rest.split_once('_') {
        out.push_str(plain);
        rest = if let Some(behind) = behind.strip_prefix('_') {
            out.push('_');
            behind
        } else {
            let (digits, behind) = behind.split_once('_')?;
            out.push(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?);
            behind
        };
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_prometheus_escapes_them() {
        #[track_caller]
        fn check(name: &str, underscores: &str, dots: &str, values: &str) {
            let all = Escaping::ALL.map(|escaping| escaping.metric_name(name).into_owned());
            assert_eq!(all, [name, underscores, dots, values]);
            assert_eq!(Escaping::unescape_values(values), name);
        }
        check("", "", "", "");
        check("up", "up", "up", "up");
        check(
            "no:escaping_required",
            "no:escaping_required",
            "no:escaping__required",
            "no:escaping_required",
        );
        check(
            "prod.west.cpu.load_total",
            "prod_west_cpu_load_total",
            "prod_dot_west_dot_cpu_dot_load__total",
            "U__prod_2e_west_2e_cpu_2e_load__total",
        );
        check("http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum");
        check("label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1f631_");
        check("花火", "__", "____", "U___82b1__706b_");
        check("0day", "_day", "__day", "U___30_day");
    }

    #[test]
    fn a_label_has_no_colon() {
        let all = Escaping::ALL.map(|escaping| escaping.label_name("a:b").into_owned());
        assert_eq!(all, ["a:b", "a_b", "a__b", "U__a_3a_b"]);
    }

    #[test]
    fn what_was_not_escaped_stays() {
        for name in ["U__a_zz_", "U__a_2e", "U_a", "U__a_ffffffff_", "plain"] {
            assert_eq!(Escaping::unescape_values(name), name);
        }
    }
}
