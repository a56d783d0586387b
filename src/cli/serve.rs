//! `digest serve`.

use std::collections::BTreeMap;
use std::net::{AddrParseError, IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::live::Live;
use super::show::{self, complain, say};
use super::{Now, Root, Watching, build};
use crate::diagnostic::{Diagnostic, report};
use crate::engine;
use crate::output;
use crate::render::{Asked, Files};
use crate::serve::{self, File, Limits, Preview, Problem, Site, Stop};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    root: Root,
    /// Listen at this address of the machine; `0.0.0.0` lets other devices in, and shows a QR code for a telephone
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST),
        value_parser = address
    )]
    host: IpAddr,
    /// Listen at this port [default: the next free one from 8000 on]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Open the site in a browser
    #[arg(long)]
    open: bool,
    /// Show the site as published at this address instead of the one in `site.toml`
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    watching: Watching,
}

/// An address of a machine, as people write it: `localhost`, and `[::1]` as in a browser.
fn address(text: &str) -> Result<IpAddr, AddrParseError> {
    if text == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.trim_start_matches('[').trim_end_matches(']').parse()
}

pub(super) fn serve(args: &Serve) -> Result<ExitCode> {
    let root = &args.root.root;
    let mut live = Live::new(&args.root, args.base_url.as_ref(), &args.now)?;
    // Before the first build, so that no change goes by in between.
    let ignored = [super::default_out(root), root.join(".digest")];
    let mut watch = live.watch(&ignored, &args.watching)?;
    let (listener, address) = serve::bind(&serve::Options { host: args.host, port: args.port })?;
    let (stop, stopper) = (Stop::default(), watch.stopper());
    let stop_all = stop.clone();
    let end = move || {
        stop_all.stop();
        stopper.stop();
    };
    ctrlc::set_handler(end.clone()).context("cannot listen for Ctrl-C")?;
    let mut preview = None;
    live.again(|live, start| shown(live, root, start, &mut preview));
    let preview = preview.unwrap_or_else(|| Preview::new("/"));
    tell(args, &preview, address)?;
    let serving = {
        let (preview, stop) = (preview.clone(), stop.clone());
        thread::spawn(move || {
            let served = serve::run(listener, &preview, &Limits::default(), &stop);
            // Without a server there is nothing to watch for.
            end();
            served
        })
    };
    let mut preview = Some(preview);
    while let Some(batch) = watch.batch_until(Live::next_day()) {
        if live.take(&batch) {
            live.again(|live, start| shown(live, root, start, &mut preview));
        }
    }
    stop.stop();
    match serving.join() {
        Ok(served) => served.map(|()| ExitCode::SUCCESS),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Says where the site is, and opens it.
fn tell(args: &Serve, preview: &Preview, address: SocketAddr) -> Result<()> {
    let url = preview.url(address);
    say(&format!("serving at {url}; Ctrl-C ends it"))?;
    if let Some(lan) = serve::lan_address(address) {
        let url = preview.url(lan);
        say(&format!("from other devices: {url}"))?;
        serve::lan_qr(&url).map_or(Ok(()), |it| say(&it))?;
    }
    if args.open
        && let Err(error) = serve::open_browser(&url)
    {
        complain(&format!("warning: {error:#}"));
    }
    Ok(())
}

/// Builds once and shows what came of it, what went wrong with the machine too.
fn shown(
    live: &mut Live<'_>,
    root: &Path,
    start: Instant,
    preview: &mut Option<Preview>,
) -> Result<()> {
    let result = once(live, root, start, preview);
    if let (Err(error), Some(preview)) = (&result, preview) {
        preview.fail(vec![Problem {
            severity: "error".to_owned(),
            id: String::new(),
            place: String::new(),
            message: format!("{error:#}"),
            text: String::new(),
        }]);
    }
    result
}

/// Builds once and shows what came of it; the first time makes the preview.
fn once(
    live: &mut Live<'_>,
    root: &Path,
    start: Instant,
    preview: &mut Option<Preview>,
) -> Result<()> {
    let _lock = super::lock(root);
    let built = live.build()?;
    output::save_all(root, &built)?;
    build::told(&built, None, live.now);
    let base_path = built.site.as_ref().map_or("/", |it| &it.base_url().path);
    let preview = preview.get_or_insert_with(|| Preview::new(base_path));
    let problems = built.diagnostics.iter().map(problem).collect();
    let Some(site) = built.site else {
        preview.fail(problems);
        return say(&format!("not built{}", show::problems(&built.diagnostics)));
    };
    if preview.base_path() != site.base_url().path {
        complain(
            "warning: the path of `base_url` has changed; end `digest serve` and start it again",
        );
    }
    preview.show(Arc::new(Shown::new(site)), problems);
    say(&format!(
        "built {}, {} in {:.0} ms{}",
        show::counted(built.counts.articles, "article"),
        show::counted(built.counts.pages, "page"),
        show::millis(start.elapsed()),
        show::problems(&built.diagnostics),
    ))
}

/// A site as the preview asks for it.
struct Shown {
    site: Arc<engine::Site>,
    /// The numbers of the files, by their paths.
    numbers: BTreeMap<String, usize>,
}

impl Shown {
    fn new(site: Arc<engine::Site>) -> Self {
        let numbers = site.routes().iter().enumerate().map(|(at, it)| (it.file(), at)).collect();
        Self { site, numbers }
    }
}

impl Site for Shown {
    fn file(&self, path: &str) -> Result<Option<File>, Vec<Problem>> {
        let Some(number) = self.numbers.get(path) else { return Ok(None) };
        match self.site.file(*number, &|_| false) {
            Ok(Asked::Made(output)) => {
                let hash = *output.hash.as_bytes();
                Ok(Some(File { bytes: output.bytes.into(), hash }))
            }
            Ok(Asked::Known(_)) => unreachable!("nothing is enough but the content"),
            Err(problems) => Err(problems.iter().map(problem).collect()),
        }
    }

    fn styles(&self) -> Vec<(String, String)> {
        self.site.styles()
    }
}

fn problem(it: &Diagnostic) -> Problem {
    Problem {
        severity: report::severity(it).to_owned(),
        id: it.id.to_owned(),
        place: report::place(it),
        message: it.message.clone(),
        text: report::human(it, false),
    }
}
