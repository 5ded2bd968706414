//! What a display shows, read from the memory in which Xvfb draws it (`Xvfb -fbdir`; the file is an X window dump,
//! `X11/XWDFile.h`): from outside, without asking any program.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The side of the squares in which two pictures are compared, in pixels.
const TILE: usize = 32;
/// How much of a square may look otherwise: clocks tick and carets blink.
const ALIKE: f64 = 0.65;

/// A display that draws into a file.
pub(crate) struct Painted {
    file: PathBuf,
}

/// All that it shows at one moment.
pub(crate) struct Picture {
    width: usize,
    pixels: Vec<u32>,
}

impl Painted {
    /// What Xvfb draws in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { file: folder.join("Xvfb_screen0") }
    }

    /// All of it as it is now.
    pub(crate) fn look(&self) -> Picture {
        let file = File::open(&self.file).unwrap();
        let mut head = [0; 100];
        file.read_exact_at(&mut head, 0).unwrap();
        let field = |number: usize| {
            let bytes: [u8; 4] = head[number * 4..][..4].try_into().unwrap();
            u32::from_be_bytes(bytes) as usize
        };
        // The fields by their place in the header; every colour of the map behind it has 12 bytes.
        let (size, width, height, colours) = (field(0), field(4), field(5), field(19));
        assert_eq!(field(12), width * 4, "four bytes for each dot, and nothing behind a line");
        let mut dots = vec![0; width * height * 4];
        file.read_exact_at(&mut dots, (size + colours * 12) as u64).unwrap();
        let pixels =
            dots.chunks_exact(4).map(|dot| u32::from_le_bytes(dot.try_into().unwrap()) & 0xff_ffff).collect();
        Picture { width, pixels }
    }
}

impl Picture {
    /// Keeps it in a file, to be looked at (Netpbm, "PPM format").
    pub(crate) fn keep(&self, file: &Path) {
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.pixels.len() / self.width).into_bytes();
        bytes.extend(self.pixels.iter().flat_map(|dot| dot.to_be_bytes().into_iter().skip(1)));
        std::fs::write(file, bytes).unwrap();
    }

    /// How many different colours there are: an empty page has few, letters bring dozens.
    pub(crate) fn colours(&self) -> usize {
        self.pixels.iter().collect::<std::collections::HashSet<_>>().len()
    }

    /// Whether both show the same, apart from trifles: in every square.
    pub(crate) fn shows(&self, other: &Self) -> bool {
        let height = self.pixels.len() / self.width;
        (0..height.div_ceil(TILE)).all(|row| {
            (0..self.width.div_ceil(TILE)).all(|column| {
                let (mut same, mut all) = (0, 0);
                for y in row * TILE..height.min((row + 1) * TILE) {
                    let line = y * self.width;
                    let part = line + column * TILE..line + self.width.min((column + 1) * TILE);
                    all += part.len();
                    same += self.pixels[part.clone()]
                        .iter()
                        .zip(&other.pixels[part])
                        .filter(|(a, b)| a == b)
                        .count();
                }
                same as f64 >= all as f64 * ALIKE
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(colour: u32) -> Picture {
        Picture { width: 64, pixels: vec![colour; 64 * 64] }
    }

    #[test]
    fn a_caret_is_a_trifle_and_a_word_is_not() {
        let empty = plain(7);
        let mut caret = plain(7);
        (0..20).for_each(|row| caret.pixels[row * 64] = 1);
        assert!(caret.shows(&empty));
        let mut word = plain(7);
        (0..20).for_each(|row| word.pixels[row * 64 + 32..][..20].fill(1));
        assert!(!word.shows(&empty));
        assert_eq!([empty.colours(), word.colours()], [1, 2]);
    }
}
