//! `ARCHITECTURE.md` names files and functions. Each must exist.
//!
//! In backticks stand paths and names. A path is one that contains a slash or ends in a known extension; it may be a
//! folder. It starts at the root of the repository, or at a folder that the same paragraph named before. Names that follow a path in the same sentence, separated from it by nothing but
//! `,`, `and` or `or`, are defined in that file.

use std::path::{Path, PathBuf};

use crate::sources::{read, root};

/// A path of the document with the names that must be defined in it.
#[derive(Debug, PartialEq)]
struct Reference {
    path: String,
    /// The paths that the same paragraph named before.
    before: Vec<String>,
    names: Vec<String>,
}

impl Reference {
    /// The file or folder that is meant, if it exists.
    fn resolve(&self) -> Option<PathBuf> {
        let folders = self.before.iter().rev().map(|folder| root().join(folder));
        let starts = std::iter::once(root().to_owned()).chain(folders);
        starts.map(|start| start.join(&self.path)).find(|path| path.exists())
    }
}

fn is_path(code: &str) -> bool {
    let known = [".rs", ".ts", ".svelte", ".md", ".toml", ".sql", ".json", ".js"];
    let plain = code.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    plain
        && !code.starts_with(['/', '.'])
        && (code.contains('/') || known.iter().any(|end| code.ends_with(end)))
}

fn is_name(code: &str) -> bool {
    let plain = code.chars().all(|c| c.is_alphanumeric() || "_:".contains(c));
    plain && code.starts_with(|c: char| c.is_alphabetic())
}

/// The references of a text. Blocks of code between lines of three backticks are left out.
fn references(text: &str) -> Vec<Reference> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.split("\n\n").flat_map(references_of_paragraph).collect()
}

fn references_of_paragraph(text: &str) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    // Whether the last code was a path or a name that belongs to one.
    let mut follows = false;
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 0 {
            follows &= matches!(part.trim(), "," | "and" | ", and" | "or");
        } else if is_path(part) {
            let before = found.iter().map(|reference| reference.path.clone()).collect();
            found.push(Reference { path: part.to_owned(), before, names: Vec::new() });
            follows = true;
        } else if follows && is_name(part) {
            if let Some(last) = found.last_mut() {
                last.names.push(part.to_owned());
            }
        } else {
            follows = false;
        }
    }
    found
}

/// Whether a file defines a name. Of `Type::item` both parts must be defined.
fn defines(file: &Path, name: &str) -> bool {
    let text = read(file);
    let rust = file.extension().is_some_and(|ending| ending == "rs");
    let keywords: &[&str] = if rust {
        &["fn", "struct", "enum", "trait", "const", "static", "type", "mod"]
    } else {
        &["function", "class", "const", "interface", "type"]
    };
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let defined = |part: &str| {
        let by_keyword = words.windows(2).any(|pair| keywords.contains(&pair[0]) && pair[1] == part)
            // `async fn` and `const fn` have one space more between words only when formatted badly.
            || text.contains(&format!("fn {part}("));
        // Variants, fields, and methods of a class begin a line.
        let member = text.lines().map(str::trim_start).any(|line| {
            let line = line.strip_prefix("readonly ").unwrap_or(line);
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.strip_prefix(part)
                .is_some_and(|rest| rest.starts_with(['(', ' ', ',', ':', '<']) && rest != " ")
        });
        by_keyword || (member && (!rust || name.contains("::")))
    };
    name.split("::").all(defined)
}

/// The faults of the references of a text, one sentence each.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for reference in references(text) {
        let path = &reference.path;
        let Some(file) = reference.resolve() else {
            faults.push(format!("{path} does not exist"));
            continue;
        };
        for name in &reference.names {
            if !file.is_file() || !defines(&file, name) {
                faults.push(format!("{path} does not define {name}"));
            }
        }
    }
    faults
}

#[test]
fn every_path_and_function_that_architecture_md_names_exists() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let named = references(&text);
    let functions: usize = named.iter().map(|reference| reference.names.len()).sum();
    assert!(named.len() > 60 && functions > 20, "only {} paths and {functions} names were read", named.len());
    let faults = faults(&text);
    assert!(faults.is_empty(), "ARCHITECTURE.md is wrong:\n{}", faults.join("\n"));
}

#[test]
fn a_wrong_path_and_a_wrong_name_are_found() {
    let text =
        "In `tests/app/sources.rs`, `read` and `absent`, then `tests/app/absent.rs`; `free` stands alone.";
    assert_eq!(
        faults(text),
        ["tests/app/sources.rs does not define absent", "tests/app/absent.rs does not exist"]
    );
    assert_eq!(faults("`tests/app`, then `sources.rs`\n\n`sources.rs`"), ["sources.rs does not exist"]);
    assert_eq!(faults("`ui/src/state/view.ts`, `notDefinedThere`").len(), 1);
    assert_eq!(faults("`crates/protocol/src/message.rs`, `DeliveryState::advance`"), Vec::<String>::new());
    assert_eq!(faults("`crates/protocol/src/message.rs`, `DeliveryState::retreat`").len(), 1);
}
