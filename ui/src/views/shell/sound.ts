/** A short bell made from two tones. Browsers allow it only after the person has touched the page. */
let context: AudioContext | null = null;

/** Makes the bell possible from the first touch on. Returns what undoes it. */
export function unlockSound(): () => void {
  const unlock = (): void => {
    context ??= new AudioContext();
    void context.resume();
  };
  window.addEventListener("pointerdown", unlock, { once: true });
  window.addEventListener("keydown", unlock, { once: true });
  return () => {
    window.removeEventListener("pointerdown", unlock);
    window.removeEventListener("keydown", unlock);
  };
}

/** Rings once, if sound is possible. */
export function ringBell(): void {
  context ??= new AudioContext();
  if (context.state !== "running") {
    void context.resume();
    if (context.state !== "running") return;
  }
  const start = context.currentTime + 0.01;
  // The fundamental and an overtone that is not in tune with it: that is what makes it a bell.
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
