//! The first line of a frame: `# p95 1 SESSION SEQ APP`.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use crate::reject::{Reason, Reject, refuse};

/// The version of frames that is read.
const VERSION: &str = "1";
/// The most bytes of an app's name.
const MAX_APP_BYTES: usize = 64;
/// The most bytes of the line. It is looked for no further.
const MAX_LINE_BYTES: usize = 512;

/// One load of a page, by its random number.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct SessionId(pub(crate) u128);

/// Who sends a frame, and which.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) session: SessionId,
    /// The number of the frame, from 1.
    pub(crate) sequence: u64,
    /// The app's name; empty where the page has none.
    pub(crate) app: String,
}

impl Envelope {
    /// Reads the first line; returns it with the rest of the body.
    pub(crate) fn read(body: &[u8]) -> Result<(Self, &[u8]), Reject> {
        let end = body.iter().take(MAX_LINE_BYTES).position(|byte| *byte == b'\n');
        let Some((line, rest)) = end.and_then(|end| body.split_at_checked(end)) else {
            return refuse(Reason::Envelope, "expected a first line `# p95 1 SESSION SEQ APP`");
        };
        let line = std::str::from_utf8(line)
            .map_err(|_| Reject::new(Reason::Envelope, "expected UTF-8 in the first line"))?;
        Ok((Self::from_line(line)?, rest.strip_prefix(b"\n").unwrap_or(rest)))
    }

    fn from_line(line: &str) -> Result<Self, Reject> {
        let mut words = line.split(' ');
        if (words.next(), words.next()) != (Some("#"), Some("p95")) {
            return refuse(Reason::Envelope, "expected a first line `# p95 1 SESSION SEQ APP`");
        }
        if words.next() != Some(VERSION) {
            return refuse(Reason::Envelope, "expected version 1 of frames");
        }
        let (Some(session), Some(sequence), Some(app), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return refuse(
                Reason::Envelope,
                "expected a session, a sequence number and an app, one blank apart",
            );
        };
        Ok(Self {
            session: read_session(session).ok_or_else(|| {
                Reject::new(Reason::Envelope, "expected a session of 32 hexadecimal digits")
            })?,
            sequence: read_sequence(sequence)
                .ok_or_else(|| Reject::new(Reason::Envelope, "expected a sequence number from 1"))?,
            app: read_app(app).ok_or_else(|| {
                Reject::new(
                    Reason::Envelope,
                    format_args!("expected an app, percent-encoded, of at most {MAX_APP_BYTES} bytes"),
                )
            })?,
        })
    }
}

fn read_session(text: &str) -> Option<SessionId> {
    let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u128::from_str_radix(text, 16).ok().filter(|_| is_hex).map(SessionId)
}

fn read_sequence(text: &str) -> Option<u64> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|sequence| is_decimal && *sequence > 0)
}

/// The app's name; `-` is none.
fn read_app(text: &str) -> Option<String> {
    if text == "-" {
        return Some(String::new());
    }
    let app = percent_decode_str(text).decode_utf8().ok()?;
    (!app.is_empty() && app.len() <= MAX_APP_BYTES).then(|| app.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "000000000000000000000000000000ff";

    #[test]
    fn first_lines() {
        #[track_caller]
        fn check(line: &str, expect: Option<(u64, &str)>) {
            let body = format!("{line}\nrest");
            let read = Envelope::read(body.as_bytes()).ok().map(|(envelope, rest)| {
                assert_eq!((envelope.session, rest), (SessionId(255), &b"rest"[..]));
                (envelope.sequence, envelope.app)
            });
            assert_eq!(read, expect.map(|(sequence, app)| (sequence, app.to_owned())), "{line}");
        }
        check(&format!("# p95 1 {SESSION} 1 -"), Some((1, "")));
        check(
            &format!("# p95 1 {} 18446744073709551615 shop", SESSION.to_uppercase()),
            Some((u64::MAX, "shop")),
        );
        check(&format!("# p95 1 {SESSION} 7 a%20b%2F%C3%A9"), Some((7, "a b/é")));
        for line in [
            "",
            "# HELP a b",
            &format!("# p95 2 {SESSION} 1 -"),
            &format!("# p95 1 {SESSION} 0 -"),
            &format!("# p95 1 {SESSION} +1 -"),
            &format!("# p95 1 {SESSION} 18446744073709551616 -"),
            &format!("# p95 1 {SESSION} 1"),
            &format!("# p95 1 {SESSION} 1 "),
            &format!("# p95 1 {SESSION} 1 - -"),
            &format!("# p95 1 {SESSION} 1 %ff"),
            &format!("# p95 1 {SESSION} 1 {}", "a".repeat(65)),
            "# p95 1 +00000000000000000000000000000ff 1 -",
            "# p95 1 ff 1 -",
        ] {
            check(line, None);
        }
        assert!(Envelope::read(&[b'#'; 600]).is_err());
        assert!(Envelope::read(b"# p95 1 \xff\n").is_err());
    }
}
