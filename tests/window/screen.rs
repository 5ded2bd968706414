//! A desktop of its own: display, window manager, session bus, notification daemon, key store.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::processes::{Process, installed, shots, wait_for};

/// One desktop at a time: two would share the machine's processors and each other's patience.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A bus that starts nothing by itself, so that a test has exactly the services it asked for.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Where a toast is on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

/// What the desktop has to keep secrets in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStore {
    /// gnome-keyring, unlocked.
    Unlocked,
    /// None at all.
    Absent,
}

/// A desktop that ends with the test.
pub(crate) struct Screen {
    // Fields are dropped in this order: the display last.
    others: Vec<Process>,
    _bus: Process,
    _display: Process,
    display: String,
    bus: String,
    home: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Screen {
    /// Starts a desktop, or says what is missing for it.
    pub(crate) fn start(key_store: KeyStore) -> Option<Self> {
        let missing = missing();
        if !missing.is_empty() {
            let needs = missing.join(", ");
            let complete =
                ["CI", "DESKBELL_TEST_COMPLETE"].iter().any(|name| std::env::var_os(name).is_some());
            assert!(!complete, "the window cannot be tested, because this is missing: {needs}");
            eprintln!("NOT TESTED: the real window. Missing: {needs}. `cargo xtask test` installs it.");
            return None;
        }
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let home = tempfile::Builder::new().prefix("deskbell-window-").tempdir().unwrap();
        let (display, number) = Process::start_and_read_line(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"])
                .stderr(Stdio::null()),
        );
        let config = home.path().join("bus.conf");
        fs::write(&config, BUS).unwrap();
        let (bus, address) = Process::start_and_read_line(
            Command::new("dbus-daemon")
                .args(["--nofork", "--print-address=1"])
                .arg(format!("--config-file={}", config.display())),
        );
        let mut screen = Self {
            others: Vec::new(),
            _bus: bus,
            _display: display,
            display: format!(":{number}"),
            bus: address,
            home,
            _turn: turn,
        };
        screen.begin("openbox", |command| command.arg("--sm-disable"));
        if let Some(settings) = xfce("xfconf/xfconfd") {
            screen.begin(settings, |command| command);
        }
        screen.begin(xfce("notifyd/xfce4-notifyd").unwrap(), |command| command);
        screen.wait_for_name("org.freedesktop.Notifications");
        if key_store == KeyStore::Unlocked {
            screen.unlock_key_store();
        }
        Some(screen)
    }

    /// A command that runs on this desktop and nowhere else.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        for name in ["WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKBELL_PASSWORD"] {
            command.env_remove(name);
        }
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.folder("data"))
            .env("XDG_CONFIG_HOME", self.folder("config"))
            .env("XDG_CACHE_HOME", self.folder("cache"))
            .env("XDG_RUNTIME_DIR", self.folder("runtime"))
            .env("LANG", "C.UTF-8")
            .env("LANGUAGE", "en")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null());
        command
    }

    /// A folder of this desktop's user.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.home.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        // The runtime folder must be private, and the others may be.
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        folder
    }

    /// What a program prints that runs on this desktop; absent if it fails.
    pub(crate) fn output(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output = self.command(program).args(arguments).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Keeps a picture of the whole screen, toasts included.
    pub(crate) fn shot(&self, name: &str) {
        let file = shots().join(format!("{name}.png"));
        self.output("import", &["-window", "root", file.to_str().unwrap()]);
    }

    /// The toast on the screen, once there is one and it has found its place.
    pub(crate) fn toast(&self) -> Toast {
        let mut before = None;
        wait_for("a toast", || {
            let now = self.toasts().pop();
            let settled = now.is_some() && now == before;
            before.clone_from(&now);
            now.filter(|_| settled)
        })
    }

    /// All toasts that can be seen.
    pub(crate) fn toasts(&self) -> Vec<Toast> {
        let found = self.output("xdotool", &["search", "--onlyvisible", "--class", "xfce4-notifyd"]);
        let ids = found.unwrap_or_default();
        let toasts = ids.lines().filter_map(|id| {
            let geometry = self.output("xdotool", &["getwindowgeometry", "--shell", id])?;
            let number = |name: &str| {
                geometry
                    .lines()
                    .find_map(|line| line.strip_prefix(name)?.strip_prefix('=')?.parse::<i32>().ok())
            };
            Some(Toast {
                x: number("X")?,
                y: number("Y")?,
                width: number("WIDTH")?,
                height: number("HEIGHT")?,
            })
        });
        // The daemon keeps a tiny window of its own.
        toasts.filter(|toast| toast.width > 50 && toast.height > 50).collect()
    }

    /// Clicks the first of a toast's three buttons with the mouse.
    pub(crate) fn press_first_button(&self, toast: &Toast) {
        self.click(toast.x + toast.width / 6, toast.y + toast.height - 30);
    }

    /// Clicks the one button of a toast: this daemon takes no clicks on the body.
    pub(crate) fn press_only_button(&self, toast: &Toast) {
        self.click(toast.x + toast.width / 2, toast.y + toast.height - 30);
    }

    fn click(&self, x: i32, y: i32) {
        self.output("xdotool", &["mousemove", &x.to_string(), &y.to_string(), "click", "1"]).unwrap();
    }

    /// The windows with this title that can be seen.
    pub(crate) fn windows(&self, title: &str) -> Vec<String> {
        let found = self.output("xdotool", &["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        found.unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Closes the window that has the focus, as the cross in its corner does.
    pub(crate) fn close_window(&self) {
        self.output("xdotool", &["key", "alt+F4"]).unwrap();
    }

    fn begin(&mut self, program: impl AsRef<Path>, prepare: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.command(program);
        prepare(command.stdout(Stdio::null()).stderr(Stdio::null()));
        self.others.push(Process::start(&mut command));
    }

    fn unlock_key_store(&mut self) {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let mut daemon =
            Process::start(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()));
        // The password is what comes before the end of the input.
        daemon.input().write_all(b"the password of the desktop").unwrap();
        self.others.push(daemon);
        self.wait_for_name("org.freedesktop.secrets");
    }

    fn wait_for_name(&self, name: &str) {
        let ask = [
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            &format!("string:{name}"),
        ];
        wait_for(name, || self.output("dbus-send", &ask).filter(|reply| reply.contains("boolean true")));
    }
}

/// What this machine lacks to have a desktop.
fn missing() -> Vec<String> {
    let programs = [
        "Xvfb",
        "openbox",
        "dbus-daemon",
        "dbus-send",
        "gnome-keyring-daemon",
        "secret-tool",
        "xdotool",
        "import",
        "WebKitWebDriver",
    ];
    let mut missing: Vec<String> =
        programs.iter().filter(|name| installed(name).is_none()).map(ToString::to_string).collect();
    if xfce("notifyd/xfce4-notifyd").is_none() {
        missing.push("xfce4-notifyd".into());
    }
    if crate::driver::tauri_driver().is_none() {
        missing.push("tauri-driver".into());
    }
    missing
}

/// A program of Xfce, which distributions keep in different places.
fn xfce(program: &str) -> Option<PathBuf> {
    let architecture = format!("/usr/lib/{}-linux-gnu/xfce4", std::env::consts::ARCH);
    let folders = [architecture.as_str(), "/usr/lib/xfce4", "/usr/lib64/xfce4", "/usr/libexec/xfce4"];
    folders.iter().map(|folder| Path::new(folder).join(program)).find(|file| file.is_file())
}
