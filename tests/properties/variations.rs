//! Real files with things put between their lines and words.

use std::path::Path;
use std::sync::OnceLock;

use docgen::python::parse;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What is put at the start of a line.
const LINES: &[&str] = &[
    "\n",
    "# comment\n",
    "    # comment\n",
    "\t\n",
    "  \n",
    "\x0c\n",
    "pass\n",
    "    pass\n",
    "\\\n",
    "def f(): pass\n",
    "    def f(self): pass\n",
    "    '''Words.'''\n",
    "'''Words.'''\n",
    "\x0c",
    "# fmt: off\n",
    "class C: x = 1; y = 2\n",
    "    ...\n",
];

/// What is put at the end of a line.
const TAILS: &[&str] = &[
    "  # comment",
    " ",
    ";",
    "; x = 1",
    " \\\n",
    "\\\n  # joined",
    "\x0c",
    "\r",
    "\t#",
];

/// A fixture with some of these put in; whatever makes it no Python is left out again.
pub(crate) fn varied() -> impl Strategy<Value = Vec<u8>> {
    let insertion = prop_oneof![
        2 => select(LINES).prop_map(|text| (true, text)),
        1 => select(TAILS).prop_map(|text| (false, text)),
    ];
    let insertions = prop::collection::vec((any::<Index>(), insertion), 1..10);
    (
        any::<Index>(),
        insertions,
        select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
    )
        .prop_map(|(file, insertions, newline, ends)| {
            let mut text = file.get(fixtures()).clone();
            for (line, (is_start, inserted)) in insertions {
                let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
                if ends.is_empty() {
                    break;
                }
                let at = line.get(&ends) + usize::from(is_start);
                let mut next = text.clone();
                next.insert_str(at, inserted);
                if parse(&next).is_ok() {
                    text = next;
                }
            }
            let text = if ends {
                text.as_str()
            } else {
                text.trim_end_matches('\n')
            };
            text.replace('\n', newline).into_bytes()
        })
}

/// The fixtures that are short and valid, line ends made plain.
fn fixtures() -> &'static [String] {
    static FIXTURES: OnceLock<Vec<String>> = OnceLock::new();
    FIXTURES.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let folders = ["nasty", "shop/shop", "drift/clean/google", "suppressions"];
        let mut paths: Vec<_> = folders
            .iter()
            .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
            .collect();
        paths.sort();
        let texts = paths
            .iter()
            .filter_map(|path| std::fs::read_to_string(path).ok());
        let texts = texts.map(|text| text.replace("\r\n", "\n").replace('\r', "\n"));
        texts
            .filter(|text| text.len() < 3_000 && text.contains('\n') && parse(text).is_ok())
            .collect()
    })
}
