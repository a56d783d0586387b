//! The output folder, wherever it lies.

use std::fs;

use digest_site::watch::Options;

use super::support::Site;

#[test]
fn the_output_never_counts() {
    let site = Site::with(&Options::default(), &["public", "content/out", ".digest"], |_| {});
    for folder in ["public/a", "content/out/a", ".digest"] {
        site.make(folder);
        site.write(&format!("{folder}/index.html"));
    }
    site.told_of(&[]);
    site.remove_folder("content/out");
    site.write("public/a/index.html");
    site.told_of(&[]);
}

#[cfg(unix)]
#[test]
fn the_output_may_be_a_link_into_the_content() {
    let site = Site::with(&Options::default(), &["public"], |root| {
        fs::create_dir_all(root.join("content/built")).unwrap();
        std::os::unix::fs::symlink("content/built", root.join("public")).unwrap();
    });
    site.write("public/index.html");
    site.make("content/built/a");
    site.write("content/built/a/index.html");
    site.told_of(&[]);
}
