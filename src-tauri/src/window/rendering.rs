//! Rendering of the web view on machines without a graphics processor, such as remote desktops and virtual
//! machines.

use std::fs;
use std::path::Path;

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Switches WebKit's hardware acceleration off where there is no graphics processor. With it, WebKit would use a
/// software emulation, which takes some 80 MiB more memory and several times as long for each frame.
///
/// # Errors
/// If the window is closed already.
pub(super) fn disable_acceleration_without_gpu<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if has_graphics_processor(Path::new("/dev")) {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether there is a graphics processor that renders: the kernel has a render node for each (Linux, "Userland
/// interfaces", DRM), and NVIDIA's driver has device files of its own.
fn has_graphics_processor(devices: &Path) -> bool {
    let any = |folder: &Path, prefix: &str| {
        fs::read_dir(folder).is_ok_and(|mut all| {
            all.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with(prefix)))
        })
    };
    any(&devices.join("dri"), "renderD") || any(devices, "nvidia")
}

#[cfg(test)]
mod tests {
    use super::has_graphics_processor;

    #[test]
    fn a_virtual_screen_alone_is_not_a_graphics_processor() {
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
