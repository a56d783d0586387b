//! Without events.

use std::fs;

use super::support::{SILENCE, Site};

#[test]
fn saves_are_told_of_and_by_products_are_not() {
    let site = Site::polled();
    site.write("content/.a.md.swp");
    site.write("content/a.md~");
    site.make("public");
    site.write("public/index.html");
    site.make("content/out");
    site.write("content/out/index.html");
    site.write("content/a.md");
    site.told_of(&["content/a.md"]);
    site.write("content/a.md.tmp");
    site.rename("content/a.md.tmp", "content/a.md");
    site.remove("content/old/b.md");
    site.told_of(&["content/a.md", "content/old/b.md"]);
    fs::read(site.path("content/a.md")).unwrap();
    assert!(site.batches.recv_timeout(SILENCE).is_err());
}

#[test]
fn a_burst_is_one_batch() {
    let site = Site::polled();
    (0..100).for_each(|it| site.write(&format!("content/{it}.md")));
    assert!(site.until(|told| told.paths.len() == 100).batches <= 2);
}

#[test]
fn folders_come_and_go() {
    let site = Site::polled();
    site.make("templates/x/y");
    site.is_watched("templates/x/y");
    site.rename("templates", "content/moved");
    site.is_watched("content/moved/x");
    site.remove_folder("content");
    site.until(|told| told.rescan && told.paths.contains("content"));
}

#[test]
fn the_root_may_go_and_come_back() {
    let site = Site::polled();
    let away = site.outside("away");
    fs::rename(site.root(), &away).unwrap();
    site.until(|told| told.trouble.iter().any(|it| it.contains("is gone")));
    fs::rename(&away, site.root()).unwrap();
    site.is_watched("content");
}
