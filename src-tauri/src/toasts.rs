//! Toasts: which ones the agent should see, and how each operating system shows them.
//!
//! [`desired`] and [`diff`] decide and are pure; only the module of each system shows anything.

mod plan;
mod toast;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::NotificationDaemon as SystemToasts;
#[cfg(target_os = "macos")]
pub(crate) use macos::NotificationCenter as SystemToasts;
pub(crate) use plan::{Step, desired, diff};
pub(crate) use toast::{Action, ShowOutcome, Toast, ToastBackend, ToastKey};
#[cfg(windows)]
pub(crate) use windows::ActionCenter as SystemToasts;
