use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Rust files below a folder, as path from the root and content.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let entries = walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .map(|it| it.expect("read"));
    let files = entries.filter(|it| it.path().extension().is_some_and(|it| it == "rs"));
    let name = |path: &Path| {
        path.strip_prefix(root()).expect("below").to_string_lossy().replace('\\', "/")
    };
    files.map(|it| (name(it.path()), read(it.path()))).collect()
}

/// The modules of `lib.rs` in their order.
fn modules() -> Vec<String> {
    let names = read("src/lib.rs");
    let names = names.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_module_uses_only_those_above_it() {
    let modules = modules();
    assert!(modules.len() > 15);
    for (path, text) in rust_files("src") {
        let name = path["src/".len()..].split(['/', '.']).next().expect("a name").to_owned();
        let Some(own) = modules.iter().position(|it| *it == name) else {
            continue;
        };
        // In a file at the top, `super::` is `crate::` too.
        let is_top = path.matches('/').count() == 1;
        let code = if is_top { code(&text).replace("super::", "crate::") } else { code(&text) };
        for (place, _) in code.match_indices("crate::") {
            let used = code[place + "crate::".len()..].to_owned();
            let listed = used.strip_prefix('{').map_or_else(
                || vec![used.clone()],
                |list| list[..list.find('}').unwrap_or(0)].split(',').map(str::to_owned).collect(),
            );
            for used in listed {
                let used: String =
                    used.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let at = modules
                    .iter()
                    .position(|it| *it == used)
                    .unwrap_or_else(|| panic!("{path}: no module {used}"));
                assert!(at <= own, "{path} uses {used}, which stands below {name} in lib.rs");
            }
        }
    }
}

#[test]
fn only_the_edges_touch_the_world() {
    /// Modules that may, and what they may.
    const EDGES: [(&str, &[&str]); 9] = [
        ("src/source/", &["fs"]),
        ("src/output/", &["fs"]),
        ("src/state/", &["fs"]),
        ("src/watch/", &["fs"]),
        ("src/serve/", &["net"]),
        ("src/deploy/", &["fs", "process", "print"]),
        ("src/cli/", &["clock", "fs", "env", "net", "print", "process"]),
        ("src/main.rs", &["env", "process"]),
        ("src/text/opencc/dictionaries.rs", &["fs", "process"]),
    ];
    for (path, text) in rust_files("src") {
        let edges = EDGES.iter().filter(|(edge, _)| path.starts_with(edge));
        let allowed: Vec<&str> = edges.flat_map(|(_, may)| may.iter().copied()).collect();
        for world in world(&code(&text)) {
            assert!(allowed.contains(&world), "{path} uses {world}");
        }
    }
}

/// The parts of the world that code touches: any word `fs`, `env`, `net` or `process` in a path or an import,
/// and the macros that print.
fn world(code: &str) -> BTreeSet<&'static str> {
    let words: BTreeSet<&str> = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let after_std = |name: &str| {
        let imports = code.lines().filter(|line| line.trim_start().starts_with("use std::"));
        let imported = imports
            .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
            .any(|word| word == name);
        imported || code.contains(&format!("{name}::")) && words.contains(name)
    };
    let mut touched: BTreeSet<&'static str> =
        ["fs", "env", "net", "process"].into_iter().filter(|name| after_std(name)).collect();
    if ["println", "eprintln", "print", "eprint", "stdout", "stderr"]
        .iter()
        .any(|it| words.contains(it))
    {
        touched.insert("print");
    }
    if words.contains("SystemTime") && code.contains("SystemTime::now") {
        touched.insert("clock");
    }
    touched
}

#[test]
fn unsafe_code_stands_in_one_file() {
    for (path, text) in rust_files("src") {
        let has = ["unsafe {", "unsafe impl", "unsafe fn", "unsafe_code"]
            .iter()
            .any(|it| code(&text).contains(it));
        assert_eq!(has, path == "src/text/opencc.rs", "{path}");
    }
}

#[test]
fn the_table_of_built_in_files_is_the_folders() {
    let table: BTreeSet<&str> =
        digest_site::assets::BUILT_IN.iter().map(|(path, _)| *path).collect();
    let entries = ["templates", "theme"]
        .into_iter()
        .flat_map(|folder| walkdir::WalkDir::new(root().join(folder)));
    let files: BTreeSet<String> = entries
        .map(|it| it.expect("read"))
        .filter(|it| it.file_type().is_file())
        .map(|it| {
            it.path().strip_prefix(root()).expect("below").to_string_lossy().replace('\\', "/")
        })
        .collect();
    assert_eq!(table, files.iter().map(String::as_str).collect());
}

#[test]
fn no_test_module_is_forgotten() {
    for (path, _) in rust_files("tests/it").iter().filter(|(path, _)| !path.ends_with("/main.rs")) {
        // A module of the binary, or of a folder.
        let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let (folder, name) = name.rsplit_once('/').expect("it lies in a folder");
        let main = if folder == "tests/it" { "main.rs" } else { "mod.rs" };
        assert!(read(format!("{folder}/{main}")).contains(&format!("mod {name};")), "{path}");
    }
}

#[test]
fn files_and_lines_stay_short() {
    /// Longer files are split.
    const LINES: usize = 600;
    for (path, text) in rust_files("src").into_iter().chain(rust_files("tests")) {
        assert!(text.lines().count() <= LINES, "{path} has {} lines", text.lines().count());
        for marker in ["todo!", "dbg!", "unimplemented!", "FIXME", "XXX"] {
            assert!(path == "tests/it/tidy.rs" || !text.contains(marker), "{path} holds {marker}");
        }
    }
}

/// What `docs/diagnostics.md` says, from the functions of `src/diagnostic/problems/`: id, and the first sentence about it.
fn diagnostics_table() -> String {
    let source = problem_sources();
    let mut table = String::from(
        "# What can be wrong with a site\n\nMade from `src/diagnostic/problems/` by a test; `UPDATE_EXPECT=1 cargo test` writes it anew.\n\nAn error leaves something out of the site, a warning does not, and a note is listed only by `digest check`: nothing is wrong, but a person should confirm it.\n\n| id | severity | what it means |\n|---|---|---|\n",
    );
    for (id, severity, about) in problems(&source) {
        writeln!(table, "| `{id}` | {severity} | {about} |").expect("a string takes any text");
    }
    table
}

fn problem_sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/problems");
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = files.map(|it| it.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|it| std::fs::read_to_string(it).expect("a text")).collect()
}

/// Id, severity and documentation of each problem.
fn problems(source: &str) -> Vec<(String, &'static str, String)> {
    let blocks = source.split("\n/// ").skip(1).filter(|block| block.contains("pub fn "));
    let problem = |block: &str| {
        let about = block.lines().next().expect("a line").to_owned();
        let name = block.split("pub fn ").nth(1)?.split('(').next()?;
        let body = &block[block.find("pub fn ")?..];
        let says = |call: &str| {
            body.match_indices(call).any(|(at, _)| {
                let before = &body[..at];
                before.ends_with([' ', '(']) && !before.ends_with("fn ")
            })
        };
        let severity = ["warning", "note"].into_iter().find(|it| says(&format!("{it}(")));
        let severity = severity.unwrap_or("error");
        let id = name.replace('_', "-");
        assert!(body.contains(&format!("\"{id}\"")), "{name} does not have the id {id}");
        Some((id, severity, about))
    };
    blocks.filter_map(problem).collect()
}

#[test]
fn every_diagnostic_is_documented() {
    expect_file("docs/diagnostics.md", &diagnostics_table());
}

#[test]
fn every_diagnostic_is_produced_by_a_test() {
    let tests: String = rust_files("tests/it")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tidy.rs"))
        .map(|(_, text)| text)
        .collect();
    for (id, _, _) in problems(&problem_sources()) {
        assert!(tests.contains(&id), "no test produces {id}");
    }
}

/// A file that is made from the code is in step with it.
pub(crate) fn expect_file(path: &str, expected: &str) {
    let on_disk = root().join(path);
    if crate::support::updates() {
        fs::create_dir_all(on_disk.parent().expect("a parent"))
            .and_then(|()| fs::write(&on_disk, expected))
            .expect("written");
    }
    assert_eq!(
        fs::read_to_string(&on_disk).unwrap_or_default().replace("\r\n", "\n"),
        expected,
        "{path} is out of step; UPDATE_EXPECT=1 writes it anew"
    );
}

/// The documents people read, as path and text.
fn documents() -> Vec<(String, String)> {
    let top =
        ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    let docs =
        fs::read_dir(root().join("docs")).expect("read").map(|it| it.expect("read").file_name());
    let docs = docs.map(|name| format!("docs/{}", name.to_string_lossy()));
    let mut paths: Vec<String> = top.into_iter().map(str::to_owned).chain(docs).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), read(path))).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (path, text) in documents() {
        let targets =
            text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
        for target in
            targets.filter(|it| !it.is_empty() && !it.contains("://") && !it.contains('<'))
        {
            let folder = Path::new(&path).parent().expect("a parent");
            assert!(root().join(folder).join(target).exists(), "{path} links to {target}");
        }
    }
}

#[test]
fn the_readmes_know_every_option() {
    let options = |command: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_digest"))
            .args(command)
            .arg("--help")
            .output();
        let help = String::from_utf8(output.expect("it runs").stdout).expect("UTF-8");
        let words = help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']'));
        words.filter(|word| word.starts_with("--")).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let commands = ["build", "watch", "serve", "why", "check", "extract", "explain"];
    let commands = std::iter::once(Vec::new()).chain(commands.map(|it| vec![it]));
    let known: BTreeSet<String> = commands.flat_map(|it| options(&it)).collect();
    assert!(known.contains("--base-url") && known.contains("--licences"));
    for path in ["README.md", "README.zh-CN.md"] {
        let text = read(path);
        for option in known.iter().filter(|it| !matches!(it.as_str(), "--help" | "--version")) {
            assert!(text.contains(option.as_str()), "{path} does not mention {option}");
        }
        for line in text.lines().filter(|line| line.contains("digest build")) {
            let options = line
                .split(|c: char| c.is_whitespace() || c == '`')
                .filter(|it| it.starts_with("--"));
            for option in options.filter(|it| !matches!(*it, "--" | "--release" | "--path")) {
                let option = option.split('=').next().expect("a first part");
                assert!(
                    known.contains(option),
                    "{path} mentions {option}, which `digest build` does not have"
                );
            }
        }
    }
}

#[test]
fn the_changelog_knows_this_version() {
    assert!(read("CHANGELOG.md").contains(&format!("## [{}]", env!("CARGO_PKG_VERSION"))));
}

/// Every key that a source file asks TOML for stands in a document, in backquotes.
fn assert_keys_documented(source: &str, document: &str) {
    let (code, text) = (read(source), read(document));
    let mut keys = 0;
    for (at, _) in code.match_indices("(\"").chain(code.match_indices(", \"")) {
        let before = &code[..at];
        let asks = [
            "string",
            "strings",
            "table",
            "number",
            "decimal",
            "boolean",
            "date_text",
            "web_address",
            "strings_or_tables",
            "string_or_table",
            "text",
            "date",
            "ignore",
        ];
        let call =
            before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        let asked = asks.contains(&call)
            || before.ends_with("(fields")
            || before.ends_with("(&fields")
            || before.ends_with("(&table");
        if !asked {
            continue;
        }
        let key = code[at..].split('"').nth(1).expect("a key");
        assert!(text.contains(&format!("`{key}`")), "{document} does not mention `{key}`");
        keys += 1;
    }
    assert!(keys > 5, "{source} asks for {keys} keys");
}

#[test]
fn every_key_is_documented() {
    assert_keys_documented("src/config.rs", "docs/configuration.md");
    assert_keys_documented("src/article/front_matter.rs", "docs/front-matter.md");
}

#[test]
fn every_variable_of_a_template_is_documented() {
    let text = read("docs/theme.md");
    let view: String = rust_files("src/view").into_iter().map(|(_, text)| text).collect();
    for field in view.lines().filter_map(|line| line.strip_prefix("    pub ")?.split(':').next()) {
        if !field.contains(' ') {
            let named = [format!("`{field}`"), format!(".{field}`")];
            assert!(
                named.iter().any(|it| text.contains(it)),
                "docs/theme.md does not mention `{field}`"
            );
        }
    }
}
