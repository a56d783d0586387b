//! Provides OpenCC 1.4 for the last link. Long-term distributions ship 1.1, whose C++ code cannot
//! read the 1.4 dictionaries, and third-party source has no place in this repository.
//!
//! In: the environment. Out: search paths and libraries for rustc. The first of these ways that is
//! open is taken:
//!
//! 1. `DIGEST_OPENCC_DIR`, a folder whose `lib64/` or `lib/` holds the static libraries `opencc`
//!    and `marisa`.
//! 2. An OpenCC of the system, 1.4.0 or later, that pkg-config finds (not for `+crt-static`: it is
//!    a shared library).
//! 3. The wheel `opencc` of the Python package index, which contains the static libraries: pip
//!    downloads it into `OUT_DIR`, checks the SHA-256 hash written below, Python unpacks it. Once
//!    per `OUT_DIR`: a stamp names the wheel that lies there.
//!
//! With 1 and 3 the C++ library is linked statically too, so that the program needs no library but
//! the C library. opencc-rust itself asks for `-lopencc`; `.cargo/config.toml` keeps it from
//! looking for the library as well.
//!
//! Must not: write outside `OUT_DIR`; panic (whoever builds gets one message that says what to do).

#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told everything by its environment"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, exit};
use std::{env, fs};

/// The oldest OpenCC that opens the configurations opencc-rust brings along.
const OLDEST: &str = "1.4.0";

/// The release of the wheels below.
const RELEASE: &str = "1.4.2";

/// The interpreter the wheels below are made for; the libraries inside do not depend on it.
const PYTHON: &str = "3.11";

/// A wheel that holds OpenCC's static libraries.
struct Wheel {
    /// Rust's name of the target.
    target: &'static str,
    /// pip's name of it.
    platform: &'static str,
    /// As `pip hash` prints it.
    sha256: &'static str,
}

const WHEELS: [Wheel; 5] = [
    Wheel {
        target: "x86_64-unknown-linux-gnu",
        platform: "manylinux2014_x86_64",
        sha256: "794afd1f5254b22fb7e8655d3e60f0467e4a1ad5ebbd62f9efdd2dd421dd43db",
    },
    Wheel {
        target: "aarch64-unknown-linux-gnu",
        platform: "manylinux2014_aarch64",
        sha256: "689eea00ddfdaa3ba0b78426da34759dcb07db52b2fc1c660fa62b3d94ee4f04",
    },
    Wheel {
        target: "x86_64-apple-darwin",
        platform: "macosx_10_9_x86_64",
        sha256: "5c5a76365426fb1c346c00a1729000dfc92ee621669c0b12ba33c008a6f2c300",
    },
    Wheel {
        target: "aarch64-apple-darwin",
        platform: "macosx_11_0_arm64",
        sha256: "a3bb8d817b8d5500fda9a81e245825d176b087e4d31702dafc2ef83d6ef21b4a",
    },
    Wheel {
        target: "x86_64-pc-windows-msvc",
        platform: "win_amd64",
        sha256: "0c0a14242f9b0a9932eccf4dd50fc5e26133940246a00862f60971fff3e78b02",
    },
];

/// Lines for cargo, printed only when all went well: cargo shows them above the message of a failed
/// build script.
type Lines = Vec<String>;

fn main() {
    match provide() {
        Ok(lines) => println!("{}", lines.join("\n")),
        Err(reason) => {
            eprintln!("{}", message(&reason));
            exit(1);
        }
    }
}

fn provide() -> Result<Lines, String> {
    let mut lines = reruns();
    lines.extend(match given_folder() {
        Some(folder) => link_folder(&folder)?,
        None => match system_library() {
            Some(lines) => lines,
            None => link_folder(&wheel_folder()?)?,
        },
    });
    Ok(lines)
}

fn reruns() -> Lines {
    let mut lines = vec!["cargo::rerun-if-changed=build.rs".to_string()];
    let names = [
        "DIGEST_OPENCC_DIR",
        "CXX",
        "PKG_CONFIG",
        "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR",
        "OPENCC_NO_PKG_CONFIG",
    ];
    lines.extend(names.map(|name| format!("cargo::rerun-if-env-changed={name}")));
    lines
}

/// `DIGEST_OPENCC_DIR`, absolute: rustc runs the linker in another folder than cargo runs this.
fn given_folder() -> Option<PathBuf> {
    let folder = env::var_os("DIGEST_OPENCC_DIR").filter(|folder| !folder.is_empty())?;
    Some(std::path::absolute(&folder).unwrap_or_else(|_| folder.into()))
}

/// What pkg-config says of the system's OpenCC. The variable `OPENCC_STATIC` of
/// `.cargo/config.toml` is for opencc-rust; pkg-config would take it, whatever its value, for a
/// wish to link statically, hence `statik`.
fn system_library() -> Option<Lines> {
    if crt_static() {
        return None;
    }
    let mut config = pkg_config::Config::new();
    config.atleast_version(OLDEST).statik(false).cargo_metadata(false).env_metadata(false);
    let library = config.probe("opencc").ok()?;
    let mut folders = library.link_paths.iter();
    match folders.find(|folder| is_static(folder) && !is_shared(folder)) {
        Some(folder) => static_library(folder).ok(),
        None => Some(shared_library(&library)),
    }
}

fn crt_static() -> bool {
    variable("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static")
}

fn shared_library(library: &pkg_config::Library) -> Lines {
    let paths = library.link_paths.iter().map(|path| search_path(path));
    let names = library.libs.iter().map(|name| format!("cargo::rustc-link-lib={name}"));
    paths.chain(names).collect()
}

/// The static libraries below a folder as `CMake` installs it.
fn link_folder(folder: &Path) -> Result<Lines, String> {
    match library_folder(folder) {
        Some(found) => static_library(&found),
        None => Err(format!(
            "`{}` has no lib64/ or lib/ with the static libraries opencc, marisa",
            folder.display()
        )),
    }
}

fn library_folder(folder: &Path) -> Option<PathBuf> {
    ["lib64", "lib"].map(|name| folder.join(name)).into_iter().find(|path| is_static(path))
}

fn is_static(folder: &Path) -> bool {
    let holds = |name: &str| {
        folder.join(format!("lib{name}.a")).exists() || folder.join(format!("{name}.lib")).exists()
    };
    holds("opencc") && holds("marisa")
}

fn is_shared(folder: &Path) -> bool {
    ["libopencc.so", "libopencc.dylib"].iter().any(|name| folder.join(name).exists())
}

fn static_library(folder: &Path) -> Result<Lines, String> {
    match variable("CARGO_CFG_TARGET_OS").as_str() {
        "macos" => Ok(named_libraries(folder, &["static=marisa", "dylib=c++"])),
        "windows" => Ok(named_libraries(folder, &["static=marisa"])),
        _ => grouped_libraries(folder),
    }
}

/// Enough for the linkers of Apple and Microsoft, for which the order of libraries means nothing.
fn named_libraries(folder: &Path, names: &[&str]) -> Lines {
    let names = names.iter().map(|name| format!("cargo::rustc-link-lib={name}"));
    std::iter::once(search_path(folder)).chain(names).collect()
}

/// GNU ld looks for what a library needs only in those after it, but rustc puts `-lopencc` last,
/// after all libraries named by a build script. So `-lopencc` finds a linker script that names all
/// three (LLD and mold read it as well).
fn grouped_libraries(folder: &Path) -> Result<Lines, String> {
    let files = [folder.join("libopencc.a"), folder.join("libmarisa.a"), libstdcpp()?];
    let group = files.each_ref().map(|file| format!("\"{}\"", file.display())).join(" ");
    let place = PathBuf::from(variable("OUT_DIR")).join("link");
    let script = place.join("libopencc.a");
    fs::create_dir_all(&place).map_err(|error| at(&place, &error))?;
    fs::write(&script, format!("GROUP({group})\n")).map_err(|error| at(&script, &error))?;
    // What this script has just made is newer than its start, and would have it run a second time.
    let others = files.iter().filter(|it| !it.starts_with(variable("OUT_DIR")));
    let reruns = others.map(|file| format!("cargo::rerun-if-changed={}", file.display()));
    Ok(reruns.chain([search_path(&place)]).collect())
}

fn search_path(folder: &Path) -> String {
    format!("cargo::rustc-link-search=native={}", folder.display())
}

/// GCC's C++ library, which OpenCC needs. The C++ compiler knows where it is; it prints the bare
/// name if it does not.
fn libstdcpp() -> Result<PathBuf, String> {
    let compiler = match variable("CXX") {
        name if name.is_empty() => "c++".to_string(),
        name => name,
    };
    let mut question = Command::new(&compiler);
    let printed = question.arg("-print-file-name=libstdc++.a").output();
    let file = printed
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
        .unwrap_or_default();
    if file.is_absolute() {
        return Ok(file);
    }
    Err(format!(
        "`{compiler}` has no libstdc++.a (Debian: g++; Fedora: gcc-c++ and libstdc++-static; or set CXX)"
    ))
}

/// The folder of the unpacked wheel, downloaded unless its stamp says that it is there.
fn wheel_folder() -> Result<PathBuf, String> {
    let wheel = wheel()?;
    let folder = PathBuf::from(variable("OUT_DIR")).join("wheel");
    let libraries = folder.join("opencc").join("clib");
    let stamp = fs::read_to_string(folder.join("stamp")).unwrap_or_default();
    if stamp != wheel.sha256 || library_folder(&libraries).is_none() {
        replace(&folder, |temporary| download(wheel, temporary))?;
    }
    Ok(libraries)
}

fn wheel() -> Result<&'static Wheel, String> {
    let target = variable("TARGET");
    let wheel = WHEELS.iter().find(|wheel| wheel.target == target);
    wheel.ok_or_else(|| format!("there is no wheel of opencc {RELEASE} for the target {target}"))
}

/// Fills a temporary folder, then puts it in the place of `folder`, so that `folder` is never half
/// full.
fn replace(folder: &Path, fill: impl Fn(&Path) -> Result<(), String>) -> Result<(), String> {
    let temporary = folder.with_extension("tmp");
    for old in [&temporary, folder] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| at(old, &error))?;
        }
    }
    fs::create_dir_all(&temporary).map_err(|error| at(&temporary, &error))?;
    fill(&temporary)?;
    fs::rename(&temporary, folder).map_err(|error| at(folder, &error))
}

fn download(wheel: &Wheel, folder: &Path) -> Result<(), String> {
    let python = python()?;
    let requirements = folder.join("requirements.txt");
    let line = format!("opencc=={RELEASE} --hash=sha256:{}\n", wheel.sha256);
    fs::write(&requirements, line).map_err(|error| at(&requirements, &error))?;
    run(pip_download(python, wheel)
        .arg("--dest")
        .arg(folder)
        .arg("--requirement")
        .arg(&requirements))?;
    run(Command::new(python).args(["-m", "zipfile", "-e"]).arg(wheel_file(folder)?).arg(folder))?;
    let stamp = folder.join("stamp");
    fs::write(&stamp, wheel.sha256).map_err(|error| at(&stamp, &error))
}

fn python() -> Result<&'static str, String> {
    let has_pip = |name: &&str| {
        let output = Command::new(name).args(["-m", "pip", "--version"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    ["python3", "python"]
        .into_iter()
        .find(has_pip)
        .ok_or_else(|| "there is no `python3` with pip".to_string())
}

fn pip_download(python: &str, wheel: &Wheel) -> Command {
    let mut command = Command::new(python);
    command.args("-m pip download --quiet --no-input --disable-pip-version-check".split(' '));
    command.args(["--no-deps", "--require-hashes", "--only-binary=:all:"]);
    command.args(["--python-version", PYTHON, "--platform", wheel.platform]);
    command
}

fn wheel_file(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| at(folder, &error))?;
    let mut paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let found = paths.find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    found.ok_or_else(|| format!("pip left no wheel in `{}`", folder.display()))
}

/// Runs a command whose output matters only when it fails.
fn run(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("`{}` failed: {}", label(command), stated_error(&output))),
        Err(error) => Err(format!("`{}` failed: {error}", label(command))),
    }
}

/// The program and its first words, such as `python3 -m pip download`.
fn label(command: &Command) -> String {
    let program = std::iter::once(command.get_program());
    let words = program.chain(command.get_args().take(3));
    let words: Vec<_> = words.map(std::ffi::OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// The line that counts: pip marks it, and explains itself before and after.
fn stated_error(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let marked = text.lines().find_map(|line| line.strip_prefix("ERROR: "));
    let line = marked.or_else(|| text.lines().last());
    line.unwrap_or("no reason given").to_string()
}

fn variable(name: &str) -> String {
    env::var_os(name).map(OsString::into_string).and_then(Result::ok).unwrap_or_default()
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("`{}`: {error}", path.display())
}

fn message(reason: &str) -> String {
    format!(
        "\nerror: `digest` is built with OpenCC {OLDEST} or later, which could not be provided
  reason: {reason}
  one of these is needed:
  * python3 with pip and a package index within reach: the build fetches opencc {RELEASE} itself
  * OpenCC {OLDEST} or later installed so that `pkg-config --modversion opencc` finds it
  * DIGEST_OPENCC_DIR, set to a folder whose lib/ or lib64/ holds libopencc.a and libmarisa.a\n"
    )
}
