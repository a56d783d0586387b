//! `digest` turns raw Chinese news articles into a site.
//!
//! Reading this file from top to bottom is reading the pipeline: each module may use only those above it.
//! The library exists for the program and its tests; it promises no stability.
//!
//! | stage | module | |
//! |---|---|---|
//! | what everything speaks of | [`mod@file`], [`route`], [`diagnostic`], [`text`], [`fields`] | paths, addresses, problems, Chinese text, TOML |
//! | what the site wants | [`config`] | `site.toml` |
//! | places | [`gazetteer`] | names → identities |
//! | read | [`source`], [`decode`] | folders → files → text |
//! | Markdown | [`html`], [`markdown`], [`topic`], [`place`], [`name`], [`article`] | front matter and body → topics, places, names, articles |
//! | extract | [`extract`] | raw article → Markdown |
//! | annotate | [`annotate`] | article → what it names |
//! | catalogue | [`catalog`], [`tree`], [`export`] | all articles → the whole-site view; in each script; as data for other programs |
//! | search | [`search`] | terms → the files of the search |
//! | pictures | [`picture`] | a headline → a picture for other sites |
//! | begin | [`starter`] | the files of a new site |
//! | plan | [`view`], [`structured`], [`assets`], [`plan`] | every output, not yet rendered |
//! | render | [`render`], [`crawl`] | page → bytes; bytes → links that lead nowhere |
//! | build | [`engine`] | one build after another |
//! | write | [`output`] | bytes → disk |
//! | remember | [`state`] | what a build leaves for the next process |
//! | live | [`watch`], [`serve`] | changes of files → batches; the site → a browser |
//! | publish | [`deploy`] | the output folder → a branch of a git repository |
//! | run | [`cli`] | what was typed |

pub mod file;
pub mod route;
pub mod diagnostic;
pub mod text;
pub mod fields;
pub mod config;
pub mod gazetteer;
pub mod facts;
pub mod source;
pub mod decode;
pub mod html;
pub mod markdown;
pub mod topic;
pub mod place;
pub mod name;
pub mod article;
pub mod extract;
pub mod annotate;
pub mod catalog;
pub mod tree;
pub mod export;
pub mod search;
pub mod picture;
pub mod starter;
pub mod view;
pub mod structured;
pub mod assets;
pub mod plan;
pub mod render;
pub mod crawl;
pub mod engine;
pub mod output;
pub mod state;
pub mod watch;
pub mod serve;
pub mod deploy;
pub mod cli;
