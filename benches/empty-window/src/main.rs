//! The least that a Tauri program can be: one window of the app's size with an empty page. Its colour is found
//! nowhere else on the screen, so that one sees when it is painted.
//!
//! `deskbell-empty-window DIR` keeps in that folder what the web view keeps.

use std::path::PathBuf;

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    tauri::Builder::default()
        .setup(|app| {
            let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Empty window")
                .inner_size(1280.0, 800.0);
            if let Some(folder) = folder {
                window = window.data_directory(folder);
            }
            window.build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
