//! The bell: short tones, played here because web audio needs a click first and a hidden page is throttled.
//!
//! Without a sound device the bell is silent; that is not an error.

use std::f32::consts::TAU;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use rodio::buffer::SamplesBuffer;
use rodio::stream::DeviceSinkBuilder;

/// Samples per second.
const RATE: u16 = 44_100;

/// The time from one ring to the next.
const RING_INTERVAL: Duration = Duration::from_secs(4);

/// A command for the thread of the bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    /// Ring until the next command.
    Ring,
    /// Stop ringing.
    Stop,
    /// Play one soft tone.
    Chime,
}

/// The bell. Plays on a thread of its own, because calls to the sound system block.
pub(crate) struct Bell {
    commands: SyncSender<Command>,
    ringing: bool,
}

impl Bell {
    /// Starts the thread. It does not open the sound system before the first tone.
    pub(crate) fn new() -> Self {
        let (commands, received) = sync_channel(8);
        thread::spawn(move || run(&received));
        Self { commands, ringing: false }
    }

    /// Starts or stops ringing.
    pub(crate) fn set_ringing(&mut self, ringing: bool) {
        if self.ringing != ringing && self.send(if ringing { Command::Ring } else { Command::Stop }) {
            self.ringing = ringing;
        }
    }

    /// Plays one soft tone.
    pub(crate) fn chime(&self) {
        self.send(Command::Chime);
    }

    /// Returns false if the queue is full, which means that the sound system hangs.
    fn send(&self, command: Command) -> bool {
        !matches!(self.commands.try_send(command), Err(TrySendError::Full(_)))
    }
}

fn run(commands: &Receiver<Command>) {
    let mut ringing = false;
    loop {
        let command = if ringing {
            match commands.recv_timeout(RING_INTERVAL) {
                Ok(command) => command,
                Err(RecvTimeoutError::Timeout) => Command::Ring,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        } else {
            match commands.recv() {
                Ok(command) => command,
                Err(_dropped) => return,
            }
        };
        match command {
            // Stops after a failure: some sound systems print an error at every attempt.
            Command::Ring => ringing = play(&[(880.0, 0.9, 0.0), (1108.73, 0.9, 0.18)]),
            Command::Stop => ringing = false,
            Command::Chime => {
                play(&[(659.26, 0.35, 0.0)]);
            }
        }
    }
}

/// Plays tones to their end: frequency in hertz, length and beginning in seconds. Returns false if there is no sound.
///
/// Opens the sound system for each call, so that new headphones are found and no sound server is kept awake.
fn play(tones: &[(f32, f32, f32)]) -> bool {
    let mut sink = match DeviceSinkBuilder::open_default_sink() {
        Ok(sink) => sink,
        Err(error) => {
            tracing::debug!(%error, "cannot open the sound system");
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

/// The samples of decaying tones, each a fundamental and a quiet overtone.
fn samples(tones: &[(f32, f32, f32)]) -> Vec<f32> {
    let end = tones.iter().map(|(_, length, begin)| begin + length).fold(0.0, f32::max);
    let count = (end * f32::from(RATE)) as usize;
    (0..count)
        .map(|sample| {
            let now = sample as f32 / f32::from(RATE);
            tones.iter().map(|tone| amplitude(now, *tone)).sum()
        })
        .collect()
}

fn amplitude(now: f32, (frequency, length, begin): (f32, f32, f32)) -> f32 {
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
