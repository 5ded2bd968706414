//! System packages: which are needed, which are missing, and how they get here.

use std::io::{BufRead, IsTerminal, Write};
use std::process::Command;

use crate::step::{Outcome, found, in_ci, output, step, succeeds};

/// What a chore needs of the system.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To build the app.
    Build,
    /// To build it, and to drive its real window, a real browser and a real notification daemon.
    Test,
}

/// One distribution family: its package manager and its names for things.
struct Family {
    manager: &'static str,
    /// Prints something, or fails, per package.
    installed: fn(&str) -> bool,
    refresh: Option<&'static [&'static str]>,
    install: &'static [&'static str],
    build: &'static [&'static str],
    test: &'static [&'static str],
}

const FAMILIES: &[Family] = &[
    Family {
        manager: "apt-get",
        installed: |name| {
            let query = ["-W", "-f", "${db:Status-Status}", name];
            output(Command::new("dpkg-query").args(query)).as_deref() == Some("installed")
        },
        refresh: Some(&["update", "-q"]),
        install: &["install", "-y", "-q", "--no-install-recommends"],
        build: &[
            "build-essential",
            "pkg-config",
            "libwebkit2gtk-4.1-dev",
            "libayatana-appindicator3-dev",
            "librsvg2-dev",
            "libssl-dev",
            "libasound2-dev",
            "libdbus-1-dev",
        ],
        test: &[
            "xvfb",
            "openbox",
            "dbus-x11",
            "xfce4-notifyd",
            "webkit2gtk-driver",
            "xdotool",
            "imagemagick",
            "x11-utils",
            "fonts-dejavu-core",
            "fonts-noto-color-emoji",
            "gnome-keyring",
            "libsecret-tools",
            "chromium",
            "openssl",
            "python3",
        ],
    },
    Family {
        manager: "dnf",
        installed: |name| succeeds(Command::new("rpm").args(["-q", "--whatprovides", name])),
        refresh: None,
        install: &["install", "-y"],
        build: &[
            "gcc",
            "gcc-c++",
            "make",
            "pkgconf-pkg-config",
            "webkit2gtk4.1-devel",
            "libayatana-appindicator-gtk3-devel",
            "librsvg2-devel",
            "openssl-devel",
            "alsa-lib-devel",
            "dbus-devel",
        ],
        test: &[
            "xorg-x11-server-Xvfb",
            "openbox",
            "dbus-x11",
            "xfce4-notifyd",
            "webkit2gtk-driver",
            "xdotool",
            "ImageMagick",
            "xorg-x11-utils",
            "dejavu-sans-fonts",
            "google-noto-color-emoji-fonts",
            "gnome-keyring",
            "libsecret",
            "chromium",
            "openssl",
            "python3",
        ],
    },
    Family {
        manager: "pacman",
        installed: |name| succeeds(Command::new("pacman").args(["-T", name])),
        refresh: None,
        install: &["-Sy", "--needed", "--noconfirm"],
        build: &[
            "base-devel",
            "webkit2gtk-4.1",
            "libayatana-appindicator",
            "librsvg",
            "openssl",
            "alsa-lib",
            "dbus",
        ],
        test: &[
            "xorg-server-xvfb",
            "openbox",
            "dbus",
            "xfce4-notifyd",
            "xdotool",
            "imagemagick",
            "xorg-xprop",
            "ttf-dejavu",
            "noto-fonts-emoji",
            "gnome-keyring",
            "libsecret",
            "chromium",
            "openssl",
            "python",
        ],
    },
];

/// Sees to it that the system has what is needed, and installs it where it does not.
pub(crate) fn ensure(need: Need) -> Outcome {
    if !cfg!(target_os = "linux") {
        return elsewhere();
    }
    let Some(family) = FAMILIES.iter().find(|family| found(family.manager)) else {
        println!(
            "This system has none of apt, dnf and pacman, so its packages are not looked at. Needed are"
        );
        println!("a C compiler, pkg-config and the headers of WebKitGTK 4.1, librsvg, OpenSSL and ALSA.");
        return Ok(());
    };
    let test = if need == Need::Test { family.test } else { &[] };
    let missing: Vec<&str> =
        family.build.iter().chain(test).copied().filter(|name| !(family.installed)(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("This system lacks: {}", missing.join(" "));
    let root = output(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !root && !in_ci() && !agreed(family, &missing)? {
        return Err(format!(
            "Nothing was installed. When you have seen to it: {}",
            by_hand(family, &missing)
        ));
    }
    if let Some(refresh) = family.refresh {
        step("Reading the list of packages", as_root(root, family.manager).args(refresh))?;
    }
    step("Installing what is missing", as_root(root, family.manager).args(family.install).args(&missing))
}

fn as_root(already: bool, manager: &str) -> Command {
    let mut command = if already {
        Command::new(manager)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg(manager);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn by_hand(family: &Family, missing: &[&str]) -> String {
    format!("sudo {} {} {}", family.manager, family.install.join(" "), missing.join(" "))
}

fn agreed(family: &Family, missing: &[&str]) -> Outcome<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them now with `{}`? [Y/n] ", by_hand(family, missing));
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| error.to_string())?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

/// macOS and Windows: nothing is installed for the person, it is only said what there must be.
fn elsewhere() -> Outcome {
    if cfg!(target_os = "macos") && !succeeds(Command::new("xcode-select").arg("-p")) {
        return Err(
            "Apple's command line tools are missing: run `xcode-select --install`, then try again.".into()
        );
    }
    if cfg!(target_os = "windows") && !found("perl") {
        return Err("Perl is missing; it builds the OpenSSL that encrypts the cache. Install Strawberry Perl \
                    (`winget install StrawberryPerl.StrawberryPerl`) and Visual Studio's C++ build tools, then \
                    try again. WebView2 is part of Windows 11."
            .into());
    }
    Ok(())
}
