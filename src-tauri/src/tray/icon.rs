//! The tray icon with a dot in the colour of the status.

use deskbell_protocol::Readiness;
use tauri::image::Image;

use crate::shell::TrayStatus;

/// The colour while an offer rings, as red, green and blue.
const RINGING: [u8; 3] = [0xe5, 0x48, 0x4d];
/// The colour of Ready.
const READY: [u8; 3] = [0x30, 0xa4, 0x6c];
/// The colour of Not Ready.
const NOT_READY: [u8; 3] = [0xf5, 0x9e, 0x0b];
/// The colour when signed out or without a connection.
const AWAY: [u8; 3] = [0x8b, 0x8d, 0x98];

/// The icon with a dot in its lower right quarter.
pub(super) fn with_status_dot(base: &Image<'_>, status: &TrayStatus) -> Image<'static> {
    let colour = match status.readiness {
        _ if status.ringing > 0 => RINGING,
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
    use crate::strings::Strings;

    #[test]
    fn the_dot_is_red_while_an_offer_rings_and_the_rest_of_the_icon_stays_as_it_is() {
        let base = Image::new_owned(vec![7; 32 * 32 * 4], 32, 32);
        let strings = Strings::new(None);
        let mut status = TrayStatus {
            readiness: Some(Readiness::Ready),
            ringing: 0,
            waiting: 0,
            channels: Vec::new(),
            strings,
        };
        let dot = |icon: &Image<'_>| icon.rgba()[(24 * 32 + 24) * 4..][..3].to_vec();
        let ready = with_status_dot(&base, &status);
        assert_eq!(dot(&ready), READY);
        assert_eq!(ready.rgba()[..4], [7; 4]);
        status.ringing = 1;
        assert_eq!(dot(&with_status_dot(&base, &status)), RINGING);
    }
}
