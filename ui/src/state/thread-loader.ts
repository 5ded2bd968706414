/** Loads a contact's whole transcript: pages in both directions, jumps, and the search in it. */
import type { ContactId } from "../bindings/ContactId";
import type { ConversationId } from "../bindings/ConversationId";
import type { MessageId } from "../bindings/MessageId";
import type { PageAnchor } from "../bindings/PageAnchor";
import type { Position } from "../bindings/Position";
import { isRefused } from "./errors";
import { upsert } from "./rows";
import type { Store, StoreUpdate } from "./store";
import {
  EMPTY_THREAD,
  positionBefore,
  withChanges,
  withConversations,
  withPage,
  type PageSide,
  type Thread,
} from "./thread";
import { ThreadSearch, type SearchResult } from "./thread-search";

/** Messages per page. */
const PAGE = 80;
/** Messages that are read after a reload. */
const RELOAD_PAGE = 200;

/** A line to be scrolled into view. The same line may be requested again, by a new object. */
export interface Target {
  readonly message: MessageId | null;
  /** Or the first line at or after this time, in milliseconds. */
  readonly moment: number | null;
}

export class ThreadLoader {
  readonly contact: ContactId;
  readonly #store: Store;
  readonly #search: ThreadSearch;
  readonly #unsubscribe: () => void;
  #thread: Thread = EMPTY_THREAD;
  #failed = false;
  #target: Target | null = null;
  #loading = false;
  /** Counts requests for pages; a reply to an earlier one is dropped. */
  #requests = 0;

  constructor(store: Store, contact: ContactId) {
    this.#store = store;
    this.contact = contact;
    this.#search = new ThreadSearch(store, contact, (hit) => this.goToMessage(hit.message, hit.position));
    this.#unsubscribe = store.subscribe((update) => this.#update(update));
  }

  get thread(): Thread {
    this.#store.track();
    return this.#thread;
  }

  /** Whether the last page could not be loaded. */
  get failed(): boolean {
    this.#store.track();
    return this.#failed;
  }

  /** The result of the search; null while nothing is searched for. */
  get searchResult(): SearchResult | null {
    this.#store.track();
    return this.#search.result;
  }

  get target(): Target | null {
    this.#store.track();
    return this.#target;
  }

  /** The view has scrolled to the target. */
  clearTarget(target: Target): void {
    if (this.#target === target) this.#target = null;
  }

  /** The contact's conversations. */
  get conversations(): ReadonlySet<ConversationId> {
    const ids = new Set(this.#thread.messages.map((message) => message.conversation));
    for (const row of this.#store.state.conversations.values()) if (row.contact === this.contact) ids.add(row.id);
    return ids;
  }

  /** Ends it: replies that are on their way are dropped. */
  close(): void {
    this.#requests += 1;
    this.#search.cancel();
    this.#unsubscribe();
  }

  // Pages

  /** Loads the newest messages: first those of the cache, then the hub's. Resolves to whether the hub's were loaded. */
  async loadEnd(): Promise<boolean> {
    const cached = !this.#thread.loaded && (await this.#loadCached());
    return this.#loadPage({ at: "end" }, cached ? "older" : "replace");
  }

  async #loadCached(): Promise<boolean> {
    const request = ++this.#requests;
    try {
      const { page } = await this.#store.request({ method: "kept_thread", contact: this.contact, limit: PAGE });
      if (request !== this.#requests || page.messages.length === 0) return false;
      // Only the hub's page shows whether this is all.
      this.#thread = withPage(this.#thread, page, "replace", true);
      this.#store.invalidate();
      return true;
    } catch {
      return false;
    }
  }

  async loadOlder(): Promise<void> {
    const first = this.#thread.messages[0];
    if (!this.#thread.older || !first || this.#loading) return;
    await this.#loadPage({ at: "before", position: first.position }, "older");
  }

  async loadNewer(): Promise<void> {
    const last = this.#thread.messages.at(-1);
    if (!this.#thread.newer || !last || this.#loading) return;
    await this.#loadPage({ at: "after", position: last.position }, "newer");
  }

  /** Goes to the first line at or after a time; to the last line where there is none. */
  async goToMoment(moment: number): Promise<void> {
    const [first, last] = [this.#thread.messages[0], this.#thread.messages.at(-1)];
    const loaded = first !== undefined && last !== undefined && first.at < moment && last.at >= moment;
    const target = { message: null, moment };
    if (!loaded && !(await this.#loadPage({ at: "moment", moment }, "replace", target))) return;
    if (this.#thread.messages.length === 0 && !(await this.#loadPage({ at: "end" }, "replace", target))) return;
    if (loaded) this.#setTarget(target);
    const { replaced } = this.#thread;
    await this.loadOlder();
    // Only with the lines before it is known whether an interaction starts there, whose divider is shown too.
    if (!loaded && this.#thread.replaced === replaced) this.#setTarget(target);
  }

  /** Goes to a message. Resolves to whether it is there. */
  async goToMessage(message: MessageId, position: Position): Promise<boolean> {
    const target = { message, moment: null };
    const loaded = this.#contains(target);
    if (!loaded && !(await this.#loadPage({ at: "after", position: positionBefore(position) }, "replace", target)))
      return false;
    if (!this.#contains(target)) return false;
    if (loaded) this.#setTarget(target);
    await this.loadOlder();
    return true;
  }

  #contains({ message }: Target): boolean {
    return message === null || this.#thread.messages.some((one) => one.id === message);
  }

  #setTarget(target: Target): void {
    this.#target = target;
    this.#store.invalidate();
  }

  /** Loads a page. A target is set together with it, because the view would scroll to the end of a new part. */
  async #loadPage(anchor: PageAnchor, side: PageSide, target: Target | null = null): Promise<boolean> {
    const request = ++this.#requests;
    this.#loading = true;
    const store = this.#store;
    try {
      const { page, whole } = await store.request({
        method: "thread",
        contact: this.contact,
        place: anchor,
        limit: PAGE,
      });
      if (request !== this.#requests) return false;
      this.#thread = withPage(this.#thread, page, side, whole);
      if (target && this.#thread.messages.length > 0 && this.#contains(target)) this.#target = target;
      this.#failed = false;
      // The state needs the interactions that are not done: they decide who may write.
      const open = page.interactions.filter((row) => row.state !== "done");
      store.state = { ...store.state, interactions: upsert(store.state.interactions, open, "old") };
      store.invalidate();
      return true;
    } catch (error) {
      if (request === this.#requests) {
        if (isRefused(error)) this.#clear();
        this.#failed = true;
        store.invalidate();
      }
      return false;
    } finally {
      if (request === this.#requests) this.#loading = false;
    }
  }

  #update(update: StoreUpdate): void {
    if (update === "workspace_changed") {
      this.close();
      this.#clear();
    } else if (update === "reloaded") void this.#reload();
    else {
      const { conversations } = this;
      this.#thread = withChanges(this.#thread, update, conversations);
      // No longer in the cache: the hub decides whether it may still be shown.
      if (update.conversations_gone.some((id) => conversations.has(id))) void this.#reload();
    }
  }

  /** Shows nothing any more: the hub refuses it. */
  #clear(): void {
    this.#thread = { ...EMPTY_THREAD, replaced: this.#thread.replaced };
    this.#search.cancel();
    this.#search.clear();
    this.#target = null;
    this.#failed = true;
    this.#store.invalidate();
  }

  /** Adds what is new since the last connection or snapshot, without moving what is shown. */
  async #reload(): Promise<void> {
    if (!this.#thread.loaded) {
      await this.loadEnd();
      return;
    }
    // Loaded without the hub, it may lack older messages.
    if (!this.#thread.whole) this.#thread = { ...this.#thread, older: true, whole: true };
    const request = this.#requests;
    const store = this.#store;
    try {
      const { contact, whole: all } = await store.request({ method: "contact", contact: this.contact });
      if (request !== this.#requests) return;
      if (all) this.#thread = withConversations(this.#thread, new Set(contact.conversations.map((row) => row.id)));
      store.invalidate();
      if (this.#thread.newer) return;
      const place = { at: "end" } as const;
      const { page, whole } = await store.request({
        method: "thread",
        contact: this.contact,
        place,
        limit: RELOAD_PAGE,
      });
      if (request !== this.#requests) return;
      const [last, first] = [this.#thread.messages.at(-1), page.messages.at(-1)];
      const meets = last === undefined || first === undefined || first.position <= last.position;
      // If the page does not reach what is loaded, scrolling down loads the rest.
      this.#thread = meets ? withPage(this.#thread, page, "newer", whole) : { ...this.#thread, newer: true };
      store.invalidate();
    } catch (error) {
      // Other errors: the next connection tries again.
      if (request === this.#requests && isRefused(error)) this.#clear();
    }
  }

  // The search

  /** Searches for messages that contain all the words, and goes to the newest. Empty words end the search. */
  search(words: string): Promise<void> {
    return this.#search.search(words);
  }

  /** Goes to the next older hit, or to the next newer one; around at the ends. */
  goToHit(step: 1 | -1): Promise<void> {
    return this.#search.step(step);
  }
}
