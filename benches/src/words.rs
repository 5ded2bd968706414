//! Made-up messages of ordinary length, the same in every run.

/// How many different words there are.
const VOCABULARY: u64 = 20_000;

/// A sequence of numbers that only looks like chance (xorshift64*; Vigna, "An experimental exploration of
/// Marsaglia's xorshift generators, scrambled").
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of this number.
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }
}

/// The word of this number: made of syllables, so that words share beginnings.
pub(crate) fn word(number: u64) -> String {
    const SYLLABLES: [&str; 30] = [
        "ba", "ken", "lo", "ri", "ta", "mu", "sel", "do", "fin", "gra", "hel", "jo", "pa", "que", "sta",
        "ter", "un", "ver", "wo", "xi", "bel", "cor", "dan", "est", "for", "gel", "mar", "nov", "pri", "tor",
    ];
    let mut rest = number;
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[(rest % 30) as usize]);
        rest /= 30;
        if rest == 0 {
            return word;
        }
    }
}

/// A text of 3 to 27 words. As in every language a few words are in many texts and most words in few.
pub(crate) fn text(chance: &mut Chance) -> String {
    let words = 3 + chance.below(13) + chance.below(13);
    let text: Vec<_> = (0..words).map(|_| common_word(chance)).collect();
    text.join(" ")
}

/// A word, the likelier the smaller its number.
pub(crate) fn common_word(chance: &mut Chance) -> String {
    // The product of uniform numbers leans towards small ones about as words do.
    let lean = chance.below(VOCABULARY) * chance.below(VOCABULARY) / VOCABULARY * chance.below(VOCABULARY);
    word(lean / VOCABULARY)
}
