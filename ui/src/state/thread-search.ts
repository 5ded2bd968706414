/** The search in a contact's whole transcript. */
import type { ContactId } from "../bindings/ContactId";
import type { Position } from "../bindings/Position";
import type { ThreadHit } from "../bindings/ThreadHit";
import type { Store } from "./store";

/** Hits per page. */
const HITS = 100;

export interface SearchResult {
  readonly words: string;
  /** Newest first. */
  readonly hits: readonly ThreadHit[];
  /** How many there are in all, counted up to a thousand. */
  readonly total: number;
  readonly next: Position | null;
  /** Whether the hub was searched; else only the cache. */
  readonly whole: boolean;
  /** How many of the newest messages were searched, if there are more. */
  readonly onlyNewest: number | null;
  /** The index of the current hit; -1 before the first. */
  readonly at: number;
}

export class ThreadSearch {
  readonly #store: Store;
  readonly #contact: ContactId;
  readonly #goTo: (hit: ThreadHit) => Promise<unknown>;
  #result: SearchResult | null = null;
  /** Counts searches; a reply to an earlier one is dropped. */
  #searches = 0;

  /** `goTo` scrolls to a hit. */
  constructor(store: Store, contact: ContactId, goTo: (hit: ThreadHit) => Promise<unknown>) {
    this.#store = store;
    this.#contact = contact;
    this.#goTo = goTo;
  }

  get result(): SearchResult | null {
    return this.#result;
  }

  /** Drops the reply to the current search. */
  cancel(): void {
    this.#searches += 1;
  }

  clear(): void {
    this.#result = null;
  }

  async search(words: string): Promise<void> {
    const search = ++this.#searches;
    if (words === "") {
      this.#set(null);
      return;
    }
    const reply = await this.#request(words, null);
    if (!reply || search !== this.#searches) return;
    const { hits, total, next, only_newest: onlyNewest } = reply.hits;
    this.#set({ words, hits, total, next, whole: reply.whole, onlyNewest, at: -1 });
    await this.step(1);
  }

  async step(by: 1 | -1): Promise<void> {
    let result = this.#result;
    if (!result || result.hits.length === 0) return;
    let at = result.at + by;
    if (at >= result.hits.length && result.next !== null) {
      const reply = await this.#request(result.words, result.next);
      if (!reply || this.#result !== result) return;
      result = { ...result, hits: [...result.hits, ...reply.hits.hits], next: reply.hits.next };
    }
    at = (at + result.hits.length) % result.hits.length;
    this.#set({ ...result, at });
    const hit = result.hits[at];
    if (hit) await this.#goTo(hit);
  }

  #request(words: string, before: Position | null) {
    return this.#store.attempt({
      method: "search_thread",
      contact: this.#contact,
      words,
      before,
      limit: HITS,
    });
  }

  #set(result: SearchResult | null): void {
    this.#result = result;
    this.#store.invalidate();
  }
}
