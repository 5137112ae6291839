//! Who answers which queries.

use std::sync::Arc;

#[cfg(not(target_family = "wasm"))]
use super::ServerSource;
use super::{EmbeddedSource, QuerySource};

/// Who answers queries: the server, where there is one, and else the embedded store.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) embedded: EmbeddedSource,
    #[cfg(not(target_family = "wasm"))]
    pub(crate) server: Option<ServerSource>,
}

impl Sources {
    /// Who answers those who ask now and then, and must not block.
    pub(crate) fn of_callers(&self) -> Arc<dyn QuerySource> {
        self.server().unwrap_or_else(|| Arc::new(self.embedded.clone()))
    }

    /// Who answers what a screen shows, on a thread that may block.
    pub(crate) fn of_screen(&self) -> Arc<dyn QuerySource> {
        self.server().unwrap_or_else(|| Arc::new(self.embedded.staying()))
    }

    #[cfg(not(target_family = "wasm"))]
    fn server(&self) -> Option<Arc<dyn QuerySource>> {
        self.server.clone().map(|server| Arc::new(server) as Arc<dyn QuerySource>)
    }

    #[cfg(target_family = "wasm")]
    fn server(&self) -> Option<Arc<dyn QuerySource>> {
        None
    }
}
