//! Embeds the page.

fn main() {
    println!("cargo:rerun-if-changed=page");
    #[cfg(feature = "window")]
    tauri_build::build();
}
