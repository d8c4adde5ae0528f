//! The modules of `lib.rs` stand in reading order, and each uses only those above it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected is to fail at once"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order = modules_of(&std::fs::read_to_string(src.join("lib.rs")).unwrap());
    assert!(order.len() > 10, "lib.rs lists {order:?}");
    let mut faults = Vec::new();
    for (position, module) in order.iter().enumerate() {
        for file in files_of(&src, module) {
            let text = std::fs::read_to_string(&file).unwrap();
            for used in used_modules(&text) {
                let allowed = order[..=position].contains(&used);
                if order.contains(&used) && !allowed {
                    faults.push(format!(
                        "{} uses `{used}`, which is below `{module}`",
                        file.display()
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_belongs_to_a_listed_module() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let order = modules_of(&std::fs::read_to_string(src.join("lib.rs")).unwrap());
    let names = std::fs::read_dir(&src).unwrap().map(|entry| {
        entry
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    });
    for name in names {
        assert!(
            order.contains(&name) || ["lib", "main"].contains(&name.as_str()),
            "`{name}` is not in lib.rs"
        );
    }
}

#[test]
fn each_library_is_named_in_one_room() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let homes = [
        ("ruff_", "python"),
        ("reqwest", "llm"),
        ("tiktoken_rs", "llm"),
        ("azure_", "llm"),
        ("governor", "llm"),
        ("ring", "store"),
        ("redis::", "store"),
        ("rusqlite", "store"),
        ("clap", "cli"),
        ("similar::", "rewrite"),
        ("rustix", "rewrite"),
        ("opentelemetry", "telemetry"),
        ("annotate_snippets", "report"),
        ("quick_xml", "report"),
    ];
    for module in modules_of(&std::fs::read_to_string(src.join("lib.rs")).unwrap()) {
        for file in files_of(&src, &module) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                for (library, home) in homes {
                    let is_used = line.trim_start().starts_with(&format!("use {library}"));
                    assert!(
                        !is_used || module == home,
                        "{} names `{library}`: {line}",
                        file.display()
                    );
                }
            }
        }
    }
}

fn modules_of(lib: &str) -> Vec<String> {
    let declared = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

fn files_of(src: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![];
    let alone = src.join(format!("{module}.rs"));
    if alone.exists() {
        files.push(alone);
    } else {
        collect(&src.join(module), &mut files);
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The first part of every `crate::…` path, of `crate::{a, b}` each.
fn used_modules(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut used = BTreeSet::new();
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let group = group.split('}').next().unwrap_or_default();
            used.extend(group.split(',').map(|part| {
                part.trim()
                    .split("::")
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }));
        } else {
            used.insert(
                rest.split(|c: char| !is_word(c))
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }
    used
}
