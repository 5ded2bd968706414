//! Other people's words where one short line is shown: lists, toasts, titles.

/// How many marks in a row may stand upon one letter. Languages need two or three; more only cover their
/// neighbours.
const MARKS: usize = 4;

/// The beginning of a text as one line: no line breaks, no control characters, nothing that is invisible or
/// turns the direction of what stands beside it, and no towers of marks. At most `chars` characters.
///
/// What joins the parts of an emoji, or letters in Persian and in the scripts of India, stays.
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
        if marks > MARKS {
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

/// Shows nothing, or turns the direction of what follows (Unicode: default ignorable, bidirectional controls).
fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Stands upon or below the letter before it (Unicode: the blocks of combining marks).
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_in_their_languages_stays_as_it_is() {
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
    fn what_would_disturb_the_line_goes() {
        assert_eq!(one_line(" a\r\n\tb \u{0}\u{7}c\u{1b}[31m ", 120), "a b c[31m");
        assert_eq!(one_line("\u{202e}nnA\u{2066}\u{200b}\u{feff}a", 120), "nnAa");
        assert_eq!(one_line("\u{202e}\u{200b}\n", 120), "");
        let tower = format!("Z{}algo", "\u{300}".repeat(65_536));
        assert_eq!(one_line(&tower, 120), format!("Z{}algo", "\u{300}".repeat(MARKS)));
        assert_eq!(one_line(&"x".repeat(500), 120).chars().count(), 120);
        assert_eq!(one_line("ab cd", 4), "ab c");
        assert_eq!(one_line("ab cd", 3), "ab");
    }
}
