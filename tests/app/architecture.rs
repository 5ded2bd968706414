//! Which crate and which module may import which, as a list of what is allowed, in Rust and in the UI. Whatever is not
//! on a list is refused, so that a new dependency is a decision.

use std::collections::BTreeSet;
use std::path::Path;

use crate::sources::{files, name_of, read, root, shipped_rust, shipped_ui};

/// The crates of this repository that each package may use at run time.
const PACKAGES: [(&str, &[&str]); 8] = [
    ("crates/protocol", &[]),
    ("crates/clock", &[]),
    ("crates/channels", &["protocol"]),
    ("crates/client", &["clock", "protocol"]),
    ("crates/hub", &["channels", "clock", "protocol"]),
    ("crates/practice", &["clock"]),
    ("xtask", &[]),
    (".", &["client", "clock", "hub", "practice", "protocol"]),
];

/// Crates of others that may be used in these packages only.
const CRATES_OF_OTHERS: [(&str, &[&str]); 8] = [
    ("rusqlite", &["crates/hub", "crates/client"]),
    ("libsqlite3-sys", &["crates/hub", "crates/client"]),
    ("axum", &["crates/hub", "crates/client", "crates/practice"]),
    ("tauri", &["."]),
    ("notify-rust", &["."]),
    ("rodio", &["."]),
    ("tokio-tungstenite", &["crates/client"]),
    ("ts-rs", &["crates/protocol", "crates/client"]),
];

/// The modules of the hub, and those that each may import. `domain::actor` stands for that one module.
const HUB_MODULES: [(&str, &[&str]); 15] = [
    ("text", &[]),
    ("limits", &["settings"]),
    ("auth", &["limits"]),
    ("live", &["domain::actor", "limits"]),
    ("store", &["limits", "live", "text"]),
    ("domain", &["auth", "limits", "live", "store", "text"]),
    ("settings", &["domain", "limits", "store"]),
    ("accounts", &["settings"]),
    ("admin", &["domain", "store"]),
    ("shared", &["accounts", "auth", "domain", "limits", "live", "settings", "store", "workers", "ws"]),
    ("workers", &["accounts", "domain", "limits", "live", "settings", "shared", "store"]),
    ("http", &["accounts", "auth", "domain", "limits", "shared", "store", "workers", "ws"]),
    ("ws", &["auth", "domain", "limits", "live", "shared", "store", "workers"]),
    (
        "server",
        &[
            "accounts", "admin", "auth", "domain", "http", "limits", "settings", "shared", "store",
            "workers", "ws",
        ],
    ),
    ("cli", &["Admin", "Hub", "Settings", "Verdict", "check", "settings", "store", "table"]),
];

/// Where the database crates may be named.
const STORES: [&str; 4] = [
    "crates/hub/src/store.rs",
    "crates/hub/src/store/",
    "crates/client/src/cache.rs",
    "crates/client/src/cache/",
];

/// Where a single channel may be named in code, and why. A path that ends in a slash is a folder.
const CHANNEL_NAMES: [(&str, &str); 26] = [
    ("crates/channels/src/whatsapp.rs", "the channel"),
    ("crates/channels/src/whatsapp/", "the channel"),
    ("crates/channels/src/sms.rs", "the channel"),
    ("crates/channels/src/sms/", "the channel"),
    ("crates/channels/src/lib.rs", "declares the folder of each channel"),
    ("crates/channels/src/registry.rs", "lists the channels"),
    ("crates/protocol/src/channel.rs", "the enum of the channels"),
    ("crates/hub/src/store/values.rs", "the word of each channel in the database"),
    ("crates/practice/src/providers.rs", "declares the folder of each simulated provider"),
    ("crates/practice/src/providers/", "the simulated providers"),
    ("crates/practice/src/channel.rs", "the channels that practice mode simulates"),
    ("crates/practice/src/customer.rs", "what a test's customer does on WhatsApp"),
    ("crates/practice/src/customer/", "what a test's customer does by SMS"),
    ("crates/practice/src/cast/", "the customers, each on a channel"),
    ("crates/practice/src/person.rs", "a customer's address on each channel"),
    ("crates/practice/src/simulation.rs", "carries messages to the simulated providers"),
    ("crates/practice/src/server.rs", "starts the simulated providers"),
    ("crates/practice/src/control.rs", "the control interface names the channel of a customer"),
    ("crates/practice/src/lib.rs", "exports what the simulated providers offer"),
    ("crates/practice/src/main.rs", "options of the simulated providers"),
    ("src-tauri/src/practice.rs", "starts the cast of the simulated provider"),
    ("src-tauri/src/practice/providers.rs", "configures one account for each simulated provider"),
    ("src-tauri/src/strings/channel_names.rs", "the names of the channels in toasts and tray"),
    ("ui/src/components/channel-icons.ts", "the icons"),
    ("ui/src/i18n/", "the names of the channels and the sentences for their failures"),
    ("ui/src/bindings/", "generated from the protocol"),
];

/// The layers of the UI, and the layers that each may import. Packages of others are held by `UI_PACKAGES`.
const UI_LAYERS: [(&str, &[&str]); 6] = [
    ("bindings", &[]),
    ("i18n", &["bindings"]),
    ("platform", &["bindings"]),
    ("state", &["bindings", "platform"]),
    ("components", &["bindings", "i18n"]),
    ("views", &["bindings", "components", "i18n", "state"]),
];

/// Packages of others that may be imported in one layer of the UI only.
const UI_PACKAGES: [(&str, &str); 4] =
    [("@tauri-apps/", "platform"), ("uuid", "state"), ("bits-ui", "views"), ("virtua", "views")];

/// The packages that a manifest names as dependencies at run time; dependencies of tests and builds are not counted.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    fn tables<'a>(table: &'a toml::Table, found: &mut Vec<&'a toml::Table>) {
        for (name, value) in table {
            let Some(inner) = value.as_table() else { continue };
            match name.as_str() {
                "dependencies" => found.push(inner),
                "workspace" => {}
                _ => tables(inner, found),
            }
        }
    }
    let manifest: toml::Table = read(manifest).parse().expect("a manifest");
    let mut found = Vec::new();
    tables(&manifest, &mut found);
    found.into_iter().flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn each_package_uses_only_the_packages_on_its_list() {
    for (package, allowed) in PACKAGES {
        let uses = dependencies(&root().join(package).join("Cargo.toml"));
        let ours: BTreeSet<&str> = uses.iter().filter_map(|name| name.strip_prefix("deskbell-")).collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert_eq!(ours, allowed, "the packages of this repository that {package} depends on");
        for (name, homes) in CRATES_OF_OTHERS {
            assert!(!uses.contains(name) || homes.contains(&package), "{package} must not depend on {name}");
        }
    }
    let host = dependencies(&root().join("Cargo.toml"));
    assert!(host.contains("tauri"), "the reader of manifests sees no dependencies");
}

/// The names that follow `crate::` in code: modules, and items exported at the root of the crate. An import from
/// `domain::actor` gives both `domain` and `domain::actor`.
fn crate_imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 || (depth == 1 && c == ',') {
                    found.push(name.trim().to_owned());
                    name.clear();
                }
                if depth == 0 {
                    break;
                }
                if !(depth == 1 && c == ',') {
                    name.push(c);
                }
            }
        } else {
            let path = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next();
            found.push(path.unwrap_or_default().to_owned());
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

#[test]
fn each_module_of_the_hub_imports_only_the_modules_on_its_list() {
    let mut seen = 0;
    for path in files("crates/hub/src", &[".rs"]) {
        let name = name_of(&path);
        let inside = name.trim_start_matches("crates/hub/src/").trim_end_matches(".rs");
        let module = inside.split('/').next().unwrap_or_default();
        if module == "lib" || module == "main" {
            continue;
        }
        let (_, allowed) = HUB_MODULES
            .iter()
            .find(|(known, _)| *known == module)
            .unwrap_or_else(|| panic!("{name}: the module {module} is not on the list"));
        for import in crate_imports(&shipped_rust(&path)) {
            seen += 1;
            let fits = |allowed: &str| import == allowed || import.starts_with(&format!("{allowed}::"));
            assert!(
                fits(module) || allowed.iter().any(|allowed| fits(allowed)),
                "{name} must not import crate::{import}; {module} may import {allowed:?}"
            );
        }
    }
    assert!(seen > 300, "the reader of imports sees only {seen}");
}

#[test]
fn databases_are_named_in_the_two_stores_only() {
    let words = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE"];
    let mut at_home = 0;
    for folder in ["crates", "src-tauri/src"] {
        for path in files(folder, &[".rs", ".sql"]) {
            let name = name_of(&path);
            if !name.contains("/src/") {
                continue;
            }
            let home = STORES.iter().any(|store| name.starts_with(store));
            let code = if name.ends_with(".rs") { shipped_rust(&path) } else { read(&path) };
            let database = code.contains("rusqlite") || code.contains("libsqlite3");
            let sql = code.lines().any(|line| {
                words
                    .iter()
                    .any(|word| line.contains(&format!("\"{word}")) || line.trim_start().starts_with(word))
            });
            assert!(home || !sql, "{name} contains SQL; it belongs into a store");
            assert!(home || !database, "{name} names a database crate; only the stores may");
            at_home += usize::from(home && sql);
        }
    }
    assert!(at_home >= 30, "the reader of SQL sees only {at_home} files");
}

#[test]
fn http_types_stay_out_of_store_and_domain() {
    for folder in ["crates/hub/src/store", "crates/hub/src/domain", "crates/hub/src/live"] {
        for path in files(folder, &[".rs"]) {
            assert!(!shipped_rust(&path).contains("axum"), "{} must not use axum", name_of(&path));
        }
    }
    assert!(shipped_rust(&root().join("crates/hub/src/http.rs")).contains("axum"));
}

/// Whether code names a single channel: as a word, or as a part of an identifier. The unit "SMS segments" of text is
/// no channel.
fn names_a_channel(code: &str) -> Option<String> {
    let code = code.replace("SMS segments", "").replace("SmsSegments", "").replace("sms_segments", "");
    code.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
        let lower = word.to_lowercase();
        let named = ["whatsapp", "messenger", "twilio"].iter().any(|name| lower.contains(name))
            || lower == "sms"
            || word.starts_with("Sms") && word[3..].chars().next().is_some_and(char::is_uppercase);
        named.then(|| word.to_owned())
    })
}

#[test]
fn channels_are_named_in_their_own_folders_and_on_the_list_only() {
    let mut unused: BTreeSet<&str> = CHANNEL_NAMES.iter().map(|(path, _)| *path).collect();
    let rust = ["crates", "src-tauri/src"].into_iter().flat_map(|folder| files(folder, &[".rs"]));
    let ui = files("ui/src", &[".ts", ".svelte"]);
    for path in rust.chain(ui) {
        let name = name_of(&path);
        if !name.contains("/src/") || name.contains("/src/tests/") {
            continue;
        }
        let code = if name.ends_with(".rs") { shipped_rust(&path) } else { shipped_ui(&path) };
        let Some(word) = names_a_channel(&code) else { continue };
        let listed = CHANNEL_NAMES
            .iter()
            .find(|(known, _)| name == *known || (known.ends_with('/') && name.starts_with(known)));
        let Some((known, _why)) = listed else {
            panic!("{name} names a channel ({word}); ask the channel's policy or trait instead");
        };
        unused.remove(known);
    }
    assert!(unused.is_empty(), "these paths name no channel any more: remove their lines: {unused:?}");
}

#[test]
fn modules_are_files_named_after_themselves() {
    for folder in ["crates", "src-tauri", "xtask"] {
        for path in files(folder, &[".rs"]) {
            assert!(!path.ends_with("mod.rs"), "{}: name the file after its module", path.display());
        }
    }
}

/// The targets of the imports in a file of the UI: static, dynamic, and re-exports.
fn ui_imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in ["from", "import"] {
        for (at, _) in code.match_indices(word) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            let rest = code[at + word.len()..].trim_start();
            let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { continue };
            if let Some((target, _)) = rest[1..].split_once(quote) {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The layer of the UI that a relative import reaches; empty for a file beside the layers.
fn layer_reached(file: &str, target: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => assert!(parts.pop().is_some(), "{file} imports {target}, which is outside the UI"),
            name => parts.push(name),
        }
    }
    let first = parts.first().copied().unwrap_or_default();
    if UI_LAYERS.iter().any(|(layer, _)| *layer == first) { first.to_owned() } else { String::new() }
}

#[test]
fn each_layer_of_the_ui_imports_only_the_layers_on_its_list() {
    let mut dynamic = 0;
    for path in files("ui/src", &[".ts", ".svelte"]) {
        let name = name_of(&path);
        let inside = name.trim_start_matches("ui/src/");
        let code = shipped_ui(&path);
        let Some((layer, _)) = inside.split_once('/') else {
            // The entry points beside the layers put them together.
            continue;
        };
        let (_, allowed) = UI_LAYERS
            .iter()
            .find(|(known, _)| *known == layer)
            .unwrap_or_else(|| panic!("{name}: the layer {layer} is not on the list"));
        dynamic += code.matches("import(").count();
        for target in ui_imports(&code) {
            if target.starts_with('.') {
                let reached = layer_reached(inside, &target);
                assert!(
                    reached == layer || allowed.contains(&reached.as_str()),
                    "{name} must not import {target}; {layer} may import {allowed:?}"
                );
            }
            for (package, home) in UI_PACKAGES {
                assert!(
                    !target.starts_with(package) || layer == home,
                    "{name} must not import {target}; only {home} may"
                );
            }
        }
        // A dynamic import of a computed path could reach any layer.
        for (at, _) in code.match_indices("import(") {
            let argument = code[at + "import(".len()..].trim_start();
            assert!(argument.starts_with(['"', '\'']), "{name}: a dynamic import needs a literal path");
        }
    }
    assert!(dynamic > 0, "the reader of dynamic imports sees none");
}
