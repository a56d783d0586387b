//! Links to other sites, asked one by one.
//!
//! In: the texts of the site. Out: a diagnostic for each address that is gone, or does not answer. `curl` asks, which knows
//! the proxy and the certificates of the system.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

use crate::decode;
use crate::diagnostic::{At, Diagnostic, Span, problems};
use crate::source::Sources;

/// So many addresses are asked at once.
const AT_ONCE: usize = 8;

/// Nobody is waited for longer, in seconds.
const PATIENCE: &str = "20";

/// What an address answers.
enum Answer {
    /// It is there, or is nobody's business.
    There,
    /// It is gone; why.
    Gone(String),
    /// There is no such host, or no network.
    NoHost,
    /// Nobody knows; why.
    Unknown(String),
}

/// Asks every address of another site in the Markdown files and their front matter.
pub(super) fn check(sources: &Sources) -> Result<Vec<Diagnostic>> {
    let found = addresses(sources);
    Command::new("curl")
        .arg("--version")
        .output()
        .context("cannot run `curl`, which `--external` needs; is it installed?")?;
    let all: Vec<(&String, &Span)> = found.iter().collect();
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all.len()) {
            scope.spawn(|| {
                while let Some(it) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = ask(it.0);
                    answers.lock().expect("nobody panics").push((it, answer));
                }
            });
        }
    });
    let answers = answers.into_inner().expect("nobody panics");
    // Where no name of a host is known, it is not the hosts that are gone.
    let has_network = answers.iter().any(|it| matches!(it.1, Answer::There | Answer::Gone(_)));
    let told = answers.into_iter().filter_map(|(&(address, span), answer)| {
        let at = At::Span(span.clone());
        match answer {
            Answer::There => None,
            Answer::Gone(why) => Some(problems::dead_web_link(at, address, &why)),
            Answer::NoHost if has_network => {
                Some(problems::dead_web_link(at, address, "there is no such host"))
            }
            Answer::NoHost => {
                let why = "its host is not known; is there a network?";
                Some(problems::silent_web_link(at, address, why))
            }
            Answer::Unknown(why) => Some(problems::silent_web_link(at, address, &why)),
        }
    });
    let mut told: Vec<Diagnostic> = told.collect();
    crate::diagnostic::sort(&mut told);
    Ok(told)
}

/// Every address with the first place where it stands.
fn addresses(sources: &Sources) -> BTreeMap<String, Span> {
    let mut found = BTreeMap::new();
    for file in sources.below("content").filter(|it| it.path.extension() == "md") {
        let Ok((text, _)) = decode::text(file, u64::MAX) else { continue };
        let starts = ["https://", "http://"].into_iter().flat_map(|it| text.match_indices(it));
        for start in starts.map(|it| it.0) {
            let rest = &text[start..];
            let ends = |c: char| c.is_whitespace() || !c.is_ascii() || "\"'<>)]}`\\".contains(c);
            let address = rest[..rest.find(ends).unwrap_or(rest.len())]
                .trim_end_matches(['.', ',', ';', ':', '*', '_']);
            if address.len() > "https://".len() {
                let span = Span {
                    path: file.path.clone(),
                    text: text.clone(),
                    bytes: start..start + address.len(),
                };
                found.entry(address.to_owned()).or_insert(span);
            }
        }
    }
    found
}

/// Asks for the head of a page, and where a server does not like that, for its first byte.
fn ask(address: &str) -> Answer {
    match status(address, &["--head"]) {
        Ok(403 | 405 | 501) => judged(status(address, &["--range", "0-0"])),
        other => judged(other),
    }
}

fn judged(status: Result<u16, String>) -> Answer {
    match status {
        Ok(200..=399 | 416) => Answer::There,
        Ok(code @ (404 | 410)) => Answer::Gone(format!("it answers {code}")),
        Ok(code) => Answer::Unknown(format!("it answers {code}")),
        Err(why) if why.contains("Could not resolve host") => Answer::NoHost,
        Err(why) => Answer::Unknown(why),
    }
}

/// The status of the last answer, redirects followed; else why there is none.
fn status(address: &str, how: &[&str]) -> Result<u16, String> {
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--location", "--proto", "=http,https"])
        .args(["--max-time", PATIENCE, "--output", nowhere, "--write-out", "%{http_code}"])
        .args(how)
        .args(["--", address])
        .output()
        .map_err(|error| error.to_string())?;
    let code = String::from_utf8_lossy(&curl.stdout).trim().parse().unwrap_or(0);
    if code > 0 {
        return Ok(code);
    }
    let told = String::from_utf8_lossy(&curl.stderr);
    let line = told.lines().next().unwrap_or("no answer");
    Err(line.split_once(") ").map_or(line, |it| it.1).to_owned())
}
