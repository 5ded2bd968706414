//! How much of what a provider sends is kept.

/// The longest text that is kept, in characters; the rest is cut off. People write up to 4096.
pub(crate) const TEXT_CHARS: usize = 64 * 1024;

/// The longest id that is accepted, in bytes. Providers' ids have less than a hundred. A longer one is not cut: the
/// part would be another id.
pub(crate) const ID_BYTES: usize = 1024;

/// The beginning of a text.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    if text.len() <= chars { text.to_owned() } else { text.chars().take(chars).collect() }
}

/// A word of the provider that is safe to log: cut to 40 letters, digits and underscores.
pub(crate) fn word(text: &str) -> String {
    let word: String = text.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '_').take(40).collect();
    if word.is_empty() { "unnamed".to_owned() } else { word }
}
