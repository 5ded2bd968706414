/** Which keys do what, as the agent who sits here wants it. */
import type { AgentId } from "../bindings/AgentId";
import type { Preferences } from "./preferences";
import { refusal, USUAL_KEYS, withChanged, type Chord, type Refusal, type Shortcut, type Shortcuts } from "./shortcuts";

export class KeyBindings {
  readonly #preferences: Preferences;
  readonly #who: () => AgentId | null;

  constructor(preferences: Preferences, who: () => AgentId | null) {
    this.#preferences = preferences;
    this.#who = who;
  }

  /** The keys of everything. Until it is known who sits here, the usual ones. */
  get now(): Shortcuts {
    return withChanged(this.#changed);
  }

  /** Whether anything is not as usual. */
  get areChanged(): boolean {
    return Object.keys(this.#changed).length > 0;
  }

  /** Gives a shortcut other keys, unless there is a reason against them. */
  take(shortcut: Shortcut, chord: Chord): Refusal | null {
    const against = refusal(this.now, shortcut, chord);
    if (against !== null) return against;
    const { [shortcut]: _before, ...others } = this.#changed;
    this.#keep(chord === USUAL_KEYS[shortcut] ? others : { ...others, [shortcut]: chord });
    return null;
  }

  /** All keys as usual. */
  reset(): void {
    this.#keep({});
  }

  get #changed(): Readonly<Record<string, Chord>> {
    const who = this.#who();
    return who === null ? {} : (this.#preferences.now.keys[who] ?? {});
  }

  #keep(changed: Readonly<Record<string, Chord>>): void {
    const who = this.#who();
    if (who === null) return;
    const { [who]: _before, ...others } = this.#preferences.now.keys;
    this.#preferences.change({ keys: Object.keys(changed).length === 0 ? others : { ...others, [who]: changed } });
  }
}
