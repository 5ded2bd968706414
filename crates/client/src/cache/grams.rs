//! What is indexed for search, and what is looked for.
//!
//! Words are found by the index's own tokenizer. Chinese, Japanese and Thai are written without spaces, and
//! the index's trigrams find nothing under three signs; so each run of such signs is indexed as its single
//! signs and pairs, in turn: 你好吗 becomes `你 你好 好 好吗 吗`. A run of two or more that is looked for is the
//! phrase of those that lie between its first and its last pair, which is found exactly where the run stands.

/// The text as the index gets it.
pub(super) fn indexed(text: &str) -> String {
    let mut words = String::with_capacity(text.len().saturating_add(16));
    let mut run = Vec::new();
    for sign in text.chars() {
        if is_unspaced(sign) {
            run.push(sign);
            continue;
        }
        close(&mut run, &mut words);
        if !is_accent(sign) {
            words.push(sign);
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
    for (at, sign) in run.iter().enumerate() {
        words.push(*sign);
        words.push(' ');
        if let Some(next) = run.get(at.saturating_add(1)) {
            words.extend([*sign, *next, ' ']);
        }
    }
    run.clear();
}

/// The expression that finds texts with all these words, the last one as a prefix; none if nothing in it can
/// be looked for.
pub(super) fn expression(words: &str) -> Option<String> {
    let mut phrases = Vec::new();
    let mut word = String::new();
    let mut run = Vec::new();
    for sign in words.chars().take(MOST_SIGNS) {
        if is_unspaced(sign) {
            phrases.extend(plain(&mut word));
            run.push(sign);
        } else if sign.is_alphanumeric() {
            phrases.extend(phrase(&mut run));
            word.push(sign);
        } else if !is_accent(sign) {
            phrases.extend(plain(&mut word));
            phrases.extend(phrase(&mut run));
        }
    }
    // Only a word that is still being written is a beginning: behind a space it is complete.
    let open = plain(&mut word).map(|word| word + "*");
    phrases.extend(open);
    phrases.extend(phrase(&mut run));
    (!phrases.is_empty()).then(|| phrases.join(" "))
}

/// More is not looked at.
const MOST_SIGNS: usize = 400;

fn plain(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| format!("\"{}\"", std::mem::take(word)))
}

fn phrase(run: &mut Vec<char>) -> Option<String> {
    let signs = std::mem::take(run);
    let grams: Vec<String> = match signs.as_slice() {
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
    Some(format!("\"{}\"", grams.join(" ")))
}

/// Signs of scripts that put no spaces between words.
fn is_unspaced(sign: char) -> bool {
    matches!(u32::from(sign),
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

/// Combining accents: the index ignores them on letters, so they are left out where they stand alone.
fn is_accent(sign: char) -> bool {
    matches!(u32::from(sign), 0x0300..=0x036f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_without_spaces_are_indexed_by_signs_and_pairs() {
        assert_eq!(indexed("hi 你好吗!"), "hi  你 你好 好 好吗 吗 !");
        assert_eq!(indexed("plain text"), "plain text");
    }

    #[test]
    fn what_is_looked_for_is_quoted_whatever_it_contains() {
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
