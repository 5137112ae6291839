//! An engine on a server: on another engine's API, and on servers that behave as servers do.

use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::IntoResponse;
use tokio::net::TcpListener;

use super::*;
use crate::{
    AnswerForm, Command, Engine, EngineConfig, EngineHandle, Header, PanelMode, PanelQuery, Secret, Snapshot,
    TargetOptions, TargetState, api_router, parse_server,
};

/// Serves on a free loopback port, until the test's process ends; returns the address.
fn serve(router: impl FnOnce(std::net::SocketAddr) -> Router + Send + 'static) -> String {
    let (told, port) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            told.send(address.port()).unwrap();
            axum::serve(listener, router(address)).await.unwrap();
        });
    });
    format!("http://127.0.0.1:{}", port.recv().unwrap())
}

fn config(address: &str) -> ServerConfig {
    ServerConfig {
        spec: parse_server(address).unwrap(),
        options: TargetOptions { timeout_ms: Some(20_000), ..TargetOptions::default() },
        interval_ms: Some(1_000),
        metrics: None,
        at_ms: None,
    }
}

fn engine_on(server: ServerConfig) -> EngineHandle {
    Engine::start(EngineConfig { server: Some(server), ..EngineConfig::default() }, || ()).unwrap()
}

fn panel(id: &str, expr: &str) -> PanelQuery {
    PanelQuery {
        id: id.to_owned(),
        exprs: vec![expr.to_owned()],
        mode: PanelMode::Range { range_ms: 60_000, max_points: 300 },
        end_ms: None,
        max_series: 20,
        form: AnswerForm::Series,
    }
}

#[track_caller]
fn wait_for<T>(engine: &EngineHandle, what: impl Fn(&Snapshot) -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        let snapshot = engine.snapshot();
        if let Some(found) = what(&snapshot) {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{snapshot:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A server that answers what it must, and the queries of panels as `answer` does.
fn fake<F, R>(answer: F) -> String
where
    F: Fn(Method, String, HeaderMap, String) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = (StatusCode, String)> + Send + 'static,
{
    serve(move |_| {
        Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let path = uri.path().to_owned();
            let form = if method == Method::GET {
                uri.query().unwrap_or_default().to_owned()
            } else {
                String::from_utf8(body.to_vec()).unwrap()
            };
            let answer = answer.clone();
            async move {
                let vector = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.to_owned();
                let list = r#"{"status":"success","data":[]}"#.to_owned();
                let none = r#"{"status":"success","data":{}}"#.to_owned();
                let is_panels = path.ends_with("/query_range");
                let (status, body) = match path.rsplit('/').next().unwrap() {
                    _ if is_panels => answer(method, path, headers, form).await,
                    "query" => (StatusCode::OK, vector),
                    "metadata" => (StatusCode::OK, none),
                    _ => (StatusCode::OK, list),
                };
                (status, [("content-type", "application/json")], body).into_response()
            }
        })
    })
}

const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"2"]]}]},"warnings":["a store did not answer"]}"#;

/// A counter, a gauge and a histogram, for two minutes, every second.
fn history() -> String {
    let mut text = String::from("# TYPE hits counter\n");
    let times = || (0..120).map(|step| (step, 1_700_000_000 + step));
    for route in ["/cart", "/pay"] {
        for (step, at) in times() {
            text.push_str(&format!("hits_total{{route=\"{route}\"}} {} {at}\n", step * 3));
        }
    }
    text.push_str("# TYPE depth gauge\n");
    times().for_each(|(step, at)| text.push_str(&format!("depth {} {at}\n", step % 7)));
    text.push_str("# TYPE t_seconds histogram\n");
    for (le, share) in [("0.1", 2), ("1.0", 5), ("+Inf", 6)] {
        times().for_each(|(step, at)| {
            text.push_str(&format!("t_seconds_bucket{{le=\"{le}\"}} {} {at}\n", step * share))
        });
    }
    text.push_str("# EOF\n");
    text
}

#[test]
fn a_server_shows_what_the_store_behind_it_shows() {
    let file = tempfile::Builder::new().suffix(".om").tempfile().unwrap();
    fs::write(&file, history()).unwrap();
    let config_of_store = EngineConfig { retention_ms: i64::MAX / 4, ..EngineConfig::default() };
    let store = Engine::start(config_of_store, || ()).unwrap();
    let path = file.path().to_owned();
    store.send(Command::OpenRecording { path, speed: None, page_limit_bytes: None });
    let overview = wait_for(&store, |snapshot| {
        (snapshot.is_read() && snapshot.overview.cards().count() > 2).then(|| Arc::clone(&snapshot.overview))
    });
    let served = store.clone();
    let address = serve(move |address| api_router(served, address, false).unwrap());

    let server = engine_on(ServerConfig { at_ms: Some(1_700_000_119_000), ..config(&address) });
    let of_server = wait_for(&server, |snapshot| {
        (snapshot.overview.cards().count() > 2).then(|| Arc::clone(&snapshot.overview))
    });
    assert_eq!(of_server, overview);
    let queries = overview.cards().flat_map(|card| &card.face.queries).map(|query| query.expr.clone());
    let panels = Vec::from_iter(queries.map(|expr| panel(&expr, &expr)));
    let answers = [&store, &server].map(|engine| {
        engine.send(Command::SetView { panels: panels.clone() });
        wait_for(engine, |snapshot| (snapshot.panels.len() == panels.len()).then(|| snapshot.panels.clone()))
    });
    assert!(
        answers[0].iter().flat_map(|panel| panel.answers[0].as_ref()).all(|answer| !answer.series.is_empty())
    );
    assert_eq!(answers[1], answers[0]);
    let names = wait_for(&server, |snapshot| snapshot.server.clone());
    assert_eq!(names, format!("{address}/"));
}

#[test]
fn a_slow_panel_holds_up_no_other_and_says_what_the_server_says() {
    let address = fake(|_, _, _, form| async move {
        if form.contains("slow") {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
        (StatusCode::OK, MATRIX.to_owned())
    });
    let engine = engine_on(config(&address));
    engine
        .send(Command::SetView { panels: vec![panel("1", "slow"), panel("2", "fast"), panel("3", "fast2")] });
    let ids = wait_for(&engine, |snapshot| {
        (!snapshot.panels.is_empty())
            .then(|| Vec::from_iter(snapshot.panels.iter().map(|panel| panel.id.clone())))
    });
    assert!(!ids.contains(&"1".to_owned()), "{ids:?}");
    let warnings = wait_for(&engine, |snapshot| {
        (snapshot.panels.len() == 3).then(|| snapshot.warnings.clone()).filter(|w| !w.is_empty())
    });
    assert_eq!(warnings, ["a store did not answer"]);
    let order = wait_for(&engine, |snapshot| {
        let ids = Vec::from_iter(snapshot.panels.iter().map(|panel| panel.id.clone()));
        (ids.len() == 3).then_some(ids)
    });
    assert_eq!(order, ["1", "2", "3"]);
}

#[test]
fn a_panel_that_leaves_the_screen_is_given_up_on_the_server() {
    struct Told(std::sync::mpsc::Sender<&'static str>);
    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.send("given up");
        }
    }
    let (told, heard): (_, Receiver<&str>) = channel();
    let told = Mutex::new(told);
    let told = Arc::new(told);
    let address = fake(move |_, _, _, _| {
        let told = told.lock().unwrap().clone();
        async move {
            told.send("asked").unwrap();
            let _told = Told(told);
            std::future::pending().await
        }
    });
    let engine = engine_on(config(&address));
    engine.send(Command::SetView { panels: vec![panel("1", "up")] });
    assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok("asked"));
    engine.send(Command::SetView { panels: Vec::new() });
    assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok("given up"));
}

#[test]
fn a_server_without_post_is_asked_by_get_with_prefix_and_tenant() {
    let (told, heard) = channel();
    let told = Arc::new(Mutex::new(told));
    let address = fake(move |method, path, headers, form| {
        let tenant = headers.get("x-scope-orgid").map(|tenant| tenant.to_str().unwrap().to_owned());
        told.lock().unwrap().send((method.clone(), path, tenant, form)).unwrap();
        async move {
            if method == Method::POST {
                return (StatusCode::METHOD_NOT_ALLOWED, String::new());
            }
            (StatusCode::OK, MATRIX.to_owned())
        }
    });
    let mut config = config(&format!("{address}/mimir/prometheus?extra=1"));
    config.options.headers = vec![Header { name: "X-Scope-OrgID".to_owned(), value: Secret::from("shop") }];
    let source = ServerSource::new(config);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let range = QueryRange { start_ms: 1_500, end_ms: 3_000, step_ms: 500 };
    for _ in 0..2 {
        runtime.block_on(source.range("a + b", range)).unwrap();
    }
    let asked = Vec::from_iter(heard.try_iter());
    let methods = Vec::from_iter(asked.iter().map(|(method, ..)| method.as_str()));
    assert_eq!(methods, ["POST", "GET", "GET"]);
    let (_, path, tenant, form) = asked.last().unwrap();
    assert_eq!((path.as_str(), tenant.as_deref()), ("/mimir/prometheus/api/v1/query_range", Some("shop")));
    assert_eq!(form, "extra=1&query=a+%2B+b&timeout=20000ms&start=1.500&end=3.000&step=0.500");
}

#[test]
fn a_server_that_is_not_there_is_a_target_that_is_down() {
    let engine = engine_on(config("http://127.0.0.1:1/"));
    let target = wait_for(&engine, |snapshot| {
        snapshot.targets.first().filter(|target| target.state == TargetState::Down).cloned()
    });
    let failure = target.failure.as_ref().unwrap();
    assert!(failure.to_string().starts_with("connect: connection to 127.0.0.1:1 refused"), "{failure}");
    assert!(target.next_scrape_ms.is_some(), "it is tried again");
    let failure = engine.wait(engine.queries().instant("up", 0)).unwrap_err();
    assert_eq!(failure.kind, QueryFailureKind::Unavailable);
    assert!(failure.message.starts_with("http://127.0.0.1:1/: connect: connection to"), "{failure}");
}

#[test]
fn names_of_labels_stand_in_paths() {
    assert_eq!(in_path("__name__"), "__name__");
    assert_eq!(in_path("http.status_code"), "U__http_2e_status__code");
    assert_eq!(in_path("a/b"), "U__a_2f_b");
}
