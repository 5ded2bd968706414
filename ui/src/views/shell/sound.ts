/** The bell of an offer. Browsers allow sound only after the user has interacted with the page. */
let context: AudioContext | null = null;

/** Enables the bell at the first interaction; returns what ends that. */
export function unlockSound(): () => void {
  const unlock = (): void => {
    // A modifier key alone does not count as an interaction.
    if (!navigator.userActivation.hasBeenActive) return;
    context ??= new AudioContext();
    void context.resume();
    undo();
  };
  const undo = (): void => {
    window.removeEventListener("pointerup", unlock);
    window.removeEventListener("keyup", unlock);
  };
  window.addEventListener("pointerup", unlock);
  window.addEventListener("keyup", unlock);
  return undo;
}

/** Rings once, if sound is enabled. */
export function ringBell(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  if (context.state !== "running") {
    void context.resume();
    return;
  }
  const start = context.currentTime + 0.01;
  // A bell has a fundamental and an inharmonic overtone.
  strike(context, 1245, start, 0.16, 0.9);
  strike(context, 3320, start, 0.05, 0.45);
  strike(context, 1661, start + 0.18, 0.14, 1.1);
}

function strike(on: AudioContext, hertz: number, start: number, loudness: number, seconds: number): void {
  const tone = on.createOscillator();
  const gain = on.createGain();
  tone.type = "sine";
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + 0.008);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  tone.connect(gain).connect(on.destination);
  tone.start(start);
  tone.stop(start + seconds);
}
