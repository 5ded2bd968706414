//! Tells Tauri what there is: nothing but the page.

fn main() {
    println!("cargo:rerun-if-changed=page");
    #[cfg(feature = "window")]
    tauri_build::build();
}
