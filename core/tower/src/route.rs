//! The route that a router matched.

use std::sync::Arc;

use http::Extensions;

/// Which route a request took, for routers other than axum's: one that inserts this into the request's extensions has it as
/// the label `route`.
///
/// It has to be the pattern, such as `/users/{id}`, not the path that was asked for: every value is a series.
///
/// ```
/// use p95_tower::MatchedRoute;
///
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(MatchedRoute("/users/{id}".into()));
/// ```
#[derive(Clone, Debug)]
pub struct MatchedRoute(pub Arc<str>);

/// A route as the router has it.
pub(crate) enum Route {
    #[cfg(feature = "axum")]
    Axum(axum::extract::MatchedPath),
    Other(MatchedRoute),
    Unmatched,
}

impl Route {
    pub(crate) fn of(extensions: &Extensions) -> Self {
        if let Some(route) = extensions.get::<MatchedRoute>() {
            return Self::Other(route.clone());
        }
        #[cfg(feature = "axum")]
        if let Some(path) = extensions.get::<axum::extract::MatchedPath>() {
            return Self::Axum(path.clone());
        }
        Self::Unmatched
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            #[cfg(feature = "axum")]
            Self::Axum(path) => path.as_str(),
            Self::Other(route) => &route.0,
            Self::Unmatched => "unmatched",
        }
    }
}
