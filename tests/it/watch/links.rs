//! Symbolic links: to the folders, and inside them.

use std::fs;
use std::os::unix::fs::symlink;

use digest_site::watch::Options;

use super::support::Site;

#[test]
fn a_folder_may_be_a_link_to_anywhere_and_change() {
    let site = Site::with(&Options::default(), &[], |root| {
        fs::create_dir_all(root.join("../one/inner")).unwrap();
        fs::create_dir_all(root.join("../two/inner")).unwrap();
        symlink(root.join("../one"), root.join("theme")).unwrap();
    });
    fs::write(site.outside("one/inner/x.css"), "x").unwrap();
    site.told_of(&["theme/inner/x.css"]);
    site.remove("theme");
    symlink(site.outside("two"), site.path("theme")).unwrap();
    site.is_watched("theme/inner");
    site.settle();
    fs::write(site.outside("one/inner/x.css"), "y").unwrap();
    site.told_of(&[]);
}

#[test]
fn a_file_is_told_of_by_all_its_paths() {
    let site = Site::with(&Options::default(), &[], |root| {
        fs::create_dir_all(root.join("shared/inner")).unwrap();
        fs::write(root.join("shared/note.md"), "x").unwrap();
        symlink("../shared/inner", root.join("content/linked")).unwrap();
        symlink("../shared/note.md", root.join("content/note.md")).unwrap();
        symlink("old", root.join("content/alias")).unwrap();
        symlink("..", root.join("content/old/circle")).unwrap();
    });
    site.write("shared/inner/x.md");
    site.told_of(&["content/linked/x.md"]);
    site.write("shared/other.md");
    site.write("shared/note.new");
    site.rename("shared/note.new", "shared/note.md");
    site.until_path("content/note.md");
    site.settle();
    site.write("content/old/b.md");
    let told = site.until_path("content/old/b.md");
    assert!(told.paths.contains("content/alias/b.md"), "{told:?}");
}

#[test]
fn a_new_link_is_followed_and_a_link_to_nowhere_when_it_leads_somewhere() {
    let site = Site::with(&Options::default(), &[], |root| {
        fs::create_dir_all(root.join("shared/inner")).unwrap();
        symlink("../shared/later.md", root.join("content/later.md")).unwrap();
    });
    symlink("../shared/inner", site.path("content/linked")).unwrap();
    site.is_watched("content/linked");
    site.write("shared/later.md");
    site.until_path("content/later.md");
}
