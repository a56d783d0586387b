//! Puts OpenCC's dictionaries, which this program carries, into a folder from which OpenCC can open
//! them.
//!
//! In: the folder of caches. Out: the folder in it that holds the dictionaries, complete and
//! undamaged.
//!
//! Besides OpenCC's own there are two lists of ours, by which doubtful characters are found.
//!
//! 1. The folder is named after the hash of its content. If its files have that hash, it is ready;
//!    reading them takes a millisecond, less than opening them.
//! 2. Otherwise they are written into a temporary folder beside it, which then takes the name.
//! 3. If the name is taken, by another process or by damaged files, each file takes the place of
//!    its namesake. No file is ever missing or half written meanwhile, so any number of processes
//!    may do this at once.
//!
//! Must not: leave a damaged file to OpenCC, which may end the process instead of reporting it;
//! remove a folder it did not make (those of other versions stay).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io, process};

use super::super::doubt;
use super::super::script::Script;
use super::{Conversion, OpenCcError};

/// The version of opencc-rust, which brings the dictionaries; Cargo.toml asks for exactly this one.
const VERSION: &str = "2.0.2";

/// The hash of the dictionaries. After an update of opencc-rust the test below tells the new one.
const HASH: &str = "33b4c2919c7233cd";

/// The files that the conversions read.
const FILES: [&str; 25] = [
    "CJK_Compatibility_Ideographs.ocd2",
    "HKVariants.ocd2",
    "HKVariantsPhrases.ocd2",
    "HKVariantsRev.ocd2",
    "HKVariantsRevPhrases.ocd2",
    "STCharacters.ocd2",
    "STPhrases.ocd2",
    "STPhrases_GeneratedFromRegionalPhrases.ocd2",
    "TSCharacters.ocd2",
    "TSCharactersExt.ocd2",
    "TSPhrases.ocd2",
    "TWVariants.ocd2",
    "TWVariantsPhrases.ocd2",
    "TWVariantsRev.ocd2",
    "TWVariantsRevPhrases.ocd2",
    "doubt-s.json",
    "doubt-s.txt",
    "doubt-t.json",
    "doubt-t.txt",
    "hk2s.json",
    "s2hk.json",
    "s2t.json",
    "s2tw.json",
    "t2s.json",
    "tw2s.json",
];

/// The configurations that mark doubtful characters, each with its list of them and the script it reads.
pub(super) const DOUBTS: [(&str, &str, Script); 2] = [
    ("doubt-s.json", "doubt-s.txt", Script::Hans),
    ("doubt-t.json", "doubt-t.txt", Script::HantTw),
];

/// Segments as the conversions do; what no phrase covers is looked up among the doubtful characters.
fn doubt_config(list: &str, script: Script) -> String {
    let phrases: &[&str] = if script.is_traditional() {
        &["TSPhrases.ocd2", "TWVariantsRevPhrases.ocd2"]
    } else {
        &["STPhrases.ocd2", "STPhrases_GeneratedFromRegionalPhrases.ocd2"]
    };
    let dict = |file: &&str| format!(r#"{{ "type": "ocd2", "file": "{file}" }}"#);
    let phrases = phrases.iter().map(dict).collect::<Vec<_>>().join(", ");
    let phrases =
        format!(r#"{{ "type": "group", "match_policy": "union", "dicts": [{phrases}] }}"#);
    let characters = format!(r#"{{ "type": "text", "file": "{list}" }}"#);
    format!(
        r#"{{
  "name": "{list}",
  "segmentation": {{ "type": "mmseg", "dict": {phrases} }},
  "conversion_chain": [
    {{ "dict": {{ "type": "group", "match_policy": "short_circuit", "dicts": [{phrases}, {characters}] }} }}
  ]
}}
"#
    )
}

/// The list of doubtful characters, each with the mark.
fn doubt_list(script: Script) -> String {
    let line = |c: char| [c, '\t', doubt::MARK, '\n'];
    doubt::characters(script).into_iter().flat_map(line).collect()
}

/// The folder below `cache` that holds the dictionaries, written or repaired if need be.
pub(super) fn folder(cache: &Path) -> Result<PathBuf, OpenCcError> {
    let folder = cache.join(format!("opencc-{VERSION}-{HASH}"));
    if !is_intact(&folder) {
        Fresh::write(cache)?.put(&folder)?;
        if !is_intact(&folder) {
            return Err(OpenCcError::Dictionaries(folder));
        }
    }
    Ok(folder)
}

fn is_intact(folder: &Path) -> bool {
    hash(folder).is_ok_and(|hash| hash == HASH)
}

/// 16 digits of BLAKE3 over name, length and bytes of every file.
fn hash(folder: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    for name in FILES {
        let bytes = fs::read(folder.join(name))?;
        hasher.update(name.as_bytes()).update(&bytes.len().to_le_bytes()).update(&bytes);
    }
    Ok(hasher.finalize().to_hex()[..16].to_string())
}

/// The dictionaries in a temporary folder, removed when dropped.
struct Fresh(PathBuf);

impl Fresh {
    fn write(cache: &Path) -> Result<Self, OpenCcError> {
        let fresh = Self::new(cache)?;
        let configs = Conversion::ALL.map(Conversion::config);
        if opencc_rust::generate_static_dictionaries(&fresh.0, &configs).is_err() {
            return Err(OpenCcError::Dictionaries(fresh.0.clone()));
        }
        for (config, list, script) in DOUBTS {
            fresh.file(config, &doubt_config(list, script))?;
            fresh.file(list, &doubt_list(script))?;
        }
        Ok(fresh)
    }

    fn file(&self, name: &str, text: &str) -> Result<(), OpenCcError> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|error| OpenCcError::Io(path, error))
    }

    /// Makes a folder that no other thread or process has, nor left behind.
    fn new(cache: &Path) -> Result<Self, OpenCcError> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        fs::create_dir_all(cache).map_err(|error| OpenCcError::Io(cache.to_path_buf(), error))?;
        loop {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed);
            let path = cache.join(format!("opencc-{}-{number}.tmp", process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(OpenCcError::Io(path, error)),
            }
        }
    }

    /// Gives the dictionaries their place. That a folder has the name already is no error.
    fn put(&self, folder: &Path) -> Result<(), OpenCcError> {
        if fs::rename(&self.0, folder).is_ok() || is_intact(folder) {
            return Ok(());
        }
        FILES.iter().try_for_each(|name| {
            let place = folder.join(name);
            fs::rename(self.0.join(name), &place).map_err(|error| OpenCcError::Io(place, error))
        })
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // After `put` there may be nothing left to remove; a folder left behind harms no one.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_cargo_is_asked_for() {
        let manifest = include_str!("../../../Cargo.toml");
        let line = manifest.lines().find(|line| line.starts_with("opencc-rust = "));
        let line = line.expect("Cargo.toml names opencc-rust");
        assert!(line.contains(&format!("\"={VERSION}\"")), "not {VERSION}: {line}");
    }

    #[test]
    fn the_dictionaries_are_the_ones_named() {
        let cache = tempfile::tempdir().expect("a temporary folder");
        let fresh = Fresh::write(cache.path()).expect("the dictionaries are written");
        let entries = fs::read_dir(&fresh.0).expect("the folder is there");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("a file").file_name()).collect();
        names.sort();
        assert_eq!(names, FILES, "the files that the conversions read have changed");
        let hash = hash(&fresh.0).expect("the files can be read");
        assert_eq!(hash, HASH, "the dictionaries have changed: name the new version and hash");
    }
}
