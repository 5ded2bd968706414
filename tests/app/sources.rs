//! The source files of the repository, for tests that read them.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The path of a file below the root, with slashes.
pub(crate) fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).expect("a file of this repository").to_string_lossy().replace('\\', "/")
}

/// Every file under `folder` whose name ends in one of `endings`, sorted.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds nothing that ends in {endings:?}");
    found.sort();
    found
}

/// The Rust code of a file that is part of the program: without comment lines and unit tests. Empty for a file of
/// tests.
pub(crate) fn shipped_rust(path: &Path) -> String {
    if path.ends_with("tests.rs") {
        return String::new();
    }
    let text = read(path);
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            // Skips the item behind the attribute: one line, or everything up to its closing brace.
            let indent = line.len() - line.trim_start().len();
            let item = lines.next().unwrap_or_default();
            if item.trim_end().ends_with('{') {
                let end = format!("{}}}", " ".repeat(indent));
                lines.by_ref().find(|line| *line == end);
            }
        } else if !line.trim_start().starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

/// The code of a file of the UI without comments; empty for a file of tests.
pub(crate) fn shipped_ui(path: &Path) -> String {
    if path.to_string_lossy().ends_with(".test.ts") {
        return String::new();
    }
    let mut code = read(path);
    for (start, end) in [("/*", "*/"), ("<!--", "-->")] {
        let mut kept = String::new();
        let mut left = &*code;
        while let Some((before, comment)) = left.split_once(start) {
            kept.push_str(before);
            left = comment.split_once(end).map_or("", |(_, after)| after);
        }
        kept.push_str(left);
        code = kept;
    }
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}
