//! The preview server, over real sockets.

/// Pages that change, problems, and who hears of them.
mod events;
/// Entity tags, ranges, types, redirects: answers to good requests.
mod files;
/// Slow, greedy and many clients; the end.
mod limits;
/// A hundred bad and odd requests.
mod requests;
/// A site in memory, a server for it, a client that sends what it is told.
mod support;
