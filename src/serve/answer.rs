//! Requests → answers.
//!
//! In: a request, and what its connection knows. Out: an answer with every header it needs. Nothing that a
//! request says comes back in an answer but its own path, in a redirect that cannot leave the host.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;

use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::{self, Bytes};
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{HeaderMap, Method, Request, StatusCode};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use tokio::sync::Semaphore;

use super::conditional::{self, Part};
use super::events::{self, Client};
use super::guard::{self, Refusal};
use super::page::{self, Found, Page};
use super::place::Place;
use super::{Limits, Preview, Stop, kind};

/// A whole file, or events as they come.
pub(super) type Body = Either<Full<Bytes>, Channel<Bytes>>;

type Response = hyper::Response<Body>;

/// Other sites may not load our files either, as images or scripts (Fetch standard).
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// So many events may wait for a slow browser.
const WAITING_EVENTS: usize = 4;

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) preview: Preview,
    pub(super) limits: Limits,
    pub(super) stop: Stop,
    /// One permit for each stream of events.
    pub(super) streams: Arc<Semaphore>,
}

/// Answers one request that reached us at an address.
pub(super) async fn answer(
    request: Request<body::Incoming>,
    shared: Arc<Shared>,
    local: SocketAddr,
) -> Result<Response, Infallible> {
    let mut response = match guard::check(&request, local) {
        Ok(()) => go(&request, &shared).await.unwrap_or_else(refuse),
        Err(refusal) => refuse(refusal),
    };
    if *request.method() == Method::HEAD {
        without_body(&mut response);
    }
    let fixed = [
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (RESOURCE_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Takes the body away, and says how long it would be.
fn without_body(response: &mut Response) {
    let length = body::Body::size_hint(response.body()).exact();
    let Some(length) = length.filter(|_| response.status() != StatusCode::NOT_MODIFIED) else {
        return;
    };
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    *response.body_mut() = whole(Bytes::new());
}

/// Finds the answer to a request that may be asked.
async fn go(request: &Request<body::Incoming>, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    let preview = &shared.preview;
    let uri = request.uri();
    let place = preview.base.place(uri.path()).map_err(|_| BAD_PATH)?;
    let path = match place {
        Place::Site(path) => Some(path),
        Place::Nowhere => None,
        Place::Script => return Ok(send(request, page::script())),
        Place::Events => return stream(request, shared),
        Place::BeforeBase => {
            return Ok(redirect(StatusCode::FOUND, preview.base.path(), uri.query()));
        }
        Place::Outside => {
            return Err(Refusal(
                StatusCode::NOT_FOUND,
                "the site stands below its base path; see /",
            ));
        }
    };
    let (shown, base) = (preview.now(), Arc::clone(&preview.base));
    let find = move || page::find(&shown, &base, path.as_deref());
    match tokio::task::spawn_blocking(find).await {
        Ok(Found::Page(page)) => Ok(send(request, page)),
        Ok(Found::Folder) => {
            let path = format!("{}/", uri.path());
            Ok(redirect(StatusCode::MOVED_PERMANENTLY, &path, uri.query()))
        }
        Err(_) => {
            Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR, "the preview failed at this page"))
        }
    }
}

/// The answer to a path that leads elsewhere.
const BAD_PATH: Refusal = Refusal(StatusCode::BAD_REQUEST, "this is no path of a site");

fn refuse(Refusal(status, why): Refusal) -> Response {
    let mut response = with_type(status, kind::TEXT, whole(Bytes::from(format!("{why}\n"))));
    let headers = response.headers_mut();
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    response
}

/// Sends somebody to a path of this host, which begins with one slash.
fn redirect(status: StatusCode, path: &str, query: Option<&str>) -> Response {
    let location = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    // What is escaped already stays as it is.
    let location = utf8_percent_encode(&location, CONTROLS).to_string();
    let location = HeaderValue::try_from(location).expect("no control character is left");
    let mut response = with_type(status, kind::TEXT, whole(Bytes::new()));
    response.headers_mut().insert(LOCATION, location);
    response
}

/// Sends what was asked for of a page.
fn send(request: &Request<body::Incoming>, page: Page) -> Response {
    if page.status != StatusCode::OK {
        return with_type(page.status, page.kind, whole(page.bytes));
    }
    let length = page.bytes.len();
    let part = conditional::part(request.method(), request.headers(), &page.etag, length);
    let mut response = match part {
        Part::Whole => with_type(StatusCode::OK, page.kind, whole(page.bytes)),
        Part::Bytes(range) => partial(&page, range),
        Part::NoBytes => {
            let mut response =
                refuse(Refusal(StatusCode::RANGE_NOT_SATISFIABLE, "nothing is there"));
            content_range(response.headers_mut(), &format!("bytes */{length}"));
            response
        }
        Part::Unchanged => status(StatusCode::NOT_MODIFIED, whole(Bytes::new())),
        Part::Other => refuse(Refusal(StatusCode::PRECONDITION_FAILED, "the file is another one")),
    };
    let etag = HeaderValue::try_from(page.etag).expect("hexadecimal digits in quotation marks");
    response.headers_mut().insert(ETAG, etag);
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

fn partial(page: &Page, range: Range<usize>) -> Response {
    let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, page.bytes.len());
    let body = whole(page.bytes.slice(range));
    let mut response = with_type(StatusCode::PARTIAL_CONTENT, page.kind, body);
    content_range(response.headers_mut(), &shown);
    response
}

fn content_range(headers: &mut HeaderMap, value: &str) {
    let value = HeaderValue::try_from(value).expect("numbers and a few signs");
    headers.insert(CONTENT_RANGE, value);
}

/// Opens a stream of events, if there are not too many.
fn stream(request: &Request<body::Incoming>, shared: &Arc<Shared>) -> Result<Response, Refusal> {
    guard::check_same_origin(request.headers())?;
    let preview = &shared.preview;
    let query = request.uri().query().unwrap_or_default();
    let client = Client::read(preview, query).map_err(|_| BAD_PATH)?;
    let permit = Arc::clone(&shared.streams)
        .try_acquire_owned()
        .map_err(|_| Refusal(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open"))?;
    let (sender, events) = Channel::new(WAITING_EVENTS);
    if *request.method() == Method::GET {
        let (heart_beat, stop) = (shared.limits.heart_beat, shared.stop.clone());
        tokio::spawn(events::send(sender, preview.clone(), client, heart_beat, stop, permit));
    }
    Ok(with_type(StatusCode::OK, kind::EVENTS, Either::Right(events)))
}

fn whole(bytes: Bytes) -> Body {
    Either::Left(Full::new(bytes))
}

fn status(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn with_type(code: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = status(code, body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
