//! `digest completions` and `digest man`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::show::say;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

pub(super) fn completions(args: &Completions) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "digest", &mut script);
    print(script)
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command whose page is wanted [default: that of the program]
    command: Option<String>,
}

pub(super) fn man(args: &Man) -> Result<ExitCode> {
    let mut all = Cli::command();
    all.build();
    let command = match &args.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(it) => it.clone(),
            None => bail!("there is no command `{name}`; `digest --help` lists them"),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).context("cannot make the page")?;
    print(page)
}

fn print(text: Vec<u8>) -> Result<ExitCode> {
    say(String::from_utf8(text).context("it is no text")?.trim_end())?;
    Ok(ExitCode::SUCCESS)
}
