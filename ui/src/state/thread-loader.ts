/** Reading a contact's continuous transcript: pages in both directions, jumps, and the search within it. */
import type { ContactId } from "../bindings/ContactId";
import type { ConversationId } from "../bindings/ConversationId";
import type { MessageId } from "../bindings/MessageId";
import type { PageAnchor } from "../bindings/PageAnchor";
import type { Position } from "../bindings/Position";
import type { ThreadHit } from "../bindings/ThreadHit";
import { upsert } from "./rows";
import type { Store, News } from "./store";
import { isRefused } from "./transcript-loader";
import { EMPTY_THREAD, justBefore, withChanges, withOnly, withPage, type Side, type Thread } from "./thread";

/** Messages per page. */
const PAGE = 80;
const LARGEST = 200;
/** Hits per page of the search. */
const HITS = 100;

/** What was found in a thread. */
export interface Finds {
  readonly words: string;
  /** Newest first. */
  readonly hits: readonly ThreadHit[];
  /** How many there are in all, counted up to a thousand. */
  readonly total: number;
  readonly next: Position | null;
  readonly whole: boolean;
  /** How many of the newest messages were looked at, if there are more. */
  readonly onlyNewest: number | null;
  /** Which of them is looked at, counted from the newest; -1 before the first. */
  readonly at: number;
}

/** A line that is to be brought into view; the same one may be asked for again. */
export interface Target {
  readonly message: MessageId | null;
  /** Or the first line at or behind this moment. */
  readonly moment: number | null;
}

export class ThreadLoader {
  readonly contact: ContactId;
  readonly #ground: Store;
  readonly #closed: () => void;
  #thread: Thread = EMPTY_THREAD;
  #failed = false;
  #finds: Finds | null = null;
  #target: Target | null = null;
  #paging = false;
  #asked = 0;
  #searches = 0;

  constructor(ground: Store, contact: ContactId) {
    this.#ground = ground;
    this.contact = contact;
    this.#closed = ground.listen((changes) => this.#hear(changes));
  }

  get thread(): Thread {
    this.#ground.follow();
    return this.#thread;
  }

  /** Whether the last page could not be had. */
  get failed(): boolean {
    this.#ground.follow();
    return this.#failed;
  }

  get finds(): Finds | null {
    this.#ground.follow();
    return this.#finds;
  }

  get target(): Target | null {
    this.#ground.follow();
    return this.#target;
  }

  /** The view has gone to the target. */
  reached(target: Target): void {
    if (this.#target === target) this.#target = null;
  }

  /** The contact's conversations. */
  get conversations(): ReadonlySet<ConversationId> {
    const ours = new Set(this.#thread.messages.map((message) => message.conversation));
    for (const row of this.#ground.state.conversations.values()) if (row.contact === this.contact) ours.add(row.id);
    return ours;
  }

  /** Nobody reads it any more. */
  close(): void {
    this.#asked += 1;
    this.#searches += 1;
    this.#closed();
  }

  // Pages

  /** The newest lines: what this desktop keeps is there at once, and what the hub tells completes it. */
  async end(): Promise<boolean> {
    if (this.#thread.loaded || !(await this.#kept())) return this.#page({ at: "end" }, "anew");
    return this.#page({ at: "end" }, "older");
  }

  async #kept(): Promise<boolean> {
    const asked = ++this.#asked;
    try {
      const { page } = await this.#ground.ask({ method: "kept_thread", contact: this.contact, limit: PAGE });
      if (asked !== this.#asked || page.messages.length === 0) return false;
      // Whether it is all, only the hub's answer tells.
      this.#thread = withPage(this.#thread, page, "anew", true);
      this.#ground.changed();
      return true;
    } catch {
      return false;
    }
  }

  async older(): Promise<void> {
    const first = this.#thread.messages[0];
    if (!this.#thread.older || !first || this.#paging) return;
    await this.#page({ at: "before", position: first.position }, "older");
  }

  async newer(): Promise<void> {
    const last = this.#thread.messages.at(-1);
    if (!this.#thread.newer || !last || this.#paging) return;
    await this.#page({ at: "after", position: last.position }, "newer");
  }

  /** Goes to the first line at or behind a moment; the last line where nothing is behind it. */
  async toMoment(moment: number): Promise<void> {
    const [first, last] = [this.#thread.messages[0], this.#thread.messages.at(-1)];
    const here = first !== undefined && last !== undefined && first.at < moment && last.at >= moment;
    const target = { message: null, moment };
    if (!here && !(await this.#page({ at: "moment", moment }, "anew", target))) return;
    if (this.#thread.messages.length === 0 && !(await this.#page({ at: "end" }, "anew", target))) return;
    if (here) this.#go(target);
    const { cut } = this.#thread;
    await this.older();
    // Whether a handling begins there is known only now.
    if (!here && this.#thread.cut === cut) this.#go(target);
  }

  /** Goes to a message. Says whether it is there. */
  async to(message: MessageId, position: Position): Promise<boolean> {
    const target = { message, moment: null };
    const here = this.#holds(target);
    if (!here && !(await this.#page({ at: "after", position: justBefore(position) }, "anew", target))) return false;
    if (!this.#holds(target)) return false;
    if (here) this.#go(target);
    await this.older();
    return true;
  }

  #holds({ message }: Target): boolean {
    return message === null || this.#thread.messages.some((one) => one.id === message);
  }

  #go(target: Target): void {
    this.#target = target;
    this.#ground.changed();
  }

  /** Reads a page. What of it is to be brought into view is known with it: the view would go to its end. */
  async #page(place: PageAnchor, side: Side, target: Target | null = null): Promise<boolean> {
    const asked = ++this.#asked;
    this.#paging = true;
    try {
      const { page, whole } = await this.#ground.ask({ method: "thread", contact: this.contact, place, limit: PAGE });
      if (asked !== this.#asked) return false;
      this.#thread = withPage(this.#thread, page, side, whole);
      if (target && this.#thread.messages.length > 0 && this.#holds(target)) this.#target = target;
      this.#failed = false;
      // Who handles it now decides whether one may write.
      const open = page.interactions.filter((row) => row.state !== "done");
      const { state } = this.#ground;
      this.#ground.state = { ...state, interactions: upsert(state.interactions, open, "old") };
      this.#ground.changed();
      return true;
    } catch (error) {
      if (asked === this.#asked) {
        if (isRefused(error)) this.#empty();
        this.#failed = true;
        this.#ground.changed();
      }
      return false;
    } finally {
      if (asked === this.#asked) this.#paging = false;
    }
  }

  #hear(news: News): void {
    if (news === "elsewhere") {
      this.close();
      this.#empty();
    } else if (news === "anew") void this.#again();
    else {
      const ours = this.conversations;
      this.#thread = withChanges(this.#thread, news, ours);
      // Not kept on this desktop any more: whether it may still be read, the hub tells.
      if (news.conversations_gone.some((id) => ours.has(id))) void this.#again();
    }
  }

  /** What the hub refuses, nobody shows. */
  #empty(): void {
    // The next part is another one again.
    this.#thread = { ...EMPTY_THREAD, cut: this.#thread.cut };
    this.#finds = this.#target = null;
    this.#failed = true;
    this.#ground.changed();
  }

  /** Everything was read anew, or the hub is there again: what came meanwhile is put in, and nothing moves. */
  async #again(): Promise<void> {
    if (!this.#thread.loaded) {
      await this.end();
      return;
    }
    // What was read without the hub may lack what is older.
    if (!this.#thread.whole) this.#thread = { ...this.#thread, older: true, whole: true };
    const asked = this.#asked;
    try {
      const { contact, whole: all } = await this.#ground.ask({ method: "contact", contact: this.contact });
      if (asked !== this.#asked) return;
      const readable = new Set(contact.conversations.map((row) => row.id));
      if (all) this.#thread = withOnly(this.#thread, readable);
      this.#ground.changed();
      if (this.#thread.newer) return;
      const { page, whole } = await this.#ground.ask({
        method: "thread",
        contact: this.contact,
        place: { at: "end" },
        limit: LARGEST,
      });
      if (asked !== this.#asked) return;
      const [last, first] = [this.#thread.messages.at(-1), page.messages.at(-1)];
      const meets = last === undefined || first === undefined || first.position <= last.position;
      // Where more came than one page holds, the rest is read by scrolling on.
      this.#thread = meets ? withPage(this.#thread, page, "newer", whole) : { ...this.#thread, newer: true };
      this.#ground.changed();
    } catch (error) {
      // Otherwise the next connection tries again.
      if (asked === this.#asked && isRefused(error)) this.#empty();
    }
  }

  // The search

  /**
   * Finds messages that contain all the words, and goes to the newest. Empty words end the search; a search that began
   * later makes the answer of this one void.
   */
  async find(words: string): Promise<void> {
    const search = ++this.#searches;
    if (words === "") {
      this.#finds = null;
      this.#ground.changed();
      return;
    }
    const reply = await this.#ground.try({
      method: "search_thread",
      contact: this.contact,
      words,
      before: null,
      limit: HITS,
    });
    if (!reply || search !== this.#searches) return;
    const { hits, total, next, only_newest: onlyNewest } = reply.hits;
    this.#finds = { words, hits, total, next, whole: reply.whole, onlyNewest, at: -1 };
    this.#ground.changed();
    await this.step(1);
  }

  /** Goes to the next older hit, or back to the newer one before. */
  async step(by: 1 | -1): Promise<void> {
    let finds = this.#finds;
    if (!finds || finds.hits.length === 0) return;
    let at = finds.at + by;
    if (at >= finds.hits.length && finds.next !== null) {
      const reply = await this.#ground.try({
        method: "search_thread",
        contact: this.contact,
        words: finds.words,
        before: finds.next,
        limit: HITS,
      });
      if (!reply || this.#finds !== finds) return;
      finds = { ...finds, hits: [...finds.hits, ...reply.hits.hits], next: reply.hits.next };
    }
    // Around at the ends.
    at = (at + finds.hits.length) % finds.hits.length;
    this.#finds = { ...finds, at };
    this.#ground.changed();
    const hit = finds.hits[at];
    if (hit) await this.to(hit.message, hit.position);
  }
}
