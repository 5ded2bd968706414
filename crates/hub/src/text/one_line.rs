//! Text of other people as one short line, for lists, toasts and titles.

/// How many combining marks in a row are kept. Languages need two or three; more cover neighbouring lines.
const MAX_MARKS: usize = 4;

/// The beginning of a text as one line of at most `chars` characters: without line breaks, control characters,
/// invisible characters, bidirectional controls, and stacks of combining marks.
///
/// Joiners within emoji and within Persian and Indic words are kept.
pub(crate) fn one_line(text: &str, chars: usize) -> String {
    let mut line = String::with_capacity(text.len().min(chars));
    let (mut count, mut marks, mut gap) = (0_usize, 0_usize, false);
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = !line.is_empty();
            continue;
        }
        if letter.is_control() || (!letter.is_ascii() && is_hidden(letter)) {
            continue;
        }
        marks = if !letter.is_ascii() && is_mark(letter) { marks.saturating_add(1) } else { 0 };
        if marks > MAX_MARKS {
            continue;
        }
        count = count.saturating_add(if gap { 2 } else { 1 });
        if count > chars {
            break;
        }
        if gap {
            line.push(' ');
            gap = false;
        }
        line.push(letter);
    }
    line
}

/// Whether the character is invisible or changes the text direction (Unicode: default ignorable, bidirectional
/// controls).
fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether the character is a combining mark (by the Unicode blocks of combining marks).
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_language_is_unchanged() {
        for text in [
            "Grüezi 👋🏽 ça va?",
            "👨\u{200d}👩\u{200d}👧",
            "می\u{200c}خواهم",
            "שלום עולם",
            "مرحبا بالعالم",
            "e\u{301}a\u{308}\u{304}",
        ] {
            assert_eq!(one_line(text, 120), text);
        }
    }

    #[test]
    fn what_would_break_the_line_is_removed() {
        assert_eq!(one_line(" a\r\n\tb \u{0}\u{7}c\u{1b}[31m ", 120), "a b c[31m");
        assert_eq!(one_line("\u{202e}nnA\u{2066}\u{200b}\u{feff}a", 120), "nnAa");
        assert_eq!(one_line("\u{202e}\u{200b}\n", 120), "");
        let tower = format!("Z{}algo", "\u{300}".repeat(65_536));
        assert_eq!(one_line(&tower, 120), format!("Z{}algo", "\u{300}".repeat(MAX_MARKS)));
        assert_eq!(one_line(&"x".repeat(500), 120).chars().count(), 120);
        assert_eq!(one_line("ab cd", 4), "ab c");
        assert_eq!(one_line("ab cd", 3), "ab");
    }
}
