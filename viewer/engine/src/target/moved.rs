//! What goes along when a target moves to another place.

use super::{Auth, TargetOptions, TargetSpec};

/// The target at its new place, with the options for it. Credentials go along to the same host and port alone.
pub(crate) fn moved(
    old_spec: TargetSpec,
    mut options: TargetOptions,
    mut spec: TargetSpec,
) -> (TargetSpec, TargetOptions) {
    if old_spec.instance() != spec.instance() {
        options.auth = Auth::None;
        options.headers.clear();
        options.tls.client_certificate = None;
    } else if spec.userinfo.is_none() {
        spec.userinfo = old_spec.userinfo;
    }
    (spec, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Header, Secret, parse_target};

    #[test]
    fn credentials_stay_with_their_host() {
        #[track_caller]
        fn check(from: &str, to: &str, expect_user: bool, expect_header: bool) {
            let options = TargetOptions {
                auth: Auth::Bearer(Secret::from("t")),
                headers: vec![Header { name: "X-Key".to_owned(), value: Secret::from("k") }],
                ..TargetOptions::default()
            };
            let (spec, options) = moved(parse_target(from).unwrap(), options, parse_target(to).unwrap());
            assert_eq!((spec.userinfo.is_some(), options.headers.len() == 1), (expect_user, expect_header));
            assert_eq!(options.auth == Auth::None, !expect_header, "{from} to {to}");
        }
        check("http://u:p@a:1/metrics", "http://a:1/other", true, true);
        check("http://u:p@a:1/metrics", "http://a:2/metrics", false, false);
        check("http://u:p@a:1/metrics", "http://b:1/metrics", false, false);
        check("http://u:p@a:1/metrics", "http://v:q@b:1/metrics", true, false);
        check("https://a/metrics", "http://a/metrics", false, false);
    }
}
