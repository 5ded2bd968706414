//! The bell: short tones made here, because web audio needs a click first and a hidden page is throttled.
//!
//! A desktop without sound is not an error; it is silent.

use std::f32::consts::TAU;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use rodio::buffer::SamplesBuffer;
use rodio::stream::DeviceSinkBuilder;

/// Samples per second.
const RATE: u16 = 44_100;

/// From one ring to the next while something rings.
const EVERY: Duration = Duration::from_secs(4);

/// What the bell is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Ring until told otherwise.
    Ring,
    /// Be silent.
    Silence,
    /// One soft tone.
    Tap,
}

/// The bell on its own thread, because the sound system's calls block.
pub(crate) struct Bell {
    wishes: SyncSender<Wish>,
    ringing: bool,
}

impl Bell {
    /// Hangs up the bell; nothing touches the sound system before the first ring.
    pub(crate) fn hang() -> Self {
        let (wishes, wished) = sync_channel(8);
        thread::spawn(move || obey(&wished));
        Self { wishes, ringing: false }
    }

    /// Rings until told otherwise.
    pub(crate) fn ring(&mut self, ringing: bool) {
        if self.ringing != ringing && self.tell(if ringing { Wish::Ring } else { Wish::Silence }) {
            self.ringing = ringing;
        }
    }

    /// One soft tone.
    pub(crate) fn tap(&self) {
        self.tell(Wish::Tap);
    }

    fn tell(&self, wish: Wish) -> bool {
        // A full queue means that the sound system hangs; then there is no sound to be had.
        !matches!(self.wishes.try_send(wish), Err(TrySendError::Full(_)))
    }
}

fn obey(wished: &Receiver<Wish>) {
    let mut ringing = false;
    loop {
        let wish = if ringing {
            match wished.recv_timeout(EVERY) {
                Ok(wish) => wish,
                Err(RecvTimeoutError::Timeout) => Wish::Ring,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else {
            match wished.recv() {
                Ok(wish) => wish,
                Err(_dropped) => return,
            }
        };
        match wish {
            // Without sound there is no next ring either: some sound systems complain aloud at every try.
            Wish::Ring => ringing = play(&[(880.0, 0.9, 0.0), (1108.73, 0.9, 0.18)]),
            Wish::Silence => ringing = false,
            Wish::Tap => {
                play(&[(659.26, 0.35, 0.0)]);
            }
        }
    }
}

/// Plays tones (frequency in hertz, length and beginning in seconds) to their end. Opens the sound system
/// each time, so that headphones plugged in meanwhile are found and no sound server is kept awake. False if
/// there is no sound.
fn play(tones: &[(f32, f32, f32)]) -> bool {
    let mut sink = match DeviceSinkBuilder::open_default_sink() {
        Ok(sink) => sink,
        Err(error) => {
            tracing::debug!(%error, "no sound");
            return false;
        }
    };
    sink.log_on_drop(false);
    let samples = samples(tones);
    let length = Duration::from_secs_f32(samples.len() as f32 / f32::from(RATE));
    let (Some(channels), Some(rate)) = (std::num::NonZero::new(1), std::num::NonZero::new(u32::from(RATE)))
    else {
        return false;
    };
    sink.mixer().add(SamplesBuffer::new(channels, rate, samples));
    thread::sleep(length);
    true
}

/// Struck tones: a fundamental and a quiet overtone that die away.
fn samples(tones: &[(f32, f32, f32)]) -> Vec<f32> {
    let end = tones.iter().map(|(_, length, begin)| begin + length).fold(0.0, f32::max);
    let count = (end * f32::from(RATE)) as usize;
    (0..count)
        .map(|sample| {
            let now = sample as f32 / f32::from(RATE);
            tones.iter().map(|tone| at(now, *tone)).sum()
        })
        .collect()
}

fn at(now: f32, (frequency, length, begin): (f32, f32, f32)) -> f32 {
    let since = now - begin;
    if since < 0.0 || since > length {
        return 0.0;
    }
    let attack = (since / 0.005).min(1.0);
    let decay = (-6.0 * since / length).exp();
    let wave = (TAU * frequency * since).sin() + 0.3 * (TAU * frequency * 2.01 * since).sin();
    0.16 * attack * decay * wave
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tones_are_audible_never_clip_and_end_in_silence() {
        let samples = samples(&[(880.0, 0.9, 0.0), (1108.73, 0.9, 0.18)]);
        let loudest = samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        assert!((0.05..0.9).contains(&loudest), "{loudest}");
        assert!(samples.last().unwrap().abs() < 0.01);
    }
}
