/** The state that the views read, and the requests to the engine. Every part of the workspace is built on it. */
import { createSubscriber } from "svelte/reactivity";

import type { Changes } from "../bindings/Changes";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Request } from "../bindings/Request";
import { EngineError, type Platform, type ReplyTo } from "../platform";
import { errorBody } from "./errors";
import { INITIAL, type State } from "./state";

/** An error that the screen shows until it is dismissed. */
export interface ErrorMessage {
  readonly id: number;
  readonly error: ErrorBody;
}

/** Rejects requests whose reply came after another workspace was opened. */
const OBSOLETE = new EngineError({ code: "unavailable", message: "Another workspace has been opened." });

/** Whether a request failed only because another workspace was opened: that error is not shown. */
export function isObsolete(error: unknown): boolean {
  return error === OBSOLETE;
}

/** How many errors are shown at once; the oldest is dropped. */
const MAX_ERRORS = 3;

/**
 * What the parts of the workspace are notified of: the changes of one commit of the cache; `reloaded` after a snapshot or when
 * the hub is connected again, so that everything read before may be old; `workspace_changed` when another workspace
 * is opened, of which nothing read before may be shown.
 */
export type StoreUpdate = Changes | "reloaded" | "workspace_changed";
export type StoreListener = (update: StoreUpdate) => void;

export class Store {
  readonly #platform: Platform;
  readonly #track: () => void;
  readonly #listeners = new Set<StoreListener>();
  #state: State = INITIAL;
  #errors: readonly ErrorMessage[] = [];
  #nextError = 1;
  /** Counts the workspaces that were opened. */
  #generation = 0;
  #invalidate: () => void = () => undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#track = createSubscriber((update) => {
      this.#invalidate = update;
      return () => {
        this.#invalidate = () => undefined;
      };
    });
  }

  /** Has the views drawn again that called `track`. */
  invalidate(): void {
    this.#invalidate();
  }

  /** Called while a view is drawn, has it drawn again after every change. */
  track(): void {
    this.#track();
  }

  /** Calls `listener` with every update; returns what ends that. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Passes an update to every listener. */
  publish(update: StoreUpdate): void {
    if (update === "workspace_changed") this.#generation += 1;
    for (const listener of this.#listeners) listener(update);
  }

  /** The state as it is now, without tracking. */
  get state(): State {
    return this.#state;
  }

  set state(state: State) {
    if (state === this.#state) return;
    this.#state = state;
    this.invalidate();
  }

  /** The errors to show, oldest first. */
  get errors(): readonly ErrorMessage[] {
    return this.#errors;
  }

  /** Shows an error. It replaces an error of the same code and message. */
  showError(error: ErrorBody): void {
    const others = this.#errors.filter((one) => one.error.code !== error.code || one.error.message !== error.message);
    this.#errors = [...others, { id: this.#nextError++, error }].slice(-MAX_ERRORS);
    this.invalidate();
  }

  dismissError(id: number): void {
    this.#errors = this.#errors.filter((one) => one.id !== id);
    this.invalidate();
  }

  // Requests

  /** Sends a request. Rejects with `EngineError`, also when another workspace was opened before the reply. */
  async request<R extends Request>(request: R): Promise<ReplyTo<R>> {
    const generation = this.#generation;
    try {
      const reply = await this.#platform.request(request);
      if (generation === this.#generation) return reply;
    } catch (error) {
      if (generation === this.#generation) throw error;
    }
    throw OBSOLETE;
  }

  /** Sends a request; an error is shown and answered with null. */
  async attempt<R extends Request>(request: R): Promise<ReplyTo<R> | null> {
    try {
      return await this.request(request);
    } catch (error) {
      if (!isObsolete(error)) this.showError(errorBody(error));
      return null;
    }
  }

  /** Sends a request whose failure does not matter: its content is sent again when it changes. */
  async notify(request: Request): Promise<void> {
    try {
      await this.request(request);
    } catch {
      // See above.
    }
  }
}
