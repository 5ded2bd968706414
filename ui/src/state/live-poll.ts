/**
 * Reading along: the log brings a desktop only the contacts who are assigned to its agent. Whoever has another one
 * open asks again and again what was said, and what comes goes the way of everything else.
 */
import type { Changes } from "../bindings/Changes";
import type { ContactId } from "../bindings/ContactId";
import type { Interaction } from "../bindings/Interaction";
import type { Message } from "../bindings/Message";
import type { PageAnchor } from "../bindings/PageAnchor";
import type { Position } from "../bindings/Position";
import type { Request } from "../bindings/Request";
import type { AnswerTo } from "../platform";
import { changes } from "../platform/changes";
import { apply } from "./apply";
import type { Contacts } from "./contacts";
import type { Store } from "./store";
import { subjectOf } from "./view";

/** How long between two questions, in milliseconds. */
const BETWEEN = 2_000;
/** How many of the newest messages are looked at. */
const NEWEST = 40;
/** How many are read at a time, where more came. */
const LARGEST = 200;

type ThreadRequest = Extract<Request, { method: "thread" }>;

export class LivePoll {
  readonly #ground: Store;
  readonly #contacts: Contacts;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #visible = false;
  #asking = false;
  /** The newest message that was read of whom. */
  #last: { readonly contact: ContactId; readonly position: Position | null } | null = null;

  constructor(ground: Store, contacts: Contacts) {
    this.#ground = ground;
    this.#contacts = contacts;
    // Refused because of a colleague's word: the writer is shown it at once.
    ground.listen((news) => {
      if (typeof news !== "string" && news.outgoing.some((one) => one.failure?.reason.endsWith("draft_stale")))
        void this.#ask();
    });
  }

  /** Whether anybody sees the page. */
  set visible(visible: boolean) {
    this.#visible = visible;
    if (visible) this.#next();
  }

  #next(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#ask().finally(() => {
        if (this.#visible) this.#next();
      });
    }, BETWEEN);
  }

  /** Who is open, where somebody may be that does not come by themselves. */
  get #whom(): ContactId | null {
    const { view, open, conversations, me, connection } = this.#ground.state;
    if (connection.state !== "live" || me?.role !== "agent") return null;
    const subject = subjectOf(view);
    if (subject === null) return null;
    return subject === "contact"
      ? this.#contacts.selected
      : open === null
        ? null
        : (conversations.get(open)?.contact ?? null);
  }

  async #ask(): Promise<void> {
    const contact = this.#whom;
    if (contact === null || this.#asking) return;
    // Whether they come by themselves is known only once they were looked up.
    const { detail: before, failed } = this.#contacts.known(contact);
    if (before === null ? failed === "refused" : before.assigned) return;
    this.#asking = true;
    try {
      await this.#contacts.learn(contact);
      const { detail } = this.#contacts.known(contact);
      const lost = before?.conversations.some((row) => !detail?.conversations.some((one) => one.id === row.id));
      if (lost) this.#ground.tell("anew");
      if (detail === null || (before === null && detail.assigned)) return;
      await this.#read(contact);
    } catch {
      // The next time.
    } finally {
      this.#asking = false;
    }
  }

  /** Reads what is newest; where more came than that, as while the page was hidden, back to what is held. */
  async #read(contact: ContactId): Promise<void> {
    const held = this.#held(contact);
    const messages: Message[] = [];
    const interactions: Interaction[] = [];
    for (let place: PageAnchor | null = { at: "end" }; place !== null;) {
      const { page, whole }: AnswerTo<ThreadRequest> = await this.#ground.ask({
        method: "thread",
        contact,
        place,
        limit: place.at === "end" ? NEWEST : LARGEST,
      });
      if (!whole || this.#whom !== contact) return;
      messages.push(...page.messages);
      interactions.push(...page.interactions);
      const oldest = page.messages.at(-1)?.position;
      place =
        page.older && held !== null && oldest !== undefined && oldest > held
          ? { at: "before", position: oldest }
          : null;
    }
    this.#last = { contact, position: messages[0]?.position ?? null };
    this.#say(changes({ messages: messages.toReversed(), interactions }));
  }

  /** The newest message that is there of a contact. */
  #held(contact: ContactId): Position | null {
    const { conversations, transcripts } = this.#ground.state;
    let newest = this.#last?.contact === contact ? this.#last.position : null;
    for (const row of conversations.values()) {
      const end = row.contact === contact ? transcripts.get(row.id)?.messages.at(-1)?.position : undefined;
      if (end !== undefined && (newest === null || end > newest)) newest = end;
    }
    return newest;
  }

  #say(news: Changes): void {
    const { state } = this.#ground;
    // What is done and was not known before belongs to the thread alone.
    const interactions = news.interactions.filter((row) => row.state !== "done" || state.interactions.has(row.id));
    this.#ground.state = apply(state, { event: "changed", changes: { ...news, interactions } });
    this.#ground.tell(news);
  }
}
