//! Links from a report to the files that it speaks of.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::source::FileName;

/// All but the unreserved characters of RFC 3986, section 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where a report lies, and from where its files' names are seen.
#[derive(Debug, Clone)]
pub struct Links {
    folder: PathBuf,
    here: PathBuf,
}

impl Links {
    /// For a report in `folder` whose files are named as seen from `here`; both are absolute.
    #[must_use]
    pub fn new(folder: &Path, here: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            here: here.to_path_buf(),
        }
    }

    /// The relative reference to a line of a file, from 1; `None` where there is no way from the one to
    /// the other.
    #[must_use]
    pub fn to(&self, file: &FileName, line: usize) -> Option<String> {
        let target = self.here.join(file.as_str());
        let (from, to) = (parts(&self.folder)?, parts(&target)?);
        let same = from.iter().zip(&to).take_while(|(one, other)| one == other);
        let same = same.count();
        // The first part is the drive, or the file system's root.
        if same == 0 {
            return None;
        }
        let up = std::iter::repeat_n("..".to_owned(), from.len() - same);
        let down = to.iter().skip(same);
        let down = down.map(|part| utf8_percent_encode(part, ESCAPED).to_string());
        let path: Vec<String> = up.chain(down).collect();
        Some(format!("{}#L{line}", path.join("/")))
    }
}

/// The parts of an absolute path; `None` of one that cannot be told in Unicode.
fn parts(path: &Path) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::Normal(_) => {
                parts.push(component.as_os_str().to_str()?.to_owned());
            }
            Component::RootDir => parts.push(String::new()),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
        }
    }
    Some(parts)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_from_the_report_s_folder() {
        let link = |folder: &str, file: &str| {
            let links = Links::new(Path::new(folder), Path::new("/home/me/shop"));
            let file = FileName::new(Path::new(file), Path::new("/home/me/shop"));
            links.to(&file, 12).unwrap()
        };
        assert_eq!(link("/home/me/shop", "a/b.py"), "a/b.py#L12");
        assert_eq!(link("/home/me/shop/a", "a/b.py"), "b.py#L12");
        assert_eq!(link("/home/me/shop/out/x", "a/b.py"), "../../a/b.py#L12");
        assert_eq!(link("/tmp", "a/b.py"), "../home/me/shop/a/b.py#L12");
        assert_eq!(
            link("/home/me/shop", "/home/me/other.py"),
            "../other.py#L12"
        );
        assert_eq!(
            link("/home/me/shop/", "50%#?é [x](y)|`.py"),
            "50%25%23%3F%C3%A9%20%5Bx%5D%28y%29%7C%60.py#L12"
        );
        assert_eq!(
            link("/home/me/shop", "javascript:alert(1).py"),
            "javascript%3Aalert%281%29.py#L12"
        );
    }
}
