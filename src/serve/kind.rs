//! Names of files → media types.
//!
//! In: a path. Out: what `Content-Type` says. Nothing is guessed from the content, and no browser guesses either
//! (`nosniff`); text is UTF-8.

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// The type of our own short answers.
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// The type of a stream of events.
pub(super) const EVENTS: &str = "text/event-stream; charset=utf-8";

/// The type of a script.
pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The media type of a file.
pub(super) fn of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return "application/octet-stream";
    };
    match (&*extension.to_ascii_lowercase(), stem) {
        ("html" | "htm", _) => HTML,
        ("txt" | "log", _) => TEXT,
        ("js" | "mjs", _) => SCRIPT,
        ("css", _) => "text/css; charset=utf-8",
        ("csv", _) => "text/csv; charset=utf-8",
        ("md", _) => "text/markdown; charset=utf-8",
        ("ics", _) => "text/calendar; charset=utf-8",
        ("xml", "atom") | ("atom", _) => "application/atom+xml; charset=utf-8",
        ("xml", "rss") | ("rss", _) => "application/rss+xml; charset=utf-8",
        ("xml" | "xsl", _) => "application/xml; charset=utf-8",
        ("xhtml", _) => "application/xhtml+xml; charset=utf-8",
        ("svg", _) => "image/svg+xml; charset=utf-8",
        ("json" | "map", _) => "application/json; charset=utf-8",
        ("jsonld", _) => "application/ld+json; charset=utf-8",
        ("geojson", _) => "application/geo+json; charset=utf-8",
        ("webmanifest", _) => "application/manifest+json; charset=utf-8",
        other => binary(other.0),
    }
}

/// The type of a file that is no text.
fn binary(extension: &str) -> &'static str {
    match extension {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "gz" => "application/gzip",
        "zip" => "application/zip",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_type_comes_from_the_last_extension() {
        assert_eq!(of("articles/x/index.html"), "text/html; charset=utf-8");
        assert_eq!(of("cities/qingdao/atom.xml"), "application/atom+xml; charset=utf-8");
        assert_eq!(of("sitemap.xml"), "application/xml; charset=utf-8");
        assert_eq!(of("search/a.html.bin"), "application/octet-stream");
        assert_eq!(of("A.PNG"), "image/png");
        assert_eq!(of("css/CNAME"), "application/octet-stream");
        assert_eq!(of("v1.0/CNAME"), "application/octet-stream");
    }
}
