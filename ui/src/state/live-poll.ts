/**
 * Polls the hub for a contact that is open but not assigned to the agent: the log carries only assigned contacts to a
 * desktop. What is new is published like a change of the cache.
 */
import type { Changes } from "../bindings/Changes";
import type { ContactId } from "../bindings/ContactId";
import type { Interaction } from "../bindings/Interaction";
import type { Message } from "../bindings/Message";
import type { PageAnchor } from "../bindings/PageAnchor";
import type { Position } from "../bindings/Position";
import type { Request } from "../bindings/Request";
import type { ReplyTo } from "../platform";
import { changes } from "../platform/changes";
import { apply } from "./apply";
import type { Contacts } from "./contacts";
import type { Store } from "./store";
import { subjectOf } from "./view";

/** The time between two polls, in milliseconds. */
const INTERVAL = 2_000;
/** How many of the newest messages a poll reads. */
const FIRST_PAGE = 40;
/** How many it reads at a time where there were more. */
const NEXT_PAGE = 200;

type ThreadRequest = Extract<Request, { method: "thread" }>;

export class LivePoll {
  readonly #store: Store;
  readonly #contacts: Contacts;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #visible = false;
  #polling = false;
  /** The newest message that a poll has read. */
  #last: { readonly contact: ContactId; readonly position: Position | null } | null = null;

  constructor(store: Store, contacts: Contacts) {
    this.#store = store;
    this.#contacts = contacts;
    // Held back because of a colleague's message: show that message at once.
    store.subscribe((update) => {
      if (typeof update !== "string" && update.outgoing.some((one) => one.failure?.class === "draft_stale"))
        void this.#poll();
    });
  }

  /** Whether the page is visible; it polls only then. */
  set visible(visible: boolean) {
    this.#visible = visible;
    if (visible) this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#poll().finally(() => {
        if (this.#visible) this.#schedule();
      });
    }, INTERVAL);
  }

  /** The contact on the screen; null where there is none or the agent's log carries every contact. */
  get #openContact(): ContactId | null {
    const { view, open, conversations, me, connection } = this.#store.state;
    if (connection.state !== "live" || me?.role !== "agent") return null;
    switch (subjectOf(view)) {
      case null:
        return null;
      case "contact":
        return this.#contacts.selected;
      case "conversation":
        return open === null ? null : (conversations.get(open)?.contact ?? null);
    }
  }

  async #poll(): Promise<void> {
    const contact = this.#openContact;
    if (contact === null || this.#polling) return;
    // Whether the contact is assigned is known only after it was loaded once.
    const { detail: before, failed } = this.#contacts.entry(contact);
    if (before === null ? failed === "refused" : before.assigned) return;
    this.#polling = true;
    try {
      await this.#contacts.load(contact);
      const { detail } = this.#contacts.entry(contact);
      const lost = before?.conversations.some((row) => !detail?.conversations.some((one) => one.id === row.id));
      if (lost) this.#store.publish("reloaded");
      if (detail === null || (before === null && detail.assigned)) return;
      await this.#readNew(contact);
    } catch {
      // The next poll tries again.
    } finally {
      this.#polling = false;
    }
  }

  /** Reads the newest messages, and older ones until it reaches what is loaded. */
  async #readNew(contact: ContactId): Promise<void> {
    const loaded = this.#newestLoaded(contact);
    const messages: Message[] = [];
    const interactions: Interaction[] = [];
    for (let anchor: PageAnchor | null = { at: "end" }; anchor !== null;) {
      const { page, whole }: ReplyTo<ThreadRequest> = await this.#store.request({
        method: "thread",
        contact,
        place: anchor,
        limit: anchor.at === "end" ? FIRST_PAGE : NEXT_PAGE,
      });
      if (!whole || this.#openContact !== contact) return;
      messages.push(...page.messages);
      interactions.push(...page.interactions);
      const oldest = page.messages.at(-1)?.position;
      anchor =
        page.older && loaded !== null && oldest !== undefined && oldest > loaded
          ? { at: "before", position: oldest }
          : null;
    }
    this.#last = { contact, position: messages[0]?.position ?? null };
    this.#publish(changes({ messages: messages.toReversed(), interactions }));
  }

  /** The position of the newest loaded message of a contact. */
  #newestLoaded(contact: ContactId): Position | null {
    const { conversations, transcripts } = this.#store.state;
    let newest = this.#last?.contact === contact ? this.#last.position : null;
    for (const row of conversations.values()) {
      const end = row.contact === contact ? transcripts.get(row.id)?.messages.at(-1)?.position : undefined;
      if (end !== undefined && (newest === null || end > newest)) newest = end;
    }
    return newest;
  }

  #publish(news: Changes): void {
    const { state } = this.#store;
    // Interactions that are done and not in the state belong only to the thread.
    const interactions = news.interactions.filter((row) => row.state !== "done" || state.interactions.has(row.id));
    this.#store.state = apply(state, { event: "changed", changes: { ...news, interactions } });
    this.#store.publish(news);
  }
}
