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

/// Where the links of a report lead.
#[derive(Debug, Clone)]
pub struct Links {
    /// The folder that paths are relative to: the report's own, or the project's root.
    folder: PathBuf,
    /// What stands before those paths.
    base: Option<String>,
    here: PathBuf,
}

impl Links {
    /// Relative ones, for a report in `folder` whose files are named as seen from `here`; both are absolute.
    #[must_use]
    pub fn beside(folder: &Path, here: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            base: None,
            here: here.to_path_buf(),
        }
    }

    /// To what `base` has of the project at `root`, such as `https://github.com/me/shop/blob/main`.
    #[must_use]
    pub fn below(base: &str, root: &Path, here: &Path) -> Self {
        Self {
            folder: root.to_path_buf(),
            base: Some(base.trim_end_matches('/').to_owned()),
            here: here.to_path_buf(),
        }
    }

    /// The reference to a file; `None` where there is no way to it.
    #[must_use]
    pub fn to_file(&self, file: &FileName) -> Option<String> {
        let target = self.here.join(file.as_str());
        let (from, to) = (parts(&self.folder)?, parts(&target)?);
        let same = from.iter().zip(&to).take_while(|(one, other)| one == other);
        let same = same.count();
        let up = from.len() - same;
        // The first part is the drive, or the file system's root.
        if same == 0 || (up > 0 && self.base.is_some()) {
            return None;
        }
        let up = std::iter::repeat_n("..".to_owned(), up);
        let down = to.iter().skip(same);
        let down = down.map(|part| utf8_percent_encode(part, ESCAPED).to_string());
        let path: Vec<String> = self.base.iter().cloned().chain(up).chain(down).collect();
        Some(path.join("/"))
    }

    /// The reference to a line of a file, from 1.
    #[must_use]
    pub fn to(&self, file: &FileName, line: usize) -> Option<String> {
        let file = self.to_file(file)?;
        Some(format!("{file}#L{line}"))
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
            let links = Links::beside(Path::new(folder), Path::new("/home/me/shop"));
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

    #[test]
    fn a_base_has_what_the_project_has() {
        let base = "https://github.com/me/shop/blob/topic/x/";
        let here = Path::new("/home/me/shop/src");
        let links = Links::below(base, Path::new("/home/me/shop"), here);
        let link = |file: &str| links.to(&FileName::new(Path::new(file), here), 3);
        assert_eq!(
            link("a b.py").unwrap(),
            "https://github.com/me/shop/blob/topic/x/src/a%20b.py#L3"
        );
        assert_eq!(link("/home/me/other.py"), None);
    }
}
