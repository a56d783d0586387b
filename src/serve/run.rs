//! Connections, from the first to the last.
//!
//! In: a listener, the preview, limits, a way to stop. Out: nothing, when it was stopped. A runtime of its own
//! lives in here: one thread for all connections, and a few for what may have to be rendered. Whatever a client
//! does, or leaves undone, costs one of a bounded number of connections for a bounded time.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::Preview;
use super::answer::{Shared, answer};
use super::socket::Socket;

/// So many pages are rendered at once.
const RENDERERS: usize = 8;

/// How long to wait when the machine has no more sockets.
const NO_SOCKETS: Duration = Duration::from_millis(100);

/// hyper's buffers are not smaller.
const MIN_HEAD_BYTES: usize = 8 << 10;

/// What clients may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// So many connections are open; the next ones wait.
    pub connections: usize,
    /// So many of them are streams of events; the next ones are refused.
    pub streams: usize,
    /// The bytes of a request line and its headers; 8,192 at least.
    pub head_bytes: usize,
    /// So many headers are read.
    pub headers: usize,
    /// The time from the first byte that could be read to the end of the headers, and between two requests.
    pub head_time: Duration,
    /// The time in which a client takes something of an answer.
    pub write_time: Duration,
    /// The time between two signs of life in a stream of events.
    pub heart_beat: Duration,
    /// The time that answers have to be finished when the server is stopped.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            streams: 64,
            head_bytes: 32 << 10,
            headers: 100,
            head_time: Duration::from_secs(15),
            write_time: Duration::from_secs(30),
            heart_beat: Duration::from_secs(15),
            farewell: Duration::from_millis(400),
        }
    }
}

/// Stops a server. A clone stops the same one.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Stops the server, from any thread; a server that has not begun yet will not.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is stopped.
    pub(super) async fn wait(&self) {
        // `self` is a sender, so the channel is open.
        drop(self.0.subscribe().wait_for(|is_stopped| *is_stopped).await);
    }
}

/// Serves a preview until it is stopped; answers on their way have a moment to arrive, streams of events end at once.
///
/// # Errors
/// The machine gives no threads, or does not know the listener.
pub fn run(listener: TcpListener, preview: &Preview, limits: &Limits, stop: &Stop) -> Result<()> {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(RENDERERS).build();
    let runtime = runtime.context("cannot start the preview server")?;
    let farewell = limits.farewell;
    let shared = Arc::new(Shared {
        preview: preview.clone(),
        limits: limits.clone(),
        stop: stop.clone(),
        streams: Arc::new(Semaphore::new(limits.streams)),
    });
    let result = runtime.block_on(accept(listener, &shared));
    runtime.shutdown_timeout(farewell);
    result
}

/// Accepts connections until it is stopped.
async fn accept(listener: TcpListener, shared: &Arc<Shared>) -> Result<()> {
    let not_usable = "cannot use the port of the preview server";
    listener.set_nonblocking(true).context(not_usable)?;
    let listener = tokio::net::TcpListener::from_std(listener).context(not_usable)?;
    let connections = Arc::new(Semaphore::new(shared.limits.connections));
    let graceful = GracefulShutdown::new();
    let all = async {
        loop {
            let permit = Arc::clone(&connections).acquire_owned().await;
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(connection(
                        stream,
                        Arc::clone(shared),
                        graceful.watcher(),
                        permit.ok(),
                    ));
                }
                Err(_) => sleep(NO_SOCKETS).await,
            }
        }
    };
    tokio::select! {
        () = all => {},
        () = shared.stop.wait() => {},
    }
    drop(listener);
    drop(timeout(shared.limits.farewell, graceful.shutdown()).await);
    Ok(())
}

/// Answers the requests of one connection. What goes wrong with it concerns nobody but its client.
async fn connection(
    stream: TcpStream,
    shared: Arc<Shared>,
    watcher: Watcher,
    _permit: Option<OwnedSemaphorePermit>,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // An answer is written at once; without this, small ones would wait for each other.
    drop(stream.set_nodelay(true));
    let limits = &shared.limits;
    let socket = TokioIo::new(Socket::new(stream, limits.write_time));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes.max(MIN_HEAD_BYTES))
        .max_headers(limits.headers)
        .serve_connection(socket, service_fn(|it| answer(it, Arc::clone(&shared), local)));
    drop(watcher.watch(connection).await);
}
