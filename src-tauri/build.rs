//! Registers the capabilities and commands with Tauri.

use std::error::Error;

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn Error>> {
    // The UI is embedded at compile time.
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*.json")
        .app_manifest(AppManifest::new().commands(&["request", "subscribe"]));
    tauri_build::try_build(attributes)?;
    Ok(())
}
