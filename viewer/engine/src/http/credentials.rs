//! Who asks.

use std::path::Path;

use reqwest::RequestBuilder;
use reqwest::header::{HeaderName, HeaderValue};

use crate::target::{Auth, BasicAuth, Secret, TargetOptions};
use crate::{ScrapeFailure, Stage};

/// Adds all that must not leave the host that it was given for: headers, and the credentials of the options or else of the
/// URL. Reads a token's file.
///
/// # Errors
/// Where a header cannot be sent, or the file cannot be read.
pub(crate) async fn with_credentials(
    mut request: RequestBuilder,
    options: &TargetOptions,
    userinfo: Option<&BasicAuth>,
) -> Result<RequestBuilder, ScrapeFailure> {
    for header in &options.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|_| bad_option(format!("{:?} is no name of a header", header.name)))?;
        let mut value = HeaderValue::from_str(header.value.reveal()).map_err(|_| {
            bad_option(format!("the value of the header {name} has a character that may not stand there"))
        })?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    Ok(match (&options.auth, userinfo) {
        (Auth::None, None) => request,
        (Auth::Basic(basic), _) | (Auth::None, Some(basic)) => {
            request.basic_auth(&basic.username, Some(basic.password.reveal()))
        }
        (Auth::Bearer(token), _) => request.bearer_auth(token.reveal()),
        (Auth::BearerFile(path), _) => {
            let path = path.clone();
            let token = tokio::task::spawn_blocking(move || read_token(&path)).await;
            let token = token.map_err(|error| bad_option(format!("the token was not read: {error}")))??;
            request.bearer_auth(token.reveal())
        }
    })
}

fn read_token(path: &Path) -> Result<Secret, ScrapeFailure> {
    match std::fs::read_to_string(path) {
        Ok(token) => Ok(Secret::from(token.trim())),
        Err(cause) => Err(bad_option(format!("cannot read {}: {cause}", path.display()))),
    }
}

fn bad_option(message: String) -> ScrapeFailure {
    ScrapeFailure::new(Stage::Options, message, "correct the target's options")
}
