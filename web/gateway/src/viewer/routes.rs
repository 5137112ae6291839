//! The routes below `/viewer/`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use reqwest::Url;

use super::files::files;
use super::proxy::ProxiedPage;
use crate::http::Service;
use crate::reject::{Reason, Reject};

/// The routes below `/viewer/`: the files, the list of what may be scraped, the pages of others.
pub(crate) fn routes(service: &Service) -> Router<Arc<Service>> {
    let router = Router::new()
        .route("/viewer", get(|| async { Redirect::permanent("/viewer/") }))
        .route("/viewer/targets.json", get(targets))
        .route("/viewer/proxy", get(proxy));
    match &service.options.assets {
        Some(assets) => router.merge(files(assets)),
        None => router,
    }
}

/// What the viewer may scrape: the gateway's own page, and what is listed.
async fn targets(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if let Err(reject) = service.guard.may_read(&headers) {
        return service.refused(&reject);
    }
    let listed = service.viewer.targets.iter().map(Url::as_str);
    let all: Vec<&str> = ["/metrics"].into_iter().chain(listed).collect();
    // Texts alone cannot fail to be written.
    let body = serde_json::to_string(&all).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, body).into_response()
}

/// A page that is listed.
async fn proxy(
    State(service): State<Arc<Service>>,
    method: Method,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    if method != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Err(reject) = service.guard.may_read(&headers).and_then(|()| from_own_page(&headers)) {
        return service.refused(&reject);
    }
    let target = target_of(query.as_deref().unwrap_or_default());
    let answer = match service.viewer.page(&target.unwrap_or_default()).await {
        Ok(page) => page.into_response(),
        Err(failure) => {
            if failure.status == 403 {
                service.own.reject(&Reject::new(Reason::Target, &failure.message));
            }
            failure.into_response()
        }
    };
    harmless(answer)
}

/// Browsers say where a request comes from; other programs have no pages that could be tricked.
fn from_own_page(headers: &HeaderMap) -> Result<(), Reject> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Reject::new(Reason::Origin, "only the gateway's own pages may ask for this")),
    }
}

/// The one `target` of a query.
fn target_of(query: &str) -> Option<String> {
    let url = Url::parse(&format!("http://localhost/?{query}")).ok()?;
    let mut targets = url.query_pairs().filter(|(name, _)| name == "target");
    let target = targets.next()?.1.into_owned();
    targets.next().is_none().then_some(target)
}

/// Whatever the answer says, a browser that opens it runs nothing and keeps nothing.
fn harmless(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl IntoResponse for ProxiedPage {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, self.content_type)], self.body).into_response()
    }
}
