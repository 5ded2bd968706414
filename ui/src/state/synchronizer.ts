/** Keeps the state equal to the engine's: a snapshot first, then its events in order, and a snapshot again after a gap. */
import type { ConversationId } from "../bindings/ConversationId";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Link, Platform } from "../platform";
import { apply, applyHubInfo, applySnapshot, isOtherWorkspace } from "./apply";
import { errorBody } from "./errors";
import { RETRY_DELAY } from "./retry";
import type { State } from "./state";
import type { Store } from "./store";
import { Stream } from "./stream";
import type { TranscriptLoader } from "./transcript-loader";
import type { ViewReport } from "./view-report";

/** What the other parts of the workspace do at turning points of the synchronization. */
export interface SyncHooks {
  /** Another workspace was opened: forget everything that belongs to the last one. */
  readonly onWorkspaceChange: () => void;
  /** A conversation was removed; `before` is the state that still had it. */
  readonly onRemoved: (conversation: ConversationId, before: State) => void;
  /** The hub is connected again. */
  readonly onLive: () => void;
}

export class Synchronizer {
  readonly #platform: Platform;
  readonly #store: Store;
  readonly #transcripts: TranscriptLoader;
  readonly #view: ViewReport;
  readonly #hooks: SyncHooks;
  readonly #stream: Stream;
  /** Counts synchronizations; what an earlier one still delivers is dropped. */
  #run = 0;
  /** The events that arrived before their snapshot; null once it was applied. */
  #early: NumberedEvent[] | null = null;

  constructor(platform: Platform, store: Store, transcripts: TranscriptLoader, view: ViewReport, hooks: SyncHooks) {
    this.#platform = platform;
    this.#store = store;
    this.#transcripts = transcripts;
    this.#view = view;
    this.#hooks = hooks;
    this.#stream = new Stream((subscription, seq) => {
      void store.notify({ method: "acknowledge", subscription, seq });
    });
    platform.onLink((link) => this.#onLink(link));
  }

  /**
   * Subscribes and reads a snapshot; retries until that has worked. `entered`: perhaps another workspace is open now,
   * which must not learn what was open in the last one.
   */
  async sync(entered = false): Promise<void> {
    const run = ++this.#run;
    const store = this.#store;
    this.#early = [];
    this.#stream.reset();
    try {
      await this.#platform.subscribe((event) => {
        if (run === this.#run) this.#receive(event);
      });
      const { open } = store.state;
      if (!entered) await this.#view.announceOpen();
      let snapshot = await store.request({ method: "snapshot" });
      if (entered && open !== null && !isOtherWorkspace(store.state, snapshot)) {
        await this.#view.announceOpen();
        snapshot = await store.request({ method: "snapshot" });
      }
      if (run !== this.#run) return;
      if (isOtherWorkspace(store.state, snapshot)) {
        store.publish("workspace_changed");
        this.#hooks.onWorkspaceChange();
      }
      store.state = applySnapshot(store.state, snapshot, open);
      this.#view.reset();
      this.#transcripts.markStale();
    } catch (error) {
      if (run !== this.#run) return;
      store.state = { ...store.state, syncError: errorBody(error) };
      setTimeout(() => {
        if (run === this.#run) void this.sync(entered);
      }, RETRY_DELAY);
      return;
    }
    const early = this.#early;
    this.#early = null;
    for (const event of early) {
      if (run === this.#run) this.#receive(event);
    }
    if (store.state.open !== null) void this.#transcripts.loadEnd(store.state.open);
    void this.#transcripts.preload();
    store.publish("reloaded");
  }

  #onLink(link: Link): void {
    if (link === this.#store.state.link) return;
    this.#store.state = { ...this.#store.state, link };
    if (link === "up") void this.sync();
  }

  /** Subscribes again after another page has replaced this one. */
  takeOver(): void {
    if (this.#store.state.link !== "replaced") return;
    this.#store.state = { ...this.#store.state, link: "up" };
    void this.sync();
  }

  #receive(event: NumberedEvent): void {
    if (this.#early) {
      this.#early.push(event);
      return;
    }
    switch (this.#stream.receive(event)) {
      case "skip":
        return;
      case "resync":
        void this.sync();
        return;
      case "apply":
        this.#apply(event);
    }
  }

  #apply({ event }: NumberedEvent): void {
    const store = this.#store;
    const before = store.state;
    store.state = apply(before, event);
    const { open, conversations } = store.state;
    // Opened by the engine, or opened before its row was known: only now can its transcript be loaded.
    const appeared = open !== null && conversations.has(open) && !before.conversations.has(open);
    if (open !== null && (open !== before.open || appeared)) void this.#transcripts.loadEnd(open);
    if (event.event === "connection") this.#onConnection(before.connection);
    if (event.event === "changed") {
      for (const conversation of event.changes.conversations_gone) this.#hooks.onRemoved(conversation, before);
      store.publish(event.changes);
    }
  }

  #onConnection(before: State["connection"]): void {
    const now = this.#store.state.connection.state;
    if (before.state === "waiting_for_key" && now !== "waiting_for_key") void this.sync();
    else if (now === "live" && before.state !== "live") {
      this.#hooks.onLive();
      void this.#readHubInfo();
      this.#store.publish("reloaded");
    }
  }

  /** Reads what no event carries: who is signed in, and the hub's settings. */
  async #readHubInfo(): Promise<void> {
    const run = this.#run;
    try {
      const snapshot = await this.#store.request({ method: "snapshot" });
      if (run === this.#run) this.#store.state = applyHubInfo(this.#store.state, snapshot);
    } catch {
      // Read again with the next connection.
    }
  }
}
