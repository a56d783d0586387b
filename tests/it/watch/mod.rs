//! The watch over real files: what makes a batch, what makes none.
//!
//! That something makes no batch is seen from the next save, the marker: events come in order, so whatever was
//! seen is in a batch with it or before it.

mod support;

mod saves;
mod editors;
mod folders;
#[cfg(unix)]
mod links;
mod ignored;
mod trouble;
mod polling;
