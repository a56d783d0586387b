//! `digest deploy`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use super::progress::Bar;
use super::show::{self, complain, counted, say};
use super::{FAILED, PROBLEMS, Target, build};
use crate::config::{self, Config};
use crate::crawl::{self, Dead};
use crate::deploy::{self, Change, Prepared, Wish};
use crate::engine;
use crate::output::{self, OnDisk};
use crate::source;
use crate::state::{self, Asked, Way};

/// So many files of each kind are named one by one.
const NAMED: usize = 12;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Deploy {
    #[command(flatten)]
    target: Target,
    /// Build, and show what would be added, changed and removed on the branch, but publish nothing
    #[arg(long)]
    dry_run: bool,
    /// The remote by its name or its address [default: `[deploy] remote` in `site.toml`, else `origin`]
    #[arg(long, value_name = "NAME|URL")]
    remote: Option<String>,
    /// The branch that is published [default: `[deploy] branch` in `site.toml`, else `gh-pages`]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// How many percent of the published pages may vanish [default: `[deploy] max_removed` in `site.toml`, else 20]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u64).range(0..=100))]
    max_removed: Option<u64>,
    /// Deploy although files of the site have changes that are in no commit
    #[arg(long)]
    allow_dirty: bool,
    /// Take over a branch that another generator filled: all its files go, `CNAME` apart
    #[arg(long)]
    adopt: bool,
    /// Name every file
    #[arg(long)]
    all: bool,
}

pub(super) fn deploy(args: &Deploy) -> Result<ExitCode> {
    let root = &args.target.root.root;
    let out = args.target.out();
    if !root.join(config::FILE).is_file() {
        bail!("`{}` has no `site.toml`; name the site's folder with `--root`", root.display());
    }
    let repository = deploy::repository(root)?;
    refuse_dirty(args, &repository)?;
    let Some(site) = config(args)? else { return Ok(ExitCode::from(FAILED)) };
    if args.target.now.drafts {
        bail!("drafts are not published: what is on the branch stays in its history for ever");
    }
    // Nobody builds another site into the folder before it has been read.
    let lock = super::lock(root);
    if !built(args, &out, lock.is_some())? {
        return Ok(ExitCode::from(PROBLEMS));
    }
    // What the build made of raw articles is part of the sources.
    refuse_dirty(args, &repository)?;
    let wanted = &site.deploy;
    let target = deploy::Target {
        remote: args.remote.clone().unwrap_or_else(|| wanted.remote.clone()),
        branch: args.branch.clone().unwrap_or_else(|| wanted.branch.clone()),
    };
    let address = repository.address(&target.remote)?;
    let head = repository.head();
    let files = output::files(&out)?;
    if site.base_url.origin.is_empty() {
        bail!(
            "{} does not say where the site is published; write it there with its host{}",
            if args.target.base_url.is_some() { "`--base-url`" } else { "`site.toml`" },
            deploy::pages_address(&address)
                .map_or(String::new(), |it| format!(", as `base_url = \"{it}\"`"))
        );
    }
    warn_of_links(&out, &files, &site)?;
    let wish = Wish { adopt: args.adopt, dry_run: args.dry_run };
    let prepared = deploy::prepare(repository, target.clone(), (&out, &files), wish)?;
    drop(lock);
    let has_domain = files.iter().chain(&prepared.difference.kept).any(|it| it == "CNAME");
    warn_of_address(&site, &address, has_domain);
    show_changes(args, &prepared, &target)?;
    refuse(args, &prepared, &site)?;
    if prepared.difference.changes.is_empty() {
        say(&format!("`{}` is published as it is: nothing to do", target.branch))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        say("nothing was published (`--dry-run`)")?;
        return Ok(ExitCode::SUCCESS);
    }
    let of = head.map_or(String::new(), |it| format!(" of {it}"));
    let message = format!("deploy: the site{of}, by digest {}\n", env!("CARGO_PKG_VERSION"));
    let commit = prepared.publish(&message)?;
    let short = commit.get(..10).unwrap_or(&commit);
    say(&format!("pushed {short} to `{}` of `{}`", target.branch, target.remote))?;
    if deploy::pages_address(&address).is_some() {
        if prepared.parent.is_none() {
            say(&format!(
                "the first time: in the settings of the repository on GitHub, Pages → Source: Deploy from a branch → `{}`, `/ (root)`",
                target.branch
            ))?;
        }
        say(&format!("GitHub shows it in a minute or two at {}", home(&site)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the site wants; `None` if that cannot be read, which was said.
fn config(args: &Deploy) -> Result<Option<Config>> {
    let sources = source::scan(&args.target.root.root)?;
    let base_url = super::base_url(args.target.base_url.as_ref())?;
    let (config, problems) = engine::config(&sources, base_url.as_ref());
    if config.is_none() {
        show::diagnostics(&problems);
    }
    Ok(config)
}

/// Builds the site; `false` if anything is wrong with it, which was said.
fn built(args: &Deploy, out: &Path, is_locked: bool) -> Result<bool> {
    let (start, began) = (Instant::now(), super::now());
    let root = &args.target.root.root;
    let base_url = super::base_url(args.target.base_url.as_ref())?;
    let request = super::request(base_url, &args.target.now)?;
    output::check(root, out)?;
    let program = super::program();
    let asked = Asked { program: &program, root, out, request: &request, began };
    let mut engine = super::engine();
    let bar = Bar::start(Arc::clone(&engine.progress), true);
    let way = if is_locked { Way::Shortest } else { Way::Forgetful };
    let done = state::build(asked, &mut engine, way);
    bar.stop();
    let (built, written) = done?;
    build::told(&built, written.as_ref(), &args.target.now);
    say(&build::summary(&built, written.as_ref(), out, start.elapsed()))?;
    let in_the_way = written.as_ref().is_none_or(|it| !it.diagnostics.is_empty());
    if built.has_errors() || in_the_way {
        complain("not deployed: correct the errors first");
        return Ok(false);
    }
    Ok(true)
}

/// What is published should be in a commit, so that it can be found again.
fn refuse_dirty(args: &Deploy, repository: &deploy::Repository) -> Result<()> {
    if args.allow_dirty {
        return Ok(());
    }
    let changed = deploy::uncommitted(repository)?;
    if changed.is_empty() {
        return Ok(());
    }
    bail!(
        "changes of {} of the site are in no commit; commit them, or say `--allow-dirty`\n{}",
        counted(changed.len(), "file"),
        named(changed.iter().map(String::as_str), args.all)
    );
}

/// Says which links on the pages lead nowhere; that is no reason not to publish.
fn warn_of_links(out: &Path, files: &[String], site: &Config) -> Result<()> {
    let (_, dead) = crawl::crawl(&OnDisk::new(out, files)?, &site.base_url);
    let line = |it: &Dead| format!("on {}: {}", it.page, it.written);
    let all: Vec<String> = dead.iter().map(line).collect();
    if !all.is_empty() {
        complain(&format!(
            "warning: {} nowhere; `digest check` says more\n{}",
            if all.len() == 1 {
                "1 link leads".to_owned()
            } else {
                format!("{} links lead", all.len())
            },
            named(all.iter().map(String::as_str), false)
        ));
    }
    Ok(())
}

/// The address of the site.
fn home(site: &Config) -> String {
    format!("{}{}", site.base_url.origin, site.base_url.path)
}

/// Says if the site is not published where it thinks.
fn warn_of_address(site: &Config, remote: &str, has_domain: bool) {
    let own = home(site);
    let published = deploy::pages_address(remote).filter(|it| *it != own && !has_domain);
    if let Some(published) = published {
        complain(&format!(
            "warning: GitHub publishes this repository at `{published}`, and the site says `{own}`; that is right only with a domain of its own"
        ));
    }
}

/// Says what would change.
fn show_changes(args: &Deploy, prepared: &Prepared, target: &deploy::Target) -> Result<()> {
    let difference = &prepared.difference;
    let kinds =
        [(Change::Added, "added"), (Change::Changed, "changed"), (Change::Removed, "removed")];
    for (change, word) in kinds {
        let count = difference.of(change).count();
        if count > 0 {
            say(&format!(
                "{}:\n{}",
                counted_as(count, word),
                named(difference.of(change), args.all)
            ))?;
        }
    }
    if !difference.kept.is_empty() {
        let kept = named(difference.kept.iter().map(String::as_str), args.all);
        say(&format!("{} of others:\n{kept}", counted_as(difference.kept.len(), "kept")))?;
    }
    if prepared.parent.is_none() {
        say(&format!(
            "`{}` has no branch `{}` yet: it will be made",
            target.remote, target.branch
        ))?;
    }
    Ok(())
}

fn counted_as(count: usize, word: &str) -> String {
    format!("{} {word}", counted(count, "file"))
}

/// Names, a line each.
fn named<'a>(names: impl Iterator<Item = &'a str>, all: bool) -> String {
    let names: Vec<&str> = names.collect();
    let shown = if all { names.len() } else { NAMED.min(names.len()) };
    let mut lines: Vec<String> = names[..shown].iter().map(|it| format!("  {it}")).collect();
    if shown < names.len() {
        lines.push(format!("  and {} more (`--all` names them)", names.len() - shown));
    }
    lines.join("\n")
}

/// What must not happen by mistake.
fn refuse(args: &Deploy, prepared: &Prepared, site: &Config) -> Result<()> {
    let difference = &prepared.difference;
    if !difference.in_the_way.is_empty() {
        let ways = &difference.in_the_way;
        let kept = difference.kept.iter().filter(|it| *it != "CNAME").count();
        let domain = ways.iter().any(|it| it == "CNAME").then_some(
            "\n`CNAME` on the branch is never overwritten: write into `theme/static/CNAME` what stands there, or delete that",
        );
        let adopt = (domain.is_none() || ways.len() > 1).then(|| {
            format!(
                "; remove them there, or take the branch over with `--adopt`, which also removes {} of others that would stay else",
                counted(kept, "file")
            )
        });
        bail!(
            "where files of the site belong, the branch has {} that somebody else made or changed{}\n{}{}",
            counted(ways.len(), "file"),
            adopt.unwrap_or_default(),
            named(ways.iter().map(String::as_str), args.all),
            domain.unwrap_or_default()
        );
    }
    let most = args.max_removed.unwrap_or(site.deploy.max_removed);
    let (removed, all) = (difference.vanishing as u64, difference.counted as u64);
    if removed * 100 > most * all {
        let what = if args.adopt { "file" } else { "page" };
        bail!(
            "{removed} of {} published would vanish, more than {most} %; if that is meant, say `--max-removed 100`",
            counted(difference.counted, what)
        );
    }
    if prepared.is_too_large() {
        bail!(
            "the site has {} MiB, and GitHub Pages publishes no more than 1024",
            prepared.bytes >> 20
        );
    }
    Ok(())
}
