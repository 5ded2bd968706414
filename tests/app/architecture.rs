//! The directions of the house, held: who may depend on whom, in Rust and in the UI.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file under `folder` whose name ends in one of `endings`.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
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

/// What a package may use at run time, by its manifest; test-only dependencies are not counted.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    fn tables<'a>(table: &'a toml::Table, found: &mut Vec<&'a toml::Table>) {
        for (name, value) in table {
            let Some(inner) = value.as_table() else { continue };
            match name.as_str() {
                "dependencies" => found.push(inner),
                "workspace" => {}
                _ => tables(inner, found),
            }
        }
    }
    let manifest: toml::Table = read(&root().join(manifest)).parse().expect("a manifest");
    let mut found = Vec::new();
    tables(&manifest, &mut found);
    found.into_iter().flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn each_package_uses_only_what_lies_below_it() {
    let never: [(&str, &[&str]); 7] = [
        ("Cargo.toml", &["rusqlite", "tokio-tungstenite", "axum", "deskbell-channels"]),
        (
            "crates/client/Cargo.toml",
            &["tauri", "notify-rust", "deskbell-hub", "deskbell-channels", "deskbell-practice"],
        ),
        (
            "crates/channels/Cargo.toml",
            &["axum", "rusqlite", "tauri", "deskbell-hub", "deskbell-client", "deskbell-practice"],
        ),
        ("crates/hub/Cargo.toml", &["tauri", "deskbell-client", "deskbell-practice"]),
        (
            "crates/practice/Cargo.toml",
            &[
                "tauri",
                "rusqlite",
                "deskbell-hub",
                "deskbell-client",
                "deskbell-channels",
                "deskbell-protocol",
            ],
        ),
        ("crates/protocol/Cargo.toml", &["tokio", "rusqlite", "reqwest", "axum", "tauri", "deskbell-clock"]),
        ("crates/clock/Cargo.toml", &["deskbell-protocol", "tauri", "rusqlite"]),
    ];
    for (manifest, never) in never {
        let uses = dependencies(manifest);
        for name in never {
            assert!(!uses.contains(*name), "{manifest} must not depend on {name}");
        }
    }
    assert!(dependencies("Cargo.toml").contains("tauri"), "the reader of manifests sees dependencies at all");
}

#[test]
fn only_the_two_stores_contain_sql() {
    let words = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"];
    let homes = ["crates/hub/src/store", "crates/client/src/cache"];
    let mut at_home = 0;
    for folder in ["crates", "src-tauri/src"] {
        for path in files(folder, &[".rs", ".sql"]) {
            let place =
                path.strip_prefix(root()).expect("a file of this repository").to_string_lossy().into_owned();
            let home = homes.iter().any(|home| place.starts_with(home));
            if !place.contains("/src/") {
                continue;
            }
            let sql = read(&path).lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
                words
                    .iter()
                    .any(|word| line.contains(&format!("\"{word}")) || line.trim_start().starts_with(word))
            });
            assert!(home || !sql, "{place} contains SQL; it belongs into a store");
            at_home += usize::from(home && sql);
        }
    }
    assert!(at_home >= 6, "the finder of SQL sees it where it is");
}

#[test]
fn modules_are_files_named_after_themselves() {
    for folder in ["crates", "src-tauri", "xtask"] {
        for path in files(folder, &[".rs"]) {
            assert!(!path.ends_with("mod.rs"), "{}: name the file after its module", path.display());
        }
    }
}

/// What the files of one folder of the UI import, as `(file, target)`.
fn imports(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files(folder, &[".ts", ".svelte"]) {
        let name =
            path.strip_prefix(root()).expect("a file of this repository").to_string_lossy().into_owned();
        if name.ends_with(".test.ts") {
            continue;
        }
        for line in read(&path).lines() {
            let target = line
                .split_once(" from ")
                .or_else(|| line.trim().strip_prefix("import ").map(|rest| ("", rest)));
            let Some((_, target)) = target else { continue };
            let Some(quoted) = target.split(['"', '\'']).nth(1) else { continue };
            found.push((name.clone(), quoted.to_owned()));
        }
    }
    found
}

#[test]
fn the_ui_is_layered() {
    let never: [(&str, &[&str]); 4] = [
        ("ui/src/platform", &["/state", "/views", "/components"]),
        ("ui/src/state", &["/views", "/components"]),
        ("ui/src/views", &["/platform", "@tauri-apps"]),
        ("ui/src/components", &["/state", "/views", "/platform", "@tauri-apps"]),
    ];
    for (folder, never) in never {
        for (file, target) in imports(folder) {
            for name in never {
                let reaches =
                    if name.starts_with('/') { target.contains(name) } else { target.starts_with(name) };
                assert!(!reaches, "{file} must not import {target}");
            }
        }
    }
    let tauri = imports("ui/src").into_iter().filter(|(_, target)| target.starts_with("@tauri-apps"));
    for (file, _) in tauri {
        assert!(file.starts_with("ui/src/platform/"), "{file} must not know Tauri");
    }
}
