//! Converts between Simplified and Traditional Chinese with OpenCC, the reference implementation.
//!
//! In: a text, a [`Conversion`], and a folder to keep OpenCC's dictionaries in. Out: the converted
//! text.
//!
//! 1. `dictionaries` puts the dictionaries this program carries into that folder, for OpenCC opens
//!    files only.
//! 2. [`Converter::open`] loads one configuration.
//! 3. [`Converter::convert`] converts without a lock, on any number of threads. (The conversion
//!    opencc-rust offers holds one lock for the whole process; its C functions do not.)
//!
//! Must not: read the environment (the caller names the folder), print, or let U+0000 through to C,
//! where it would cut the text short. This is the only file with unsafe code.
#![expect(
    unsafe_code,
    reason = "OpenCC is a C++ library: its C functions are called here and nowhere else"
)]

mod dictionaries;

use std::ffi::{CStr, CString, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use super::script::Script;
use opencc_rust::DefaultConfig;
use opencc_rust::{
    opencc_close, opencc_convert_utf8, opencc_convert_utf8_free, opencc_error, opencc_open,
};

/// A conversion OpenCC offers. Those that also exchange words (`s2twp` and the like) are left out:
/// they damage names (蚌埠市 → 蚌端口市).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conversion {
    /// Simplified to Traditional in OpenCC's own standard: 群众里面 → 羣衆裏面.
    S2t,
    /// Simplified to Traditional as written in Taiwan: 群众里面 → 群眾裡面.
    S2tw,
    /// Simplified to Traditional as written in Hong Kong: 群众里面 → 羣眾裏面.
    S2hk,
    /// Traditional in OpenCC's own standard to Simplified: 青島裏面 → 青岛里面.
    T2s,
    /// Traditional as written in Taiwan to Simplified: 青島裡面 → 青岛里面.
    Tw2s,
    /// Traditional as written in Hong Kong to Simplified: 青島裏面 → 青岛里面.
    Hk2s,
    /// Simplified text in which a mark stands for each doubtful character that no phrase settles.
    DoubtS,
    /// The same for Traditional text.
    DoubtT,
}

impl Conversion {
    /// All conversions of OpenCC's.
    pub const ALL: [Self; 6] =
        [Self::S2t, Self::S2tw, Self::S2hk, Self::T2s, Self::Tw2s, Self::Hk2s];

    /// The conversion from one script to another; `None` between scripts of the same characters, which stay as
    /// they are written.
    #[must_use]
    pub const fn between(from: Script, to: Script) -> Option<Self> {
        match (from, to) {
            (Script::Hans, Script::Hant) => Some(Self::S2t),
            (Script::Hans, Script::HantTw) => Some(Self::S2tw),
            (Script::Hans, Script::HantHk) => Some(Self::S2hk),
            // What is not said to be Hong Kong's is read as Taiwan's: 隨著 is 随着, and all other forms are the same.
            (Script::Hant | Script::HantTw, Script::Hans) => Some(Self::Tw2s),
            (Script::HantHk, Script::Hans) => Some(Self::Hk2s),
            _ => None,
        }
    }

    /// The name of its configuration file, such as `s2tw.json`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::DoubtS => dictionaries::DOUBTS[0].0,
            Self::DoubtT => dictionaries::DOUBTS[1].0,
            other => other.config().get_file_name(),
        }
    }

    /// The configuration of OpenCC's that brings its dictionaries.
    fn config(self) -> DefaultConfig {
        match self {
            Self::S2t | Self::DoubtS => DefaultConfig::S2T,
            Self::S2tw => DefaultConfig::S2TW,
            Self::S2hk => DefaultConfig::S2HK,
            Self::T2s | Self::DoubtT => DefaultConfig::T2S,
            Self::Tw2s => DefaultConfig::TW2S,
            Self::Hk2s => DefaultConfig::HK2S,
        }
    }
}

/// One conversion, loaded (a few to fifty milliseconds, some 20 MB): open it once and share it
/// between threads.
#[derive(Debug)]
pub struct Converter {
    /// What `opencc_open` returned; closed when dropped.
    handle: *mut c_void,
}

// SAFETY: the handle is a C++ object on the heap that is bound to no thread.
unsafe impl Send for Converter {}

// SAFETY: opencc.h calls `opencc_error` the only function that is not thread-safe. Converting reads
// the object (C++: `SimpleConverter::Convert(...) const`) and keeps its scratch memory per thread.
// It writes to shared memory only to note an error, which a text in UTF-8 without U+0000 cannot
// cause; that note is never read (see `convert`).
unsafe impl Sync for Converter {}

impl Converter {
    /// Loads a conversion; the dictionaries are put into a folder below `cache` if they are not
    /// there yet.
    ///
    /// # Errors
    /// When the dictionaries cannot be written or OpenCC cannot load them.
    pub fn open(conversion: Conversion, cache: &Path) -> Result<Self, OpenCcError> {
        let file = dictionaries::folder(cache)?.join(conversion.file_name());
        let name = match CString::new(file.as_os_str().as_encoded_bytes()) {
            Ok(name) => name,
            Err(error) => return Err(OpenCcError::Io(file, error.into())),
        };
        let lock = ERROR_LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: `name` ends with a null byte and outlives the call, which keeps no pointer to it;
        // the lock is held because a failure writes the message `last_error` reads.
        let handle = unsafe { opencc_open(name.as_ptr()) };
        if handle.is_null() || handle.addr() == usize::MAX {
            return Err(OpenCcError::Open(file, last_error(&lock)));
        }
        Ok(Self { handle })
    }

    /// Converts a text; an empty text stays empty.
    ///
    /// # Errors
    /// When the text contains U+0000. (Any other error would be a fault of OpenCC.)
    pub fn convert(&self, text: &str) -> Result<String, OpenCcError> {
        if text.is_empty() {
            return Ok(String::new());
        }
        if text.contains('\0') {
            return Err(OpenCcError::Nul);
        }
        // SAFETY: the handle is open as long as `self` lives; the text is UTF-8 of the given
        // length, and is not kept.
        let output = unsafe { opencc_convert_utf8(self.handle, text.as_ptr().cast(), text.len()) };
        if output.is_null() {
            return Err(OpenCcError::Refused);
        }
        // SAFETY: not null, so it is a C string of OpenCC's, and it is ours until it is given back
        // below.
        let bytes = unsafe { CStr::from_ptr(output) }.to_bytes().to_vec();
        // SAFETY: it comes from `opencc_convert_utf8`, is given back once, and `bytes` is a copy.
        unsafe { opencc_convert_utf8_free(output) };
        String::from_utf8(bytes).map_err(|_| OpenCcError::Refused)
    }
}

impl Drop for Converter {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and no one else has it: `&mut self`.
        unsafe { opencc_close(self.handle) };
    }
}

/// Why a text could not be converted.
#[derive(Debug)]
pub enum OpenCcError {
    /// The text contains U+0000.
    Nul,
    /// There is no folder for the dictionaries.
    NoFolder,
    /// A file or folder of the dictionaries could not be read or written.
    Io(PathBuf, io::Error),
    /// The folder does not hold this version's dictionaries although they were just written.
    Dictionaries(PathBuf),
    /// OpenCC could not load this configuration; the reason in its own words.
    Open(PathBuf, String),
    /// OpenCC could not convert the text, or what it made of it is not UTF-8.
    Refused,
}

impl fmt::Display for OpenCcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nul => {
                f.write_str("the text contains the character U+0000, which no text should")
            }
            Self::NoFolder => f.write_str("there is no folder for the dictionaries of OpenCC"),
            Self::Io(path, error) => write!(f, "`{}`: {error}", path.display()),
            Self::Dictionaries(folder) => {
                write!(f, "cannot put the OpenCC dictionaries into `{}`", folder.display())
            }
            Self::Open(file, reason) => {
                write!(f, "OpenCC cannot load `{}`: {reason}", file.display())
            }
            Self::Refused => f.write_str("OpenCC could not convert the text"),
        }
    }
}

impl std::error::Error for OpenCcError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// Held while a converter is opened: OpenCC has one error message for all threads.
static ERROR_LOCK: Mutex<()> = Mutex::new(());

fn last_error(_lock: &MutexGuard<'_, ()>) -> String {
    // SAFETY: the lock is held, so no other thread writes the message between its making and this
    // copy.
    let message = unsafe { opencc_error() };
    if message.is_null() {
        return "no reason given".to_string();
    }
    // SAFETY: not null, so it is OpenCC's message, a C string.
    unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned()
}
