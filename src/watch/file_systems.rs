//! Folders → the file system that tells of no changes made elsewhere, if one of them lies on such.
//!
//! Linux lists its mounts in `/proc/self/mountinfo`; no other file is read. Other systems, and systems without
//! that list, are taken to have events.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// File systems whose files other machines, or another kernel, can change without this one knowing; all
/// of FUSE but `fuseblk`, which is a disk of this machine.
const WITHOUT_EVENTS: [&str; 17] = [
    "9p", "afs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse", "lustre", "ncpfs", "nfs",
    "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs",
];

/// The first of the folders' file systems that has no events.
pub(super) fn without_events<'a>(folders: impl Iterator<Item = &'a Path>) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    first_without_events(&mounts, folders)
}

fn first_without_events<'a>(
    mounts: &str,
    mut folders: impl Iterator<Item = &'a Path>,
) -> Option<String> {
    let mounts: Vec<(PathBuf, &str)> = mounts.lines().filter_map(mount).collect();
    folders.find_map(|folder| {
        let holding = mounts.iter().filter(|(point, _)| folder.starts_with(point));
        // Of two mounts at one place the later one is seen.
        let (_, kind) = holding.max_by_key(|(point, _)| point.components().count())?;
        let has_none = WITHOUT_EVENTS.contains(kind) || kind.starts_with("fuse.");
        has_none.then(|| (*kind).to_owned())
    })
}

/// The place and the kind of a mount: `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`.
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (left, right) = line.split_once(" - ")?;
    let point = unescaped(left.split(' ').nth(4)?);
    Some((point, right.split(' ').next()?))
}

/// A path in which a blank stands as `\040`.
fn unescaped(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('\\');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let code = part.get(..3).and_then(|it| u8::from_str_radix(it, 8).ok());
        let rest = if code.is_some() { &part[3..] } else { part };
        bytes.push(code.unwrap_or(b'\\'));
        bytes.extend(rest.bytes());
    }
    OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 0:40 / /mnt/c rw,noatime - 9p drvfs rw
29 27 0:41 / /home/li/网\\040盘 rw shared:7 - fuse.sshfs li@host: rw
30 27 0:42 / /media/disk rw - fuseblk /dev/sdb1 rw
31 27 0:43 / /srv rw - nfs4 host:/srv rw
32 31 0:44 / /srv rw - ext4 /dev/sdc rw";

    #[test]
    fn the_innermost_mount_decides() {
        let of = |path: &str| first_without_events(MOUNTS, [Path::new(path)].into_iter());
        assert_eq!(of("/home/li/site"), None);
        assert_eq!(of("/mnt/c/site").as_deref(), Some("9p"));
        assert_eq!(of("/mnt/cc/site"), None);
        assert_eq!(of("/home/li/网 盘/site").as_deref(), Some("fuse.sshfs"));
        assert_eq!(of("/media/disk/site"), None, "a disk of this machine");
        assert_eq!(of("/srv/site"), None, "a later mount at the same place");
    }
}
