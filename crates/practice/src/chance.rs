//! Chance that comes out the same for the same seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// Where all dice and ids come from. Each person and each purpose has dice of its own, so that what one
/// does never changes what happens to another.
#[derive(Clone, Copy)]
pub(crate) struct Chance {
    seed: u64,
    began: i64,
}

/// One set of dice.
pub(crate) struct Dice(ChaCha8Rng);

impl Chance {
    /// `began` goes into ids alone: a provider that is started again must not use one twice.
    pub(crate) fn new(seed: u64, began: i64) -> Self {
        Self { seed, began }
    }

    /// The dice for one purpose.
    pub(crate) fn dice(&self, who: &str, what: &str, n: u64) -> Dice {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        for part in [who, "\n", what, "\n"] {
            hash.update(part);
        }
        hash.update(n.to_be_bytes());
        Dice(ChaCha8Rng::from_seed(hash.finalize().into()))
    }

    /// A message id. Opaque, as the provider's are.
    pub(crate) fn wamid(&self, who: &str, n: u64) -> String {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.began.to_be_bytes());
        hash.update(who);
        hash.update(n.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        format!("wamid.{}", hex::encode_upper(digest.split_at(15).0))
    }
}

/// A number that belongs to a name, the same for ever.
pub(crate) fn number_of(name: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(name).into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl Dice {
    /// Milliseconds between the two, both included.
    pub(crate) fn between(&mut self, (least, most): (i64, i64)) -> i64 {
        self.0.random_range(least..=most.max(least))
    }

    /// One of several; `None` of none.
    pub(crate) fn one_of<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        several.get(self.0.random_range(0..several.len().max(1)))
    }

    /// The same things in an order of chance.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.0.random_range(0..=last));
        }
    }
}
