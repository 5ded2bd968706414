//! Screenshots of a display, read from the file in which Xvfb keeps its framebuffer (`Xvfb -fbdir`; the format is the
//! X window dump, `X11/XWDFile.h`). Taking one involves no other process.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The side of the squares in which two screenshots are compared, in pixels.
const TILE: usize = 32;
/// The part of a square that must be equal. Clocks and carets may differ.
const SIMILARITY: f64 = 0.65;

/// The framebuffer file of a display.
pub(crate) struct Framebuffer {
    file: PathBuf,
}

/// The content of a display at one moment.
pub(crate) struct Screenshot {
    width: usize,
    pixels: Vec<u32>,
}

impl Framebuffer {
    /// The framebuffer of the Xvfb that was started with this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { file: folder.join("Xvfb_screen0") }
    }

    /// Takes a screenshot.
    pub(crate) fn capture(&self) -> Screenshot {
        let file = File::open(&self.file).unwrap();
        let mut head = [0; 100];
        file.read_exact_at(&mut head, 0).unwrap();
        let field = |number: usize| {
            let bytes: [u8; 4] = head[number * 4..][..4].try_into().unwrap();
            u32::from_be_bytes(bytes) as usize
        };
        // By their index in the header. The colour map behind it has 12 bytes for each entry.
        let (size, width, height, colours) = (field(0), field(4), field(5), field(19));
        assert_eq!(field(12), width * 4, "4 bytes for each pixel, no padding");
        let mut bytes = vec![0; width * height * 4];
        file.read_exact_at(&mut bytes, (size + colours * 12) as u64).unwrap();
        let pixels = bytes
            .chunks_exact(4)
            .map(|pixel| u32::from_le_bytes(pixel.try_into().unwrap()) & 0xff_ffff)
            .collect();
        Screenshot { width, pixels }
    }
}

impl Screenshot {
    /// Saves the screenshot as a file (Netpbm, "PPM format").
    pub(crate) fn save(&self, file: &Path) {
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.pixels.len() / self.width).into_bytes();
        bytes.extend(self.pixels.iter().flat_map(|pixel| pixel.to_be_bytes().into_iter().skip(1)));
        std::fs::write(file, bytes).unwrap();
    }

    /// The number of different colours: few on an empty page, dozens with text.
    pub(crate) fn colours(&self) -> usize {
        self.pixels.iter().collect::<std::collections::HashSet<_>>().len()
    }

    /// Whether both screenshots are similar in every square.
    pub(crate) fn matches(&self, other: &Self) -> bool {
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
                same as f64 >= all as f64 * SIMILARITY
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(colour: u32) -> Screenshot {
        Screenshot { width: 64, pixels: vec![colour; 64 * 64] }
    }

    #[test]
    fn a_caret_is_no_difference_and_a_word_is_one() {
        let empty = plain(7);
        let mut caret = plain(7);
        (0..20).for_each(|row| caret.pixels[row * 64] = 1);
        assert!(caret.matches(&empty));
        let mut word = plain(7);
        (0..20).for_each(|row| word.pixels[row * 64 + 32..][..20].fill(1));
        assert!(!word.matches(&empty));
        assert_eq!([empty.colours(), word.colours()], [1, 2]);
    }
}
