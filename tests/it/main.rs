//! All tests above the level of one function, in one binary; a module for each stage.

mod support;

/// Raw articles and the Markdown made of them, by pairs of files.
mod extract;
mod facts;
/// Raw articles that change, articles that people edit, encodings, what is to be reviewed.
mod import;
/// How well they are read, against labels.
mod labelled;
/// Front matter and configuration: what is wrong, where, and that all of it is told.
mod diagnostics;
/// Names, codes, slugs and routes of all places.
mod gazetteer;
/// Places in texts and on pages.
mod places;
/// People, organisations, projects and figures.
mod names;
/// Folding is what OpenCC says of single characters.
mod fold;
/// OpenCC and its dictionaries.
mod opencc;
/// A tree for each script: what is converted, what stays, where links lead.
mod scripts;
/// The official cases of CommonMark.
mod commonmark;
/// Whole sites, in memory: pages, links, lists.
mod site;
/// Articles that are not shown, or not in full.
mod withheld;
/// The pictures of articles, which need a Chinese font: that of Debian's fonts-noto-cjk.
#[cfg(feature = "browser")]
mod pictures;
/// What pages say to readers of feeds, search engines, and browsers that distrust them.
mod metadata;
/// The search: that nothing is missed, what a query asks for, which files change.
mod search;
/// The search and the switch in a real browser: `cargo test --features browser`, which needs Chromium.
#[cfg(feature = "browser")]
mod browser;
/// Edits: the output is that of a clean build, and no more work is done than needed.
mod incremental;
/// Random sequences of edits.
mod law;
/// The output folder: what is written, kept, refused, repaired.
mod output;
/// `digest watch` and `digest serve` as people start them.
#[cfg(unix)]
mod live;
/// What a build leaves for the next process.
mod state;
/// The watch over real files: what makes a batch, what makes none.
mod watch;
/// `digest init`, `new`, `check`, `export`, `completions`, `man` as people use them.
mod commands;
/// `digest deploy` against a real bare repository, killed at every step.
#[cfg(unix)]
mod deploy;
/// `digest why` as people ask.
mod why;
/// The preview server, over real sockets.
mod serve;
/// The preview's script in a real browser.
#[cfg(feature = "browser")]
mod preview_browser;
/// The program as people start it.
mod cli;
/// The rules of the code base that a compiler does not check.
mod tidy;
