//! How the web view draws where there is no graphics processor: on remote desktops and virtual machines, where
//! many agents work.

use std::fs;
use std::path::Path;

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Has the page drawn by the processor itself where there is nothing to accelerate it. WebKit would have a graphics
/// processor imitated there: that takes some 80 MiB more and several times as long for each frame.
///
/// # Errors
/// If the window is gone already.
pub(crate) fn suit_the_machine<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if has_graphics_processor(Path::new("/dev")) {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether there is one that draws: the kernel offers a render node for each (Linux, "Userland interfaces", DRM),
/// and NVIDIA's driver has files of its own.
fn has_graphics_processor(devices: &Path) -> bool {
    let any = |folder: &Path, begins: &str| {
        fs::read_dir(folder).is_ok_and(|mut all| {
            all.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with(begins)))
        })
    };
    any(&devices.join("dri"), "renderD") || any(devices, "nvidia")
}

#[cfg(test)]
mod tests {
    use super::has_graphics_processor;

    #[test]
    fn a_virtual_screen_alone_draws_nothing_by_itself() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_graphics_processor(devices.path()));
        std::fs::create_dir(devices.path().join("dri")).unwrap();
        std::fs::write(devices.path().join("dri/card0"), "").unwrap();
        assert!(!has_graphics_processor(devices.path()));
        std::fs::write(devices.path().join("dri/renderD128"), "").unwrap();
        assert!(has_graphics_processor(devices.path()));
    }

    #[test]
    fn nvidias_own_driver_counts() {
        let devices = tempfile::tempdir().unwrap();
        std::fs::write(devices.path().join("nvidia0"), "").unwrap();
        assert!(has_graphics_processor(devices.path()));
    }
}
