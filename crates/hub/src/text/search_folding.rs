//! Text without case and accents, as it is searched.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The text with compatibility forms taken apart, without marks upon letters, in lower case.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut plain = String::with_capacity(apart.len());
    for letter in apart.chars().filter(|letter| !is_mark(*letter)).flat_map(char::to_lowercase) {
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

/// Stands upon or below the letter before it (Unicode: the blocks of combining marks).
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// How many words are looked for; more are left out.
const WORDS: usize = 8;

/// The words that are looked for, folded. A number loses what people put between its digits, and the zeros
/// that stand for the country or for "in this country".
pub(crate) fn words(search: &str) -> Vec<String> {
    let word = |word: &str| {
        let number = word.chars().all(|c| c.is_ascii_digit() || "+()-./".contains(c));
        let word = if number && word.contains(|c: char| c.is_ascii_digit()) {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            let significant = digits.trim_start_matches('0');
            if significant.is_empty() { digits } else { significant.to_owned() }
        } else {
            folded(word)
        };
        (!word.is_empty()).then_some(word)
    };
    search.split_whitespace().filter_map(word).take(WORDS).collect()
}

/// The words that are looked for where numbers are words like others.
pub(crate) fn words_as_written(search: &str) -> Vec<String> {
    search.split_whitespace().map(folded).filter(|word| !word.is_empty()).take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_make_no_difference() {
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
            assert_eq!(folded(text), plain);
        }
    }

    #[test]
    fn numbers_are_looked_for_by_their_digits() {
        assert_eq!(words("0170 (11)11-111"), ["170", "1111111"]);
        assert_eq!(words("+49170 Élodie"), ["49170", "elodie"]);
        assert_eq!(words("  -- "), ["--"]);
        assert_eq!(words("00"), ["00"]);
    }
}
