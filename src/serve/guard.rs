//! Who may ask, and how.
//!
//! In: a request and the address it reached us at. Out: nothing, or why it is refused. A web page somewhere
//! else must not read the preview: its name may point at this machine (DNS rebinding), so `Host` has to be a
//! name that cannot; its requests carry its `Origin`. No answer carries a CORS header.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::body::Body;
use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{HeaderMap, Method, Request, StatusCode};

/// The longest path with query that is read.
const MAX_TARGET_BYTES: usize = 8 << 10;

/// Where a request comes from, as browsers tell of it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) StatusCode, pub(super) &'static str);

/// Checks everything about a request but its path.
pub(super) fn check<B: Body>(request: &Request<B>, local: SocketAddr) -> Result<(), Refusal> {
    let host = host(request.headers())?;
    let authority = request.uri().authority().map(hyper::http::uri::Authority::as_str);
    if !is_ours(host, local) || !authority.is_none_or(|it| is_ours(it, local)) {
        return Err(Refusal(
            StatusCode::MISDIRECTED_REQUEST,
            "this preview answers to localhost and to its own IP address",
        ));
    }
    if !matches!(request.uri().scheme_str(), None | Some("http")) {
        return Err(Refusal(StatusCode::BAD_REQUEST, "this preview speaks HTTP and nothing else"));
    }
    let is_own = |origin: &str| {
        origin.strip_prefix("http://").is_some_and(|it| it.eq_ignore_ascii_case(host))
    };
    let mut origins = request.headers().get_all(ORIGIN).iter();
    if !origins.all(|it| it.to_str().is_ok_and(is_own)) {
        return Err(Refusal(StatusCode::FORBIDDEN, "another site asks"));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only"));
    }
    if !request.body().is_end_stream() {
        return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE, "a request has no body here"));
    }
    let target = request.uri().path_and_query().map_or(0, |it| it.as_str().len());
    if target > MAX_TARGET_BYTES {
        return Err(Refusal(StatusCode::URI_TOO_LONG, "the address is too long"));
    }
    Ok(())
}

/// Checks that events are asked for by a page of ours, or by a person. Another port of this machine is another site.
pub(super) fn check_same_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    if sites.all(|it| matches!(it.as_bytes(), b"same-origin" | b"none")) {
        return Ok(());
    }
    Err(Refusal(StatusCode::FORBIDDEN, "another site asks"))
}

/// The one `Host`.
fn host(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next().map(|it| it.to_str()), hosts.next()) {
        (Some(Ok(host)), None) => Ok(host),
        _ => Err(Refusal(StatusCode::BAD_REQUEST, "exactly one host is needed")),
    }
}

/// Whether `host:port` can only be this server: a name that never leaves the machine, or the very address that
/// the connection reached. The port may be left out.
fn is_ours(host: &str, local: SocketAddr) -> bool {
    let end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find(':') };
    let (name, port) = host.split_at(end.unwrap_or(host.len()));
    let is_port = port.is_empty() || port == format!(":{}", local.port());
    is_port && (is_local_name(name) || ip(name).is_some_and(|it| is_local(it, local.ip())))
}

/// `localhost` and every name below it (RFC 6761).
fn is_local_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    name == "localhost" || name.ends_with(".localhost") && name.chars().all(is_letter)
}

/// The address that a host is, written in the usual way.
fn ip(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(name) => name.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn is_local(ip: IpAddr, local: IpAddr) -> bool {
    let ip = ip.to_canonical();
    ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST || ip == local.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_cannot_be_somebody_elses_are_ours() {
        let local = SocketAddr::from(([192, 168, 1, 5], 8000));
        for host in [
            "localhost",
            "LocalHost:8000",
            "a.b.localhost:8000",
            "127.0.0.1",
            "127.0.0.1:8000",
            "[::1]",
            "[::1]:8000",
            "192.168.1.5:8000",
            "[::ffff:192.168.1.5]",
        ] {
            assert!(is_ours(host, local), "{host}");
        }
        for host in [
            "",
            ":8000",
            "localhost:",
            "localhost:80",
            "localhost:+8000",
            "localhost:08000",
            "localhost:8000:8000",
            "localhost.evil.example",
            "evil.example",
            "evillocalhost",
            "localhost.",
            "user@localhost",
            "evil.example#.localhost",
            "evil.example/.localhost",
            "192.168.1.6",
            "127.1",
            "0x7f.0.0.1",
            "2130706433",
            "0.0.0.0:8000",
            "::1",
            "[::1",
            "[::1]x",
            "[::1%25lo]",
            "[127.0.0.1]",
            "[::]",
            "localhost ",
            "169.254.169.254",
        ] {
            assert!(!is_ours(host, local), "{host}");
        }
    }
}
