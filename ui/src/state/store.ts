/** What all parts of the workspace stand on: the state that the views follow, and the engine that is asked. */
import { createSubscriber } from "svelte/reactivity";

import type { Changes } from "../bindings/Changes";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Request } from "../bindings/Request";
import { EngineError, type AnswerTo, type Platform } from "../platform";
import { INITIAL, type State } from "./state";

/** Something that did not work, told to the person. */
export interface Complaint {
  readonly id: number;
  readonly error: ErrorBody;
}

/** The answer belongs to a workspace that was left meanwhile. */
const LEFT = new EngineError({ code: "unavailable", message: "Another workspace has begun." });

/** Whether it only tells that another workspace has begun meanwhile: nobody there is told. */
export function isLeft(error: unknown): boolean {
  return error === LEFT;
}

/** How many complaints stand on the screen at most; the oldest makes room. */
const COMPLAINTS = 3;

/** What a commit of the cache changed; `anew` when everything was read anew or the hub is there again; `elsewhere` when
 * another workspace begins, and nothing of the one before may be shown or asked for any more. */
export type News = Changes | "anew" | "elsewhere";
export type Listener = (news: News) => void;

export class Store {
  readonly #platform: Platform;
  readonly #track: () => void;
  #state: State = INITIAL;
  #complaints: readonly Complaint[] = [];
  #nextComplaint = 1;
  /** Has the views that follow drawn again. */
  changed: () => void = () => undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#track = createSubscriber((update) => {
      this.changed = update;
      return () => {
        this.changed = () => undefined;
      };
    });
  }

  readonly #listeners = new Set<Listener>();
  /** Counts the workspaces that were worked in. */
  #places = 0;

  /** Has changes told from now on; call what comes back to hear no more. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what came. */
  tell(news: News): void {
    if (news === "elsewhere") this.#places += 1;
    for (const listener of this.#listeners) listener(news);
  }

  /** Whoever calls this while a view is drawn has it drawn again after every change. */
  follow(): void {
    this.#track();
  }

  /** The state as it is now; nobody follows it by reading it here. */
  get state(): State {
    return this.#state;
  }

  set state(state: State) {
    if (state === this.#state) return;
    this.#state = state;
    this.changed();
  }

  get complaints(): readonly Complaint[] {
    return this.#complaints;
  }

  complain(error: ErrorBody): void {
    // The same thing twice is told once.
    const others = this.#complaints.filter((one) => one.error.message !== error.message);
    this.#complaints = [...others, { id: this.#nextComplaint++, error }].slice(-COMPLAINTS);
    this.changed();
  }

  dismissComplaint(id: number): void {
    this.#complaints = this.#complaints.filter((one) => one.id !== id);
    this.changed();
  }

  // Asking the engine

  /** Asks; rejects with [`EngineError`], also when the answer, or why there is none, comes after another workspace has begun. */
  async ask<R extends Request>(request: R): Promise<AnswerTo<R>> {
    const places = this.#places;
    try {
      const answer = await this.#platform.request(request);
      if (places === this.#places) return answer;
    } catch (error) {
      if (places === this.#places) throw error;
    }
    throw LEFT;
  }

  /** Asks; what goes wrong is told to the person and answered with null. */
  async try<R extends Request>(request: R): Promise<AnswerTo<R> | null> {
    try {
      return await this.ask(request);
    } catch (error) {
      if (!isLeft(error)) this.complain(EngineError.from(error).body);
      return null;
    }
  }

  /** Asks for what is said again when it matters again. */
  async quietly(request: Request): Promise<void> {
    try {
      await this.ask(request);
    } catch {
      // See above.
    }
  }
}
