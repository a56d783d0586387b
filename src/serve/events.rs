//! The preview → the script of one page, as it happens.
//!
//! In: a page as its browser has it. Out: a stream of server-sent events:
//! * `problems`: what is wrong now; at once, and whenever it changes; nothing wrong takes the overlay away;
//! * `style`: the page is the same but for the addresses of its style sheets, which are these now;
//! * `reload`: the page is another one.
//!
//! The server keeps nothing about a browser but what the browser itself told it, so one that comes back after
//! the server was started anew is treated like any other. A page that cannot be made at the moment is no change:
//! the browser keeps the last good one and shows why.

use std::sync::Arc;

use http_body_util::channel::Sender;
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Duration, MissedTickBehavior, interval};

use super::page::{self, Found, Version};
use super::place::{BadPath, Base, Place};
use super::{Preview, Problem, Shown, Stop};

/// So many problems are shown.
const MAX_PROBLEMS: usize = 50;

/// A page as its browser has it.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// Its path below the base path; `None` if nothing can be there.
    path: Option<String>,
    /// The hashes of the page; `None` if the browser does not say, and takes what it finds.
    page: Option<(String, String)>,
    /// The problems it was told of, as the name of their state.
    problems: Option<String>,
    /// Whether the stream stays open. A tab in the background asks from time to time instead: browsers open six
    /// connections to a host and no more.
    pub(super) waits: bool,
}

impl Client {
    /// Reads `path=/repo/a/&page=…&bare=…&wait=1`.
    pub(super) fn read(preview: &Preview, query: &str) -> Result<Self, BadPath> {
        let value = |name: &str| {
            let pairs = query.split('&').filter_map(|it| it.split_once('='));
            let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()?;
            let value = value.replace('+', " ");
            percent_decode_str(&value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
        };
        let path = value("path").unwrap_or_else(|| preview.base.path().to_owned());
        let path = match preview.base.place(&path)? {
            Place::Site(path) => Some(path),
            _ => None,
        };
        let page = value("page").zip(value("bare"));
        let waits = value("wait").as_deref() != Some("0");
        Ok(Self { path, page, problems: None, waits })
    }
}

/// Sends events until the browser goes, the preview stops, or nothing more is wanted.
pub(super) async fn send(
    mut sender: Sender<Bytes>,
    preview: Preview,
    mut client: Client,
    heart_beat: Duration,
    stop: Stop,
    _permit: OwnedSemaphorePermit,
) {
    let mut changes = preview.shown.subscribe();
    let mut beats = interval(heart_beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stopped = stop.wait();
    tokio::pin!(stopped);
    loop {
        let shown = Arc::clone(&changes.borrow_and_update());
        let base = Arc::clone(&preview.base);
        let work = tokio::task::spawn_blocking(move || {
            let events = due(&shown, &base, &mut client);
            (events, client)
        });
        let Ok((events, same_client)) = work.await else {
            return;
        };
        client = same_client;
        if !events.is_empty() && sender.send_data(events.into()).await.is_err() || !client.waits {
            return;
        }
        loop {
            tokio::select! {
                () = &mut stopped => return,
                _ = changes.changed() => break,
                _ = beats.tick() => if sender.send_data(Bytes::from_static(b":\n\n")).await.is_err() {
                    return;
                },
            }
        }
    }
}

/// The events that bring a browser up to date, and what it has then.
fn due(shown: &Shown, base: &Base, client: &mut Client) -> String {
    let (version, own_problems) = match page::find(shown, base, client.path.as_deref()) {
        Found::Page(page) => (page.version, page.problems),
        Found::Folder => (Some(Version::folder()), Vec::new()),
    };
    let mut events = String::new();
    if let Some(version) = version {
        let hashes = (version.page.clone(), version.bare.clone());
        let old = client.page.replace(hashes.clone()).unwrap_or_else(|| hashes.clone());
        if old.1 != hashes.1 {
            return event("reload", &json!({}));
        }
        if old.0 != hashes.0 {
            events.push_str(&style(&version));
        }
    }
    let (name, problems) = problems(shown, &own_problems);
    if client.problems.as_ref() != Some(&name) {
        events.push_str(&problems);
        client.problems = Some(name);
    }
    events
}

fn style(version: &Version) -> String {
    event("style", &json!({ "page": version.page, "styles": version.styles }))
}

/// The problems of the site and of one page, with the name of this state.
fn problems(shown: &Shown, own: &[Problem]) -> (String, String) {
    // Without a site, the problems of the page are those of the build.
    let of_site = if shown.site.is_some() { &*shown.problems } else { &[] };
    let all = own.iter().chain(of_site);
    let one = |it: &Problem| {
        json!({
            "severity": it.severity, "id": it.id, "place": it.place, "message": it.message, "text": it.text,
        })
    };
    let list: Vec<_> = all.clone().take(MAX_PROBLEMS).map(one).collect();
    let more = all.count() - list.len();
    let mut state = json!({ "stale": shown.is_stale, "problems": list, "more": more });
    let name = blake3::hash(state.to_string().as_bytes()).to_hex().to_string();
    state["name"] = name.clone().into();
    (name, event("problems", &state))
}

/// One event. JSON has no line breaks, which would end it.
fn event(name: &str, data: &serde_json::Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
