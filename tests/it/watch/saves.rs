//! Saves: one batch, soon; many at once, few.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use super::support::{SILENCE, Site};

#[test]
fn a_save_is_one_batch() {
    let site = Site::new();
    site.write("content/a.md");
    let batch = site.next();
    assert_eq!(batch.paths, BTreeSet::from([site.path("content/a.md")]));
    assert!(!batch.rescan && batch.trouble.is_empty());
    assert!(site.batches.recv_timeout(SILENCE).is_err());
}

#[test]
fn a_file_written_in_pieces_is_one_batch() {
    let site = Site::new();
    let mut file = File::create(site.path("content/a.md")).unwrap();
    for _ in 0..5 {
        file.write_all(b"a piece").unwrap();
        thread::sleep(Duration::from_millis(8));
    }
    drop(file);
    let told = site.until_path("content/a.md");
    let length = fs::metadata(site.path("content/a.md")).unwrap().len();
    assert_eq!((told.batches, length), (1, 35));
}

#[test]
fn new_and_removed_files_are_told_of() {
    let site = Site::new();
    site.write("content/new.md");
    site.told_of(&["content/new.md"]);
    site.remove("content/new.md");
    site.told_of(&["content/new.md"]);
    site.rename("content/old/b.md", "content/c.md");
    site.told_of(&["content/c.md", "content/old/b.md"]);
}

#[test]
fn site_toml_may_be_replaced_removed_and_made() {
    let site = Site::new();
    site.write("site.toml.new");
    site.rename("site.toml.new", "site.toml");
    site.told_of(&["site.toml"]);
    site.remove("site.toml");
    site.until_path("site.toml");
    site.write("site.toml");
    site.told_of(&["site.toml"]);
}

#[test]
fn a_burst_is_one_batch() {
    let site = Site::new();
    let names: Vec<String> = (0..100).map(|it| format!("content/{it:02}.md")).collect();
    for name in &names {
        site.write(name);
    }
    let told = site.until(|told| told.paths.len() == names.len());
    // The writer may be held up after its first files as if these were all.
    assert!(told.batches <= 2, "{}", told.batches);
    assert!(!told.rescan);
}

#[test]
fn a_stream_without_end_is_told_of_in_between() {
    let site = Site::new();
    let end = Instant::now() + Duration::from_secs(3);
    let mut told = 0;
    while Instant::now() < end {
        (0..10).for_each(|it| site.write(&format!("content/{it}.md")));
        thread::sleep(Duration::from_millis(5));
        told += site.batches.try_iter().count();
    }
    assert!((2..40).contains(&told), "{told} batches in three seconds");
}

#[cfg(unix)]
#[test]
fn a_touch_and_a_new_mode_are_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new();
    let file = File::options().append(true).open(site.path("content/a.md")).unwrap();
    file.set_modified(fs::metadata(site.path("site.toml")).unwrap().modified().unwrap()).unwrap();
    drop(file);
    site.told_of(&["content/a.md"]);
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(site.path("content/a.md"), mode).unwrap();
    site.told_of(&["content/a.md"]);
}

#[test]
fn reading_makes_no_batch() {
    let site = Site::new();
    for _ in 0..100 {
        fs::read(site.path("content/a.md")).unwrap();
        fs::read_dir(site.path("content")).unwrap().count();
    }
    assert!(site.batches.recv_timeout(SILENCE).is_err());
}
