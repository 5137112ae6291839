//! Label values that look as if each occurred once: ids, addresses, times, paths.

/// What the values of a label look like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Identifier {
    Uuid,
    Hash,
    Timestamp,
    Number,
    Email,
    Path,
}

impl Identifier {
    /// For a message.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Uuid => "UUIDs",
            Self::Hash => "hashes or ids",
            Self::Timestamp => "timestamps",
            Self::Number => "numbers of users, orders or the like",
            Self::Email => "e-mail addresses",
            Self::Path => "paths with ids in them",
        }
    }

    /// What one value looks like, if it looks like an identifier.
    pub(super) fn of(value: &str) -> Option<Self> {
        let is_digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        if is_uuid(value) {
            Some(Self::Uuid)
        } else if is_digits {
            of_digits(value)
        } else if value.len() >= 16 && is_mixed_hex(value) {
            Some(Self::Hash)
        } else if value.split_once('@').is_some_and(|(_, host)| host.contains('.') && !host.contains(' ')) {
            Some(Self::Email)
        } else if is_date_time(value) {
            Some(Self::Timestamp)
        } else if value.starts_with('/') && value.split('/').any(Self::in_path) {
            Some(Self::Path)
        } else {
            None
        }
    }

    fn in_path(part: &str) -> bool {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        is_number || is_uuid(part) || (part.len() >= 16 && is_mixed_hex(part))
    }
}

/// Ten digits, or thirteen, from 2001 to 2033 are a time; five or more are no code or port that one would list.
fn of_digits(value: &str) -> Option<Identifier> {
    let is_time = matches!(value.len(), 10 | 13) && matches!(value.as_bytes().first(), Some(b'1'));
    if is_time {
        return Some(Identifier::Timestamp);
    }
    // A port has five digits at most and ends at 65535.
    let is_large = value.len() > 5 || value.parse::<u32>().is_ok_and(|number| number > 65_535);
    is_large.then_some(Identifier::Number)
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Hexadecimal with digits and letters.
fn is_mixed_hex(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_hexdigit())
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_alphabetic())
}

/// `2024-05-06T07:08…`
fn is_date_time(value: &str) -> bool {
    value.len() >= 16
        && value.bytes().take(16).enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            10 => matches!(b, b'T' | b' '),
            13 => b == b':',
            _ => b.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_look_like_identifiers() {
        #[track_caller]
        fn check(value: &str, expect: Option<Identifier>) {
            assert_eq!(Identifier::of(value), expect, "{value}");
        }
        for plain in
            ["", "GET", "200", "8080", "65535", "/api/v1/orders", "eu-west-1", "1.2.3", "deadbeef", "sda1"]
        {
            check(plain, None);
        }
        check("123e4567-e89b-12d3-a456-426614174000", Some(Identifier::Uuid));
        check("4bf92f3577b34da6a3ce929d0e0e4736", Some(Identifier::Hash));
        check("1714979288", Some(Identifier::Timestamp));
        check("1714979288123", Some(Identifier::Timestamp));
        check("2024-05-06T07:08:09Z", Some(Identifier::Timestamp));
        check("104729", Some(Identifier::Number));
        check("jane@example.org", Some(Identifier::Email));
        check("/users/4711/orders", Some(Identifier::Path));
    }
}
