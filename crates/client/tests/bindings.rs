//! The TypeScript types in `ui/src/bindings` are fresh.
//!
//! `DESKBELL_WRITE_BINDINGS=1 cargo test -p deskbell-client --test bindings` writes them anew.

// Whoever tells a story may stumble: that is how it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::Path;

use deskbell_client::api::{NumberedEvent, Reply, Request};
use ts_rs::{Config, TS};

/// File name to content of every type that the contract reaches, as the generator writes them.
fn generated() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder to generate into");
    let config = Config::new().with_out_dir(folder.path()).with_large_int("number");
    Request::export_all(&config).expect("requests");
    Reply::export_all(&config).expect("replies");
    NumberedEvent::export_all(&config).expect("events");
    read(folder.path())
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .map(|path| {
            let name = path.file_name().expect("a named file").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a readable file"))
        })
        .collect()
}

#[test]
fn the_types_of_the_ui_are_those_of_the_engine() {
    let bindings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bindings");
    let fresh = generated();
    if std::env::var_os("DESKBELL_WRITE_BINDINGS").is_some() {
        let _absent_is_fine = std::fs::remove_dir_all(&bindings);
        std::fs::create_dir_all(&bindings).expect("the folder of the bindings");
        for (name, content) in &fresh {
            std::fs::write(bindings.join(name), content).expect("a written binding");
        }
    }
    assert_eq!(
        read(&bindings),
        fresh,
        "ui/src/bindings is stale: run DESKBELL_WRITE_BINDINGS=1 cargo test -p deskbell-client --test bindings"
    );
}
