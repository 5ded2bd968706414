/** The keys of every shortcut, with the changes of the agent who is signed in. */
import type { AgentId } from "../bindings/AgentId";
import type { Preferences } from "./preferences";
import {
  DEFAULT_KEYS,
  refusal,
  withOverrides,
  type Chord,
  type Refusal,
  type Shortcut,
  type Shortcuts,
} from "./shortcuts";

export class KeyBindings {
  readonly #preferences: Preferences;
  readonly #agent: () => AgentId | null;

  constructor(preferences: Preferences, agent: () => AgentId | null) {
    this.#preferences = preferences;
    this.#agent = agent;
  }

  /** The keys of every shortcut; the defaults until an agent is signed in. */
  get current(): Shortcuts {
    return withOverrides(this.#overrides);
  }

  /** Whether any shortcut differs from the defaults. */
  get areChanged(): boolean {
    return Object.keys(this.#overrides).length > 0;
  }

  /** Binds a shortcut to other keys; returns why not if they are refused. */
  set(shortcut: Shortcut, chord: Chord): Refusal | null {
    const refused = refusal(this.current, shortcut, chord);
    if (refused !== null) return refused;
    const { [shortcut]: _before, ...others } = this.#overrides;
    this.#store(chord === DEFAULT_KEYS[shortcut] ? others : { ...others, [shortcut]: chord });
    return null;
  }

  /** Restores the defaults. */
  reset(): void {
    this.#store({});
  }

  get #overrides(): Readonly<Record<string, Chord>> {
    const agent = this.#agent();
    return agent === null ? {} : (this.#preferences.current.keys[agent] ?? {});
  }

  #store(overrides: Readonly<Record<string, Chord>>): void {
    const agent = this.#agent();
    if (agent === null) return;
    const { [agent]: _before, ...others } = this.#preferences.current.keys;
    this.#preferences.change({
      keys: Object.keys(overrides).length === 0 ? others : { ...others, [agent]: overrides },
    });
  }
}
