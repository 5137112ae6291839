//! What is scraped from the start.

use p95_engine::{Command, TargetOptions, parse_target};
use url::Url;

use crate::window::Memory;

/// Where the server says what it lets this page scrape: a list of URLs, as JSON.
const LIST: &str = "targets.json";

/// What is scraped from the start: what the page's address names after `?target=`, or else what the server offers and what
/// was scraped last time.
pub(super) async fn wanted(page: &Url, memory: &Memory) -> Vec<Command> {
    let named: Vec<String> = page
        .query_pairs()
        .filter(|(name, _)| name == "target")
        .map(|(_, target)| target.into_owned())
        .collect();
    if !named.is_empty() {
        return named.iter().filter_map(|target| add(page, target)).collect();
    }
    let mut wanted: Vec<Command> =
        offered(page).await.iter().filter_map(|target| add(page, target)).collect();
    for remembered in memory.targets() {
        if wanted.iter().all(|known| place(known) != place(&remembered)) {
            wanted.push(remembered);
        }
    }
    wanted
}

/// What the server offers; nothing where it says nothing.
async fn offered(page: &Url) -> Vec<String> {
    let Ok(list) = page.join(LIST) else { return Vec::new() };
    let Ok(answer) = reqwest::get(list).await else { return Vec::new() };
    let text = answer.text().await.unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A path is one of the page's own server.
fn add(page: &Url, target: &str) -> Option<Command> {
    let own = target.starts_with('/').then(|| page.join(target).ok()).flatten();
    let spec = parse_target(own.as_ref().map_or(target, Url::as_str)).ok()?;
    Some(Command::AddTarget { spec, options: Box::new(TargetOptions::default()) })
}

fn place(command: &Command) -> Option<String> {
    match command {
        Command::AddTarget { spec, .. } => Some(spec.to_string()),
        _ => None,
    }
}
