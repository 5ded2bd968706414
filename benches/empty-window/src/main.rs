//! The baseline for benchmarks of the app's window: a minimal Tauri program with one window of the app's size and an
//! empty page. The colour of the page is unique on the screen, so that its first paint can be detected.
//!
//! `deskbell-empty-window DIR` stores the data of the web view in DIR.

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
