//! The icon with a dot that tells the state.

use deskbell_protocol::Readiness;
use tauri::image::Image;

use crate::attention::Face;

/// Red, green, blue: something rings.
const RINGING: [u8; 3] = [0xe5, 0x48, 0x4d];
/// Ready.
const READY: [u8; 3] = [0x30, 0xa4, 0x6c];
/// Not ready.
const NOT_READY: [u8; 3] = [0xf5, 0x9e, 0x0b];
/// Signed out, or no connection.
const AWAY: [u8; 3] = [0x8b, 0x8d, 0x98];

/// The icon, with a dot in its lower right quarter.
pub(super) fn with_dot(base: &Image<'_>, face: &Face) -> Image<'static> {
    let colour = match face.readiness {
        _ if face.ringing > 0 => RINGING,
        Some(Readiness::Ready) => READY,
        Some(Readiness::NotReady) => NOT_READY,
        Some(Readiness::SignedOut) | None => AWAY,
    };
    let (width, height) = (base.width(), base.height());
    let mut pixels = base.rgba().to_vec();
    let radius = f64::from(width.min(height)) * 0.24;
    let (middle_x, middle_y) = (f64::from(width) - radius, f64::from(height) - radius);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    for ((x, y), pixel) in places.zip(pixels.chunks_exact_mut(4)) {
        let (right, down) = (f64::from(x) + 0.5 - middle_x, f64::from(y) + 0.5 - middle_y);
        if right.hypot(down) <= radius
            && let [red, green, blue, opacity] = pixel
        {
            [*red, *green, *blue] = colour;
            *opacity = u8::MAX;
        }
    }
    Image::new_owned(pixels, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    #[test]
    fn the_dot_is_red_while_something_rings_and_the_rest_stays_as_it_is() {
        let base = Image::new_owned(vec![7; 32 * 32 * 4], 32, 32);
        let words = Words::of(None);
        let mut face =
            Face { readiness: Some(Readiness::Ready), ringing: 0, waiting: 0, channels: Vec::new(), words };
        let dot = |icon: &Image<'_>| icon.rgba()[(24 * 32 + 24) * 4..][..3].to_vec();
        let ready = with_dot(&base, &face);
        assert_eq!(dot(&ready), READY);
        assert_eq!(ready.rgba()[..4], [7; 4]);
        face.ringing = 1;
        assert_eq!(dot(&with_dot(&base, &face)), RINGING);
    }
}
