//! Random numbers and ids that are a function of the seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// The source of all random numbers and ids. Each person and each purpose has a generator of its own, so that
/// what one person does never changes what happens to another.
#[derive(Clone, Copy)]
pub(crate) struct Chance {
    seed: u64,
    started_at: i64,
}

/// One random number generator.
pub(crate) struct Dice(ChaCha8Rng);

impl Chance {
    /// `started_at` enters ids only: a simulation that is started again must not use an id twice.
    pub(crate) fn new(seed: u64, started_at: i64) -> Self {
        Self { seed, started_at }
    }

    /// The generator of the `n`th `purpose` of `owner`.
    pub(crate) fn dice(&self, owner: &str, purpose: &str, n: u64) -> Dice {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        for part in [owner, "\n", purpose, "\n"] {
            hash.update(part);
        }
        hash.update(n.to_be_bytes());
        Dice(ChaCha8Rng::from_seed(hash.finalize().into()))
    }

    /// 256 bits that no other `owner` and `n` have, for an id.
    pub(crate) fn id(&self, owner: &str, n: u64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.started_at.to_be_bytes());
        hash.update(owner);
        hash.update(n.to_be_bytes());
        hash.finalize().into()
    }
}

/// A number that depends on a name only: the same in every run and with every seed.
pub(crate) fn number_of(name: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(name).into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl Dice {
    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, (least, most): (i64, i64)) -> i64 {
        self.0.random_range(least..=most.max(least))
    }

    /// One of the items, or `None` if there are none.
    pub(crate) fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.0.random_range(0..items.len().max(1)))
    }

    /// Puts the items in random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.0.random_range(0..=last));
        }
    }
}
