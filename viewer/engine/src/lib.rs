//! The engine behind p95: it scrapes targets, stores what they say, and answers queries.
//!
//! [`Engine::start`] runs it on a thread of its own. Whoever shows the numbers sends [`Command`]s and reads the last
//! finished [`Snapshot`]; both are plain serde types, and neither side ever waits for the other.
//!
//! ```
//! use p95_engine::{Command, Engine, EngineConfig, TargetOptions, parse_target};
//!
//! let engine = Engine::start(EngineConfig::default(), || println!("there is a new snapshot")).unwrap();
//! let spec = parse_target("localhost:9100").unwrap();
//! assert_eq!(spec.to_string(), "http://localhost:9100/metrics");
//! engine.send(Command::AddTarget { spec, options: Box::new(TargetOptions::default()) });
//! assert_eq!(engine.snapshot().store.series, 0);
//! ```

#[cfg(feature = "api")]
mod api;
mod buckets;
mod clock;
mod command;
mod engine;
mod failure;
#[cfg(not(target_family = "wasm"))]
mod http;
mod hub;
mod intake;
mod link;
mod live;
mod metric;
mod panel;
mod ranking;
mod recording;
mod refresh;
mod rounds;
mod rules;
mod runtime;
mod schedule;
mod scrape;
#[cfg(any(feature = "simulation", test))]
mod simulation;
mod snapshot;
mod source;
mod stats;
mod status;
mod store;
mod target;
mod view;
#[cfg(not(target_family = "wasm"))]
mod watcher;
mod window;
mod worker;

#[cfg(feature = "api")]
pub use api::api_router;
pub use command::Command;
pub use engine::{Engine, EngineConfig, EngineHandle, StartError};
pub use failure::{PagePlace, ScrapeFailure, Stage};
pub use link::{LinkError, SnapshotReader, SnapshotWriter, read_command, write_command};
pub use metric::{MetricDetail, MetricView, Names, PageLine, PageLines};
pub use panel::{
    AnswerForm, PanelAnswer, PanelMode, PanelQuery, PanelResult, PanelSeries, QueryFailure, QueryFailureKind,
};
pub use ranking::CardRank;
#[cfg(not(target_family = "wasm"))]
pub use recording::is_recording_file;
pub use recording::{OpenedRecording, OpenedState, RecordingState, RecordingStatus};
pub use rules::RuleFile;
pub use scrape::Page;
#[cfg(not(target_family = "wasm"))]
pub use scrape::fetch_page;
#[cfg(any(feature = "simulation", test))]
pub use simulation::Simulation;
pub use snapshot::{ScrapeRecord, Snapshot, TargetId, TargetState, TargetStatus};
#[cfg(not(target_family = "wasm"))]
pub use source::ServerConfig;
pub use source::{Answer, EmbeddedSource, Inventory, QueryRange, QuerySource, Wanted};
pub use stats::SeriesStats;
pub use target::{
    Auth, BasicAuth, ClientCertificate, Header, Location, ScrapeLimits, Secret, TargetError, TargetOptions,
    TargetSpec, TlsOptions, parse_server, parse_target,
};
