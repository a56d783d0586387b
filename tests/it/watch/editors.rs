//! What editors do when they save, by the operations on files that they are known for.

use std::fs;
use std::thread;
use std::time::Duration;

use super::support::{SILENCE, Site};

#[test]
fn vim() {
    let site = Site::new();
    site.write("content/.a.md.swp");
    site.write("content/4913");
    site.remove("content/4913");
    site.rename("content/a.md", "content/a.md~");
    thread::sleep(Duration::from_millis(5));
    site.write("content/a.md");
    site.remove("content/a.md~");
    site.remove("content/.a.md.swp");
    let told = site.until_path("content/a.md");
    assert_eq!((told.batches, told.paths.len()), (1, 1), "{told:?}");
    site.told_of(&[]);
}

#[cfg(unix)]
#[test]
fn emacs() {
    let site = Site::new();
    std::os::unix::fs::symlink("li@host.123", site.path("content/.#a.md")).unwrap();
    site.write("content/#a.md#");
    site.rename("content/a.md", "content/a.md~");
    site.write("content/a.md");
    site.remove("content/#a.md#");
    site.remove("content/.#a.md");
    site.told_of(&["content/a.md"]);
}

#[test]
fn jetbrains() {
    let site = Site::new();
    site.write("content/a.md___jb_tmp___");
    site.rename("content/a.md", "content/a.md___jb_old___");
    site.rename("content/a.md___jb_tmp___", "content/a.md");
    site.remove("content/a.md___jb_old___");
    site.told_of(&["content/a.md"]);
}

#[test]
fn gnome() {
    let site = Site::new();
    site.write("content/.goutputstream-AB12CD");
    fs::hard_link(site.path("content/a.md"), site.path("content/a.md~")).unwrap();
    site.rename("content/.goutputstream-AB12CD", "content/a.md");
    site.told_of(&["content/a.md"]);
}

#[test]
fn kate_and_sublime_and_others_rename_over() {
    let temporary = ["content/a.md.Xk3fQz", "content/.subl1a2.tmp", "content/a.md.tmp"];
    for temporary in temporary {
        let site = Site::new();
        site.write(temporary);
        thread::sleep(Duration::from_millis(100));
        site.rename(temporary, "content/a.md");
        site.told_of(&["content/a.md"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_comes_and_goes_in_a_moment_needs_no_known_name() {
    let site = Site::new();
    site.write("content/sedAbCdEf");
    site.rename("content/sedAbCdEf", "content/a.md");
    site.told_of(&["content/a.md"]);
}

#[test]
fn by_products_alone_make_no_batch() {
    let site = Site::new();
    site.make("content/.git/objects");
    for name in [".a.md.swp", "a.md~", "#a.md#", "4913", ".DS_Store", "a.tmp", ".git/index"] {
        site.write(&format!("content/{name}"));
    }
    site.write(".env");
    site.write("README.md");
    assert!(site.batches.recv_timeout(SILENCE).is_err());
    site.remove_folder("content/.git");
    site.told_of(&[]);
}
