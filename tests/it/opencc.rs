//! Script conversion: OpenCC converts as its authors say, on any number of threads, and its
//! dictionaries survive what happens to files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Barrier;

use digest_site::text::opencc::{Conversion, Converter, OpenCcError};
use tempfile::TempDir;

/// Set for the processes of `eight_processes_meet_an_empty_cache`: the cache they share.
const SHARED_CACHE: &str = "DIGEST_TEST_OPENCC_CACHE";

fn cache() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn convert(conversion: Conversion, cache: &Path, text: &str) -> String {
    let converter = Converter::open(conversion, cache).expect("the converter opens");
    converter.convert(text).expect("the text converts")
}

/// The folder of the dictionaries, the only entry of the cache: nothing temporary is left over.
fn dictionaries(cache: &Path) -> PathBuf {
    let entries = fs::read_dir(cache).expect("the cache is there");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    let folder = paths.next().expect("the cache is not empty");
    assert_eq!(paths.next(), None, "something temporary is left over");
    folder
}

#[test]
fn every_conversion_does_what_it_says() {
    use Conversion::{Hk2s, S2hk, S2t, S2tw, T2s, Tw2s};
    let cache = cache();
    for (conversion, text, expected) in [
        (S2t, "群众里面", "羣衆裏面"),
        (S2tw, "群众里面", "群眾裡面"),
        (S2hk, "群众里面", "羣眾裏面"),
        (T2s, "青島裏面", "青岛里面"),
        (Tw2s, "青島裡面", "青岛里面"),
        (Hk2s, "青島裏面", "青岛里面"),
    ] {
        let converted = convert(conversion, cache.path(), text);
        assert_eq!(converted, expected, "{}", conversion.file_name());
    }
}

/// 里 stays in 公里 (kilometre) and becomes 裡 in 里面 (inside).
#[test]
fn a_character_is_converted_by_its_phrase() {
    let cache = cache();
    assert_eq!(convert(Conversion::S2tw, cache.path(), "三公里里面"), "三公里裡面");
}

#[test]
fn an_empty_text_stays_empty_and_other_text_stays_as_it_is() {
    let cache = cache();
    for text in ["", "\n", "GDP 5.1%", "😀é", "\u{FEFF}\u{2028}"] {
        assert_eq!(convert(Conversion::S2tw, cache.path(), text), text);
    }
}

#[test]
fn u_0000_is_refused() {
    let cache = cache();
    let converter = Converter::open(Conversion::S2tw, cache.path()).expect("opens");
    for text in ["\0", "国\0国", "国\0"] {
        let error = converter.convert(text).expect_err("refused");
        assert!(matches!(error, OpenCcError::Nul), "{error}");
    }
}

#[test]
fn two_threads_share_a_converter() {
    let cache = cache();
    let converter = Converter::open(Conversion::S2tw, cache.path()).expect("opens");
    let (text, expected) = ("青岛的群众。".repeat(2000), "青島的群眾。".repeat(2000));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(converter.convert(&text).expect("converts"), expected);
                }
            });
        }
    });
}

#[test]
fn eight_threads_meet_an_empty_cache() {
    let cache = cache();
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (start, cache) = (&start, cache.path());
            scope.spawn(move || {
                start.wait();
                let conversion = Conversion::ALL[number % Conversion::ALL.len()];
                Converter::open(conversion, cache).expect("opens");
            });
        }
    });
    dictionaries(cache.path());
}

#[test]
fn eight_processes_meet_an_empty_cache() {
    let cache = cache();
    eight_processes(cache.path());
    dictionaries(cache.path());
}

#[test]
fn eight_processes_meet_a_damaged_cache() {
    let cache = cache();
    convert(Conversion::S2tw, cache.path(), "国");
    let folder = dictionaries(cache.path());
    for name in ["STPhrases.ocd2", "s2tw.json"] {
        fs::write(folder.join(name), "damaged").expect("a file is damaged");
    }
    eight_processes(cache.path());
    dictionaries(cache.path());
}

/// Runs this test program eight times, for the one test below.
fn eight_processes(cache: &Path) {
    let program = std::env::current_exe().expect("this test program has a path");
    let (_, module) = module_path!().split_once("::").expect("a module of this crate");
    let mut command = Command::new(program);
    command.args(["--exact", &format!("{module}::one_of_eight_processes")]);
    command.env(SHARED_CACHE, cache).stdout(Stdio::piped());
    let children: Vec<_> = (0..8).map(|_| command.spawn().expect("a process starts")).collect();
    for child in children {
        let output = child.wait_with_output().expect("a process ends");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("1 passed"), "{printed}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is an edge")]
fn one_of_eight_processes() {
    if let Some(cache) = std::env::var_os(SHARED_CACHE) {
        let converted = convert(Conversion::S2tw, Path::new(&cache), "三公里里面");
        assert_eq!(converted, "三公里裡面");
    }
}

/// Every file that lost its last byte is repaired by the next opening. (`T2s` opens fastest; all
/// files are looked at for any conversion.)
#[test]
fn truncated_dictionaries_are_repaired() {
    let cache = cache();
    convert(Conversion::T2s, cache.path(), "國");
    let folder = dictionaries(cache.path());
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let file = entry.expect("a file").path();
        let whole = fs::read(&file).expect("a file");
        damage(cache.path(), &file, &whole, &whole[..whole.len() - 1]);
    }
    assert_eq!(dictionaries(cache.path()), folder);
}

/// So is a file that is empty, cut in the middle, different in one bit, or gone.
#[test]
fn a_dictionary_damaged_otherwise_is_repaired() {
    let cache = cache();
    convert(Conversion::T2s, cache.path(), "國");
    let file = dictionaries(cache.path()).join("STPhrases.ocd2");
    let whole = fs::read(&file).expect("a file");
    let middle = whole.len() / 2;
    let mut flipped = whole.clone();
    flipped[middle] ^= 1;
    for damaged in [&[], &whole[..middle], &flipped] {
        damage(cache.path(), &file, &whole, damaged);
    }
    fs::remove_file(&file).expect("the file is removed");
    assert_eq!(convert(Conversion::T2s, cache.path(), "國"), "国");
    assert_eq!(fs::read(&file).expect("a file"), whole);
}

fn damage(cache: &Path, file: &Path, whole: &[u8], damaged: &[u8]) {
    fs::write(file, damaged).expect("the file is damaged");
    assert_eq!(convert(Conversion::S2tw, cache, "国"), "國", "{}", file.display());
    assert_eq!(fs::read(file).expect("a file"), whole, "{}", file.display());
}

#[test]
fn a_missing_folder_is_written_again() {
    let cache = cache();
    let deep = cache.path().join("not/there/yet");
    convert(Conversion::S2tw, &deep, "国");
    fs::remove_dir_all(dictionaries(&deep)).expect("the folder is removed");
    assert_eq!(convert(Conversion::S2tw, &deep, "国"), "國");
}

#[test]
fn intact_dictionaries_are_not_written_again() {
    let cache = cache();
    convert(Conversion::T2s, cache.path(), "國");
    let file = dictionaries(cache.path()).join("STPhrases.ocd2");
    let modified = |file: &Path| fs::metadata(file).and_then(|it| it.modified()).expect("a time");
    let before = modified(&file);
    convert(Conversion::T2s, cache.path(), "國");
    assert_eq!(modified(&file), before);
}

#[test]
fn a_cache_that_is_no_folder_is_named() {
    let cache = cache();
    let file = cache.path().join("file");
    fs::write(&file, "").expect("a file");
    let error = Converter::open(Conversion::S2tw, &file).expect_err("no folder");
    assert!(error.to_string().contains(&*file.to_string_lossy()), "{error}");
}

#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let cache = cache();
    fs::set_permissions(cache.path(), fs::Permissions::from_mode(0o555)).expect("read-only");
    if fs::write(cache.path().join("probe"), "").is_ok() {
        println!("skipped: this user (root?) may write into a read-only folder");
        return;
    }
    let error = Converter::open(Conversion::S2tw, cache.path()).expect_err("not writable");
    assert!(error.to_string().contains(&*cache.path().to_string_lossy()), "{error}");
}

/// OpenCC's own cases, if a crate that contains them lies in cargo's registry (`cargo fetch` of
/// anything that depends on opencc-sys 0.5.2+1.4.1 puts it there).
#[test]
fn the_cases_of_opencc_pass() {
    let Some(file) = cases_of_opencc() else {
        println!("skipped: opencc-sys 0.5.2+1.4.1 is not in cargo's registry");
        return;
    };
    let json = without_trailing_commas(&fs::read_to_string(file).expect("the cases"));
    let root: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let cases = root["cases"].as_array().expect("a list of cases");
    let cache = cache();
    let checked = Conversion::ALL.map(|conversion| check_cases(conversion, cache.path(), cases));
    assert_eq!(checked, [105, 65, 51, 55, 32, 21], "the number of cases, as in Conversion::ALL");
}

/// `{ "input": …, "expected": { "s2t": … } }`: how many cases there are for a conversion.
fn check_cases(conversion: Conversion, cache: &Path, cases: &[serde_json::Value]) -> usize {
    let converter = Converter::open(conversion, cache).expect("opens");
    let name = conversion.file_name().trim_end_matches(".json");
    let mut checked = 0;
    for case in cases {
        let Some(expected) = case["expected"][name].as_str() else {
            continue;
        };
        let input = case["input"].as_str().expect("a case has an input");
        assert_eq!(converter.convert(input).expect("converts"), expected, "{name}: {input}");
        checked += 1;
    }
    checked
}

#[expect(clippy::disallowed_methods, reason = "a test is an edge")]
fn cases_of_opencc() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry/src")).ok()?;
    let case_file = "opencc-sys-0.5.2+1.4.1/OpenCC/test/testcases/testcases.json";
    let mut files = registries.filter_map(Result::ok).map(|it| it.path().join(case_file));
    files.find(|file| file.exists())
}

/// The cases are written for a parser that allows a comma before a closing bracket, on a line of
/// its own.
fn without_trailing_commas(json: &str) -> String {
    let mut lines: Vec<String> = json.lines().map(str::to_string).collect();
    for index in 1..lines.len() {
        if lines[index].trim_start().starts_with(['}', ']']) {
            let before = &mut lines[index - 1];
            before.truncate(before.trim_end_matches(',').len());
        }
    }
    lines.join("\n")
}

/// Names the file with OpenCC's own cases: `OpenCC/test/testcases/testcases.json` of the crate `opencc-sys`.
const CASES: &str = "OPENCC_CASES";

/// OpenCC's own cases for every conversion that is used here.
#[test]
fn opencc_passes_its_own_cases() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told something by its environment"
    )]
    let Some(path) = std::env::var_os(CASES) else {
        println!("skipped: {CASES} names no file with the cases of OpenCC");
        return;
    };
    let text = fs::read_to_string(path).expect("the file can be read");
    let cases: serde_json::Value =
        serde_json::from_str(&without_last_commas(&text)).expect("the file is JSON");
    let cases = cases["cases"].as_array().expect("a list");
    let cache = cache();
    for conversion in Conversion::ALL {
        let converter = Converter::open(conversion, cache.path()).expect("the converter opens");
        let name = conversion.file_name().trim_end_matches(".json");
        let mut count = 0;
        for case in cases {
            let Some(expected) = case["expected"][name].as_str() else { continue };
            let input = case["input"].as_str().expect("a text");
            assert_eq!(converter.convert(input).expect("it converts"), expected, "{name}: {case}");
            count += 1;
        }
        assert!(count > 10, "{count} cases for {name}");
    }
}

/// The file has commas behind last entries, which JSON does not allow.
fn without_last_commas(text: &str) -> String {
    let (mut out, mut in_text, mut escaped) = (String::new(), false, false);
    for c in text.chars() {
        if !in_text && matches!(c, ']' | '}') && out.trim_end().ends_with(',') {
            out.truncate(out.trim_end().len() - 1);
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
        out.push(c);
    }
    out
}
