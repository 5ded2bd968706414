//! Phone numbers: validation, E.164 form, and comparison of different spellings of one number.
//!
//! Numbers are stored in E.164 form (`+351912345678`). WhatsApp may report a number differently from how it is
//! dialled in Brazil (mobile numbers with and without a 9), Mexico (`521` for `52`) and Argentina (`549` for
//! `54`). Neither spelling is rewritten into the other; they are only compared.

use phonenumber::Mode;

/// The longest text that is parsed, in characters.
const MAX_CHARS: usize = 40;

/// The number in E.164 form; `None` if no such number can exist. The text must hold the country code after `+` or
/// `00`.
pub(crate) fn e164(text: &str) -> Option<String> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+()-./".contains(c);
    if text.chars().count() > MAX_CHARS || !text.chars().all(allowed) {
        return None;
    }
    let text = text.strip_prefix("00").map_or_else(|| text.to_owned(), |rest| format!("+{rest}"));
    let rest = text.strip_prefix('+').filter(|rest| !rest.contains('+'))?;
    let dialled = format!("+{}", rest.chars().filter(char::is_ascii_digit).collect::<String>());
    if let Ok(number) = phonenumber::parse(None, &text)
        && number.is_valid()
    {
        let formatted = number.format().mode(Mode::E164).to_string();
        let same = canonical(&formatted) == canonical(&dialled);
        return Some(if same { dialled } else { formatted });
    }
    // Only the other spelling may be an assigned number today.
    let exists = |spelling: &String| phonenumber::parse(None, spelling).is_ok_and(|number| number.is_valid());
    spellings(&dialled).iter().any(exists).then_some(dialled)
}

/// The shortest spelling of a number, for comparison. It must never be dialled.
pub(crate) fn canonical(number: &str) -> String {
    let short = |country: &str, long: &str, length: usize| {
        let rest = number.strip_prefix(long)?;
        (rest.len() == length).then(|| format!("{country}{rest}"))
    };
    let brazilian = || {
        let (area, rest) = number.strip_prefix("+55")?.split_at_checked(2)?;
        let rest = rest.strip_prefix('9').filter(|rest| rest.len() == 8 && rest.starts_with(is_mobile))?;
        Some(format!("+55{area}{rest}"))
    };
    brazilian()
        .or_else(|| short("+52", "+521", 10))
        .or_else(|| short("+54", "+549", 10))
        .unwrap_or_else(|| number.to_owned())
}

/// Whether a Brazilian number with this first digit is a mobile number, which exists with and without the 9.
fn is_mobile(first: char) -> bool {
    ('6'..='9').contains(&first)
}

/// All spellings of the number.
fn spellings(number: &str) -> Vec<String> {
    let short = canonical(number);
    let long = if let Some((area, rest)) = short.strip_prefix("+55").and_then(|rest| rest.split_at_checked(2))
        && rest.len() == 8
        && rest.starts_with(is_mobile)
    {
        format!("+55{area}9{rest}")
    } else if let Some(rest) = short.strip_prefix("+52").filter(|rest| rest.len() == 10) {
        format!("+521{rest}")
    } else if let Some(rest) = short.strip_prefix("+54").filter(|rest| rest.len() == 10) {
        format!("+549{rest}")
    } else {
        return vec![short];
    };
    vec![short, long]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_normalized_to_e164() {
        for text in ["+49 170 1111111", "0049 170/111-1111", "+49 (0)170 1111111", " +491701111111 "] {
            assert_eq!(e164(text).as_deref(), Some("+491701111111"), "{text}");
        }
        assert_eq!(e164("+351 912 345 678").as_deref(), Some("+351912345678"));
    }

    #[test]
    fn text_that_is_no_number_is_rejected() {
        for text in [
            "",
            "+",
            "0170 1111111",
            "+49",
            "+49 170",
            "+999 170 1111111",
            "+49 170 1111111 1111111",
            "carla@example.org",
            "+49 170 CARLA11",
            "++491701111111",
            "+49+1701111111",
            "+49 1",
            &"+4917011111".repeat(100_000),
        ] {
            assert_eq!(e164(text), None, "{text:.60}");
        }
    }

    #[test]
    fn two_spellings_of_a_number_are_kept_and_compare_as_equal() {
        for (long, short) in [
            ("+5511987654321", "+551187654321"),
            ("+5215512345678", "+525512345678"),
            ("+5491123456789", "+541123456789"),
        ] {
            assert_eq!(e164(long).as_deref(), Some(long));
            assert_eq!(e164(short).as_deref(), Some(short));
            assert_eq!(canonical(long), canonical(short));
        }
        // A landline in São Paulo is nobody's mobile phone.
        assert_ne!(canonical("+551131234567"), canonical("+5511931234567"));
        assert_ne!(canonical("+491701111111"), canonical("+491701111112"));
    }
}
