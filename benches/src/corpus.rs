//! Synthetic messages of ordinary length, the same in every run.

/// The number of different words.
const VOCABULARY: u64 = 20_000;

/// A pseudo-random number generator (xorshift64*; Vigna, "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled").
pub(crate) struct Rng(u64);

impl Rng {
    /// A generator with this seed.
    pub(crate) fn new(seed: u64) -> Self {
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

/// The word with this number. Words are made of syllables, so that they share prefixes.
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

/// A text of 3 to 27 words. As in natural language, a few words are in many texts and most words in few.
pub(crate) fn text(rng: &mut Rng) -> String {
    let words = 3 + rng.below(13) + rng.below(13);
    let text: Vec<_> = (0..words).map(|_| common_word(rng)).collect();
    text.join(" ")
}

/// A random word; those with small numbers are more likely.
pub(crate) fn common_word(rng: &mut Rng) -> String {
    // The product of uniform numbers is distributed towards small ones about as words are.
    let product = rng.below(VOCABULARY) * rng.below(VOCABULARY) / VOCABULARY * rng.below(VOCABULARY);
    word(product / VOCABULARY)
}
