//! A virtual desktop: an X display in memory, a window manager and a session bus.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::framebuffer::Framebuffer;
use crate::process::{Process, find_program};

/// The configuration of a session bus that activates no services.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A desktop that is shut down when dropped.
pub(crate) struct VirtualDesktop {
    // Dropped in this order: the display goes last.
    _manager: Process,
    _bus: Process,
    _display: Process,
    display: String,
    bus: String,
    home: PathBuf,
}

impl VirtualDesktop {
    /// Starts a desktop with this home folder.
    pub(crate) fn start(home: &Path) -> Self {
        let missing: Vec<_> = ["Xvfb", "openbox", "dbus-daemon", "WebKitWebDriver", "xdotool"]
            .into_iter()
            .filter(|name| find_program(name).is_none())
            .collect();
        assert!(missing.is_empty(), "the benchmark of a window needs {}", missing.join(", "));
        fs::create_dir_all(home).unwrap();
        let (display, number) = Process::start_and_read_line(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir"])
                .arg(home)
                .stderr(Stdio::null()),
        );
        let config = home.join("bus.conf");
        fs::write(&config, BUS).unwrap();
        let (bus_process, bus) = Process::start_and_read_line(
            Command::new("dbus-daemon")
                .args(["--nofork", "--print-address=1"])
                .arg(format!("--config-file={}", config.display()))
                .stderr(Stdio::null()),
        );
        let display_name = format!(":{number}");
        let mut manager = on(Command::new("openbox"), &display_name, &bus, home);
        let manager = Process::start(manager.arg("--sm-disable").stdout(Stdio::null()).stderr(Stdio::null()));
        let home = home.to_owned();
        Self { _manager: manager, _bus: bus_process, _display: display, display: display_name, bus, home }
    }

    /// The memory of the display.
    pub(crate) fn framebuffer(&self) -> Framebuffer {
        Framebuffer::in_folder(&self.home)
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: &str) {
        let done = self.command("xdotool").args(["key", "--clearmodifiers", key]).status().unwrap();
        assert!(done.success(), "xdotool could not press {key}");
    }

    /// Types a text key by key, with a pause in milliseconds between two keys.
    pub(crate) fn type_text(&self, text: &str, pause_ms: u32) {
        let done =
            self.command("xdotool").args(["type", "--delay", &pause_ms.to_string(), text]).status().unwrap();
        assert!(done.success(), "xdotool could not type");
    }

    /// A command that runs on this desktop.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        on(Command::new(program.as_ref()), &self.display, &self.bus, &self.home)
    }
}

fn on(mut command: Command, display: &str, bus: &str, home: &Path) -> Command {
    for name in ["WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"] {
        command.env_remove(name);
    }
    command
        .envs([("DISPLAY", display), ("DBUS_SESSION_BUS_ADDRESS", bus)])
        .envs([("LANG", "C.UTF-8"), ("LANGUAGE", "en"), ("NO_AT_BRIDGE", "1")])
        .env("HOME", home)
        .stdin(Stdio::null());
    for (name, folder) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ] {
        let folder = home.join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        command.env(name, folder);
    }
    command
}
