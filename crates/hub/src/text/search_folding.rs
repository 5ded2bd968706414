//! Folding of text for search: without case and accents.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The text in compatibility decomposition, without combining marks, in lower case.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut plain = String::with_capacity(decomposed.len());
    for letter in decomposed.chars().filter(|letter| !is_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'đ' => plain.push('d'),
            'ł' => plain.push('l'),
            'ı' => plain.push('i'),
            letter if is_mark(letter) => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// Whether the character is a combining mark (by the Unicode blocks of combining marks).
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// How many words of a search are used; more are ignored.
const MAX_WORDS: usize = 8;

/// The folded words of a search for contacts. Numbers are reduced to their digits without leading zeros, which
/// stand for the international or national prefix.
pub(crate) fn words(search: &str) -> Vec<String> {
    let word = |word: &str| {
        let number = word.chars().all(|c| c.is_ascii_digit() || "+()-./".contains(c));
        let word = if number && word.contains(|c: char| c.is_ascii_digit()) {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            let significant = digits.trim_start_matches('0');
            if significant.is_empty() { digits } else { significant.to_owned() }
        } else {
            fold(word)
        };
        (!word.is_empty()).then_some(word)
    };
    search.split_whitespace().filter_map(word).take(MAX_WORDS).collect()
}

/// The folded words of a search in transcripts, where numbers are words like any other.
pub(crate) fn literal_words(search: &str) -> Vec<String> {
    search.split_whitespace().map(fold).filter(|word| !word.is_empty()).take(MAX_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_are_ignored() {
        for (text, plain) in [
            ("Ça va, ÉLODIE?", "ca va, elodie?"),
            ("Grüße", "grusse"),
            ("Größe", "grosse"),
            ("Łukasz Øystein", "lukasz oystein"),
            ("İstanbul", "istanbul"),
            ("ＤＥＳＫ", "desk"),
            ("株式会社", "株式会社"),
            ("هل الدراجة جاهزة", "هل الدراجة جاهزة"),
        ] {
            assert_eq!(fold(text), plain);
        }
    }

    #[test]
    fn numbers_are_searched_by_their_digits() {
        assert_eq!(words("0170 (11)11-111"), ["170", "1111111"]);
        assert_eq!(words("+49170 Élodie"), ["49170", "elodie"]);
        assert_eq!(words("  -- "), ["--"]);
        assert_eq!(words("00"), ["00"]);
    }
}
