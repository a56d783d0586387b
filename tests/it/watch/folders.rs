//! Folders that come, go and change their names.

use std::fs;

use super::support::Site;

#[test]
fn new_folders_within_folders_are_looked_at_and_watched() {
    let site = Site::new();
    site.make("content/x/y/z");
    site.write("content/x/y/z/quick.md");
    site.is_watched("content/x/y/z");
}

#[test]
fn removed_folders_are_looked_at() {
    let site = Site::new();
    site.remove_folder("content/old");
    let told = site.until(|told| told.rescan);
    assert!(told.paths.contains("content/old"), "{told:?}");
}

#[test]
fn renamed_folders_are_watched_by_their_new_name() {
    let site = Site::new();
    site.rename("content/old", "content/new");
    site.is_watched("content/new");
    site.settle();
    site.write("content/new/b.md");
    site.told_of(&["content/new/b.md"]);
}

#[test]
fn folders_may_be_moved_in_and_out() {
    let site = Site::new();
    fs::create_dir_all(site.outside("other/inner")).unwrap();
    fs::rename(site.outside("other"), site.path("content/other")).unwrap();
    site.is_watched("content/other/inner");
    fs::rename(site.path("content/other"), site.outside("other")).unwrap();
    site.until(|told| told.rescan && told.paths.contains("content/other"));
    site.settle();
    fs::write(site.outside("other/inner/x.md"), "x").unwrap();
    site.told_of(&[]);
}

#[test]
fn many_folders_made_at_once_are_all_watched() {
    let site = Site::new();
    for number in 0..60 {
        site.make(&format!("content/n{number}/inner"));
        site.write(&format!("content/n{number}/inner/x.md"));
    }
    site.until(|told| told.rescan && told.paths.contains("content/n59"));
    site.settle();
    for number in [0, 30, 59] {
        site.write(&format!("content/n{number}/inner/x.md"));
        site.until_path(&format!("content/n{number}/inner/x.md"));
    }
}

#[test]
fn a_folder_missing_at_the_start_may_come() {
    let site = Site::new();
    site.make("templates/partials");
    site.is_watched("templates/partials");
}

#[test]
fn a_folder_may_be_removed_and_made_again() {
    let site = Site::new();
    for _ in 0..3 {
        site.remove_folder("content");
        site.make("content/again");
        site.is_watched("content/again");
    }
    site.remove_folder("content");
    site.until(|told| told.rescan && told.paths.contains("content"));
    site.settle();
    site.make("content");
    site.is_watched("content");
}

#[test]
fn a_folder_may_be_exchanged() {
    let site = Site::new();
    site.make("next/inner");
    site.rename("content", "before");
    site.rename("next", "content");
    site.is_watched("content/inner");
    site.settle();
    site.write("before/a.md");
    site.told_of(&[]);
}
