//! What ends no watch, and what does.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use digest_site::watch::{Options, Watch};

use super::support::{NAMES, Site};

fn goes_and_comes_back(site: &Site, go: impl FnOnce(), come: impl FnOnce()) {
    go();
    let told = site.until(|told| told.trouble.iter().any(|it| it.contains("is gone")));
    assert_eq!(told.trouble.len(), 1, "{told:?}");
    come();
    site.is_watched("content");
    site.settle();
    site.told_of(&[]);
}

#[test]
fn the_root_may_go_and_come_back() {
    let site = Site::new();
    let away = site.outside("away");
    let (go, come) =
        (|| fs::rename(site.root(), &away).unwrap(), || fs::rename(&away, site.root()).unwrap());
    goes_and_comes_back(&site, go, come);
    let (go, come) = (|| site.remove_folder(""), || site.make("content"));
    goes_and_comes_back(&site, go, come);
}

#[test]
fn so_may_the_folder_around_it() {
    let around = tempfile::tempdir().unwrap();
    let (outer, away) = (around.path().join("outer"), around.path().join("away"));
    fs::create_dir_all(outer.join("site/content")).unwrap();
    let mut watch = Watch::start(&outer.join("site"), &NAMES, &[], &Options::default()).unwrap();
    fs::rename(&outer, &away).unwrap();
    let gone = watch.next_batch().unwrap();
    assert!(gone.trouble.len() == 1 && gone.paths.is_empty() && !gone.rescan, "{gone:?}");
    fs::rename(&away, &outer).unwrap();
    assert!(watch.next_batch().unwrap().rescan);
}

#[test]
fn a_root_that_is_not_there_cannot_be_watched() {
    let error = Watch::start(Path::new("/no/such/site"), &NAMES, &[], &Options::default());
    let text = error.unwrap_err().to_string();
    assert_eq!(text, "cannot watch `/no/such/site`: there is no such folder");
}

#[test]
fn a_watch_that_waits_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(folder.path(), &NAMES, &[], &Options::default()).unwrap();
    let stopper = watch.stopper();
    let waiting = thread::spawn(move || (watch.next_batch(), watch.next_batch()));
    thread::sleep(Duration::from_millis(50));
    stopper.stop();
    assert_eq!(waiting.join().unwrap(), (None, None));
}

#[test]
fn a_watch_can_wait_for_a_time() {
    let (root, end) = (tempfile::tempdir().unwrap(), Instant::now() + Duration::from_millis(50));
    fs::write(root.path().join("site.toml"), "").unwrap();
    let mut watch = Watch::start(root.path(), &["site.toml"], &[], &Options::default()).unwrap();
    let batch = watch.batch_until(Some(end)).unwrap();
    assert!(batch.paths.is_empty() && !batch.rescan && Instant::now() >= end, "{batch:?}");
}
