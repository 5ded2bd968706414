//! The terms of the full-text index, and the expressions that search it.
//!
//! Words are split by the index's own tokenizer. Chinese, Japanese and Thai are written without spaces, and
//! the trigram tokenizer finds nothing under three characters. Therefore each run of such characters is
//! indexed as its single characters and pairs, in turn: 你好吗 becomes `你 你好 好 好吗 吗`. The expression for a run
//! of two or more characters is the phrase from its first to its last pair, which matches exactly where the
//! run stands.

/// The terms of a text for the index.
pub(super) fn indexed(text: &str) -> String {
    let mut words = String::with_capacity(text.len().saturating_add(16));
    let mut run = Vec::new();
    for c in text.chars() {
        if is_unspaced(c) {
            run.push(c);
            continue;
        }
        close(&mut run, &mut words);
        if !is_accent(c) {
            words.push(c);
        }
    }
    close(&mut run, &mut words);
    words
}

fn close(run: &mut Vec<char>, words: &mut String) {
    if run.is_empty() {
        return;
    }
    words.push(' ');
    for (at, c) in run.iter().enumerate() {
        words.push(*c);
        words.push(' ');
        if let Some(next) = run.get(at.saturating_add(1)) {
            words.extend([*c, *next, ' ']);
        }
    }
    run.clear();
}

/// The expression that finds texts with all these words, the last one as a prefix; none if there is no word.
pub(super) fn expression(words: &str) -> Option<String> {
    let mut phrases = Vec::new();
    let mut word = String::new();
    let mut run = Vec::new();
    for c in words.chars().take(MAX_CHARS) {
        if is_unspaced(c) {
            phrases.extend(plain(&mut word));
            run.push(c);
        } else if c.is_alphanumeric() {
            phrases.extend(phrase(&mut run));
            word.push(c);
        } else if !is_accent(c) {
            phrases.extend(plain(&mut word));
            phrases.extend(phrase(&mut run));
        }
    }
    // Only the last word is a prefix, and only while no space follows it.
    let open = plain(&mut word).map(|word| word + "*");
    phrases.extend(open);
    phrases.extend(phrase(&mut run));
    (!phrases.is_empty()).then(|| phrases.join(" "))
}

/// How many characters of the typed text are used.
const MAX_CHARS: usize = 400;

fn plain(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| format!("\"{}\"", std::mem::take(word)))
}

fn phrase(run: &mut Vec<char>) -> Option<String> {
    let chars = std::mem::take(run);
    let terms: Vec<String> = match chars.as_slice() {
        [] => return None,
        [single] => vec![single.to_string()],
        many => many
            .windows(2)
            .enumerate()
            .flat_map(|(at, pair)| {
                let between = if at == 0 { None } else { pair.first().map(char::to_string) };
                between.into_iter().chain([pair.iter().collect()])
            })
            .collect(),
    };
    Some(format!("\"{}\"", terms.join(" ")))
}

/// Whether a character belongs to a script without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff            // Thai, Lao
        | 0x1000..=0x109f          // Myanmar
        | 0x1780..=0x17ff          // Khmer
        | 0x3005..=0x3007          // 々 〆 〇
        | 0x3040..=0x30ff          // Hiragana, Katakana
        | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf          // Han
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0xff66..=0xff9f          // half-width Katakana
        | 0x20000..=0x3ffff        // Han, further planes
    )
}

/// Whether a character is a combining accent. The index ignores accents on letters, so they are left out
/// where they stand alone.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_without_spaces_are_indexed_by_characters_and_pairs() {
        assert_eq!(indexed("hi 你好吗!"), "hi  你 你好 好 好吗 吗 !");
        assert_eq!(indexed("plain text"), "plain text");
    }

    #[test]
    fn search_expressions_quote_every_word() {
        assert_eq!(expression("Order 12"), Some("\"Order\" \"12\"*".to_owned()));
        assert_eq!(expression("Order "), Some("\"Order\"".to_owned()));
        assert_eq!(expression("a\"b OR c*"), Some("\"a\" \"b\" \"OR\" \"c\"".to_owned()));
        assert_eq!(expression("  \"* "), None);
        assert_eq!(expression("好"), Some("\"好\"".to_owned()));
        assert_eq!(expression("你好"), Some("\"你好\"".to_owned()));
        assert_eq!(expression("你好吗"), Some("\"你好 好 好吗\"".to_owned()));
        assert_eq!(expression("in北京"), Some("\"in\" \"北京\"".to_owned()));
    }
}
