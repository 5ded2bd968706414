/** The contacts: who is assigned, who is found, what is known of one, and what can be done about them. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { Changes } from "../bindings/Changes";
import type { ContactProfile } from "../bindings/ContactProfile";
import type { ContactEdit } from "../bindings/ContactEdit";
import type { ContactId } from "../bindings/ContactId";
import type { ContactView } from "../bindings/ContactView";
import type { ConversationId } from "../bindings/ConversationId";
import type { QueueId } from "../bindings/QueueId";
import type { Validation } from "../bindings/Validation";
import { withoutConversations } from "./apply";
import { isLeft, type Store } from "./store";
import { newer, type Order } from "./contact-list";
import { isRefused } from "./transcript-loader";

/** Contacts per page of the search. */
const PAGE = 50;
/** How long changes are gathered before the lists are read again, in milliseconds. */
const SOON = 120;

export interface Found {
  readonly words: string;
  readonly contacts: readonly ContactView[];
  readonly next: string | null;
  /** Whether all contacts were considered that the agent may see; else only the assigned ones. */
  readonly whole: boolean;
}

/** What is known of one contact. */
export interface Known {
  readonly detail: ContactProfile | null;
  /** Whether this is all; else only what this desktop keeps. */
  readonly whole: boolean;
  /** Whether it could not be had the last time, or the hub refuses it. */
  readonly failed: null | "now" | "refused";
}

/** A contact of a list after a change. */
function withNews(view: ContactView, changes: Changes): ContactView {
  const row = changes.contacts.find((one) => one.id === view.contact.id && one.version >= view.contact.version);
  const assignment = changes.assignments.find((one) => one.contact === view.contact.id);
  if (!row && !assignment) return view;
  return {
    ...view,
    contact: row ?? view.contact,
    assigned: assignment?.assigned ?? view.assigned,
    until: assignment ? assignment.until : view.until,
  };
}

const NOTHING: Known = { detail: null, whole: true, failed: null };

export class Contacts {
  readonly #ground: Store;
  #assigned: readonly ContactView[] | null = null;
  #unread = false;
  #found: Found | null = null;
  #finding: string | null = null;
  #order: Order = "newest";
  #selected: ContactId | null = null;
  /** The channel that was chosen for each contact. */
  readonly #chosen = new Map<ContactId, ConversationId>();
  readonly #known = new Map<ContactId, Known>();
  readonly #asking = new Set<ContactId>();
  /** Those of whom something changed while it was asked. */
  readonly #askAgain = new Set<ContactId>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #touched = new Set<ContactId>();

  constructor(ground: Store) {
    this.#ground = ground;
    ground.listen((news) => {
      if (news === "elsewhere") this.#forgetAll();
      else if (news === "anew") this.#anew();
      else this.#hear(news);
    });
  }

  // What there is; whoever reads it is drawn again when it changes

  /** The assigned contacts; null before they were read. */
  get assigned(): readonly ContactView[] | null {
    this.#ground.follow();
    return this.#assigned;
  }

  /** Whether they could not be read the last time. */
  get assignedFailed(): boolean {
    this.#ground.follow();
    return this.#unread;
  }

  /** What was found; null while nothing is searched for. */
  get found(): Found | null {
    this.#ground.follow();
    return this.#found;
  }

  get order(): Order {
    this.#ground.follow();
    return this.#order;
  }

  /** Who is open in Communication. */
  get selected(): ContactId | null {
    this.#ground.follow();
    return this.#selected;
  }

  /** The channel that was chosen to write to a contact on. */
  chosen(contact: ContactId): ConversationId | null {
    this.#ground.follow();
    return this.#chosen.get(contact) ?? null;
  }

  /** What is known of a contact; asked for by [`learn`]. */
  known(contact: ContactId): Known {
    this.#ground.follow();
    return this.#known.get(contact) ?? NOTHING;
  }

  sort(order: Order): void {
    this.#order = order;
    this.#ground.changed();
  }

  select(contact: ContactId | null): void {
    this.#selected = contact;
    this.#ground.changed();
    if (contact !== null) void this.learn(contact);
  }

  choose(contact: ContactId, conversation: ConversationId): void {
    this.#chosen.set(contact, conversation);
    this.#ground.changed();
  }

  // Reading

  async readAssigned(): Promise<void> {
    try {
      const { contacts } = await this.#ground.ask({ method: "assigned_contacts" });
      this.#assigned = contacts;
      this.#unread = false;
    } catch (error) {
      if (isLeft(error)) return;
      // Read again with the next change.
      this.#unread = true;
    }
    this.#ground.changed();
  }

  /** Finds contacts; empty words end the search. Says whether it could be carried out. */
  async find(words: string): Promise<boolean> {
    this.#finding = words === "" ? null : words;
    if (words === "") {
      this.#found = null;
      this.#ground.changed();
      return true;
    }
    try {
      const { contacts, next, whole } = await this.#ground.ask({
        method: "find_contacts",
        words,
        after: null,
        limit: PAGE,
      });
      if (this.#finding !== words) return true;
      this.#found = { words, contacts, next, whole };
      this.#ground.changed();
      return true;
    } catch {
      if (this.#finding !== words) return true;
      // What was found belongs to other words.
      if (this.#found !== null && this.#found.words !== words) {
        this.#found = null;
        this.#ground.changed();
      }
      return false;
    }
  }

  async findMore(): Promise<void> {
    const asked = this.#found;
    if (!asked || asked.next === null) return;
    const reply = await this.#ground.try({
      method: "find_contacts",
      words: asked.words,
      after: asked.next,
      limit: PAGE,
    });
    const found = this.#found;
    if (!reply || found?.words !== asked.words || found.next !== asked.next) return;
    this.#found = { ...found, contacts: [...found.contacts, ...reply.contacts], next: reply.next };
    this.#ground.changed();
  }

  /** Asks what is known of a contact, and puts their channels beside the others. */
  async learn(contact: ContactId): Promise<void> {
    if (this.#asking.has(contact)) {
      this.#askAgain.add(contact);
      return;
    }
    this.#asking.add(contact);
    try {
      const { contact: detail, whole } = await this.#ground.ask({ method: "contact", contact });
      const fresh: Known = { detail, whole, failed: null };
      // Whoever reads along asks often; what says the same is not drawn again.
      const there = detail.conversations.every((row) => this.#ground.state.conversations.has(row.id));
      if (there && JSON.stringify(this.#known.get(contact)) === JSON.stringify(fresh)) return;
      this.#known.set(contact, fresh);
      const now = { contact: detail.contact, assigned: detail.assigned };
      if (this.#found)
        this.#found = {
          ...this.#found,
          contacts: this.#found.contacts.map((view) => (view.contact.id === contact ? { ...view, ...now } : view)),
        };
      const conversations = new Map(this.#ground.state.conversations);
      for (const row of detail.conversations) conversations.set(row.id, newer(row, conversations.get(row.id)));
      this.#ground.state = { ...this.#ground.state, conversations };
    } catch (error) {
      if (!this.#asking.has(contact)) return;
      if (isRefused(error)) this.#drop(contact);
      this.#known.set(contact, {
        ...(this.#known.get(contact) ?? NOTHING),
        failed: isRefused(error) ? "refused" : "now",
      });
      this.#ground.changed();
    } finally {
      this.#asking.delete(contact);
      if (this.#askAgain.delete(contact)) void this.learn(contact);
    }
  }

  /** What the hub refuses is not shown any longer; what only could not be had stays. */
  #drop(contact: ContactId): void {
    const channels = this.#known.get(contact)?.detail?.conversations ?? [];
    this.#known.delete(contact);
    const without = (views: readonly ContactView[]): ContactView[] =>
      views.filter((view) => view.contact.id !== contact);
    if (this.#found) this.#found = { ...this.#found, contacts: without(this.#found.contacts) };
    const rows = [...this.#ground.state.conversations.values()].filter((row) => row.contact === contact);
    this.#ground.state = withoutConversations(
      this.#ground.state,
      [...rows, ...channels].map((row) => row.id),
    );
  }

  // What came

  /** Follows a commit of the cache. */
  #hear(changes: Changes): void {
    for (const row of changes.contacts) {
      const known = this.#known.get(row.id);
      if (!known?.detail) continue;
      if (known.detail.contact.version < row.version) {
        this.#known.set(row.id, { ...known, detail: { ...known.detail, contact: row } });
        this.#touched.add(row.id);
      }
    }
    for (const { contact, assigned } of changes.assignments) {
      const known = this.#known.get(contact);
      if (known?.detail) this.#known.set(contact, { ...known, detail: { ...known.detail, assigned } });
    }
    this.#found = this.#found && {
      ...this.#found,
      contacts: this.#found.contacts.map((view) => withNews(view, changes)),
    };
    for (const row of changes.conversations) {
      const known = this.#known.get(row.contact);
      if (known?.detail && !known.detail.conversations.some((one) => one.id === row.id)) this.#touched.add(row.contact);
    }
    // Not kept here any more: whether it may still be read, the hub tells.
    for (const gone of changes.conversations_gone) {
      for (const [id, { detail }] of this.#known)
        if (detail?.conversations.some((one) => one.id === gone)) this.#touched.add(id);
    }
    const some =
      changes.conversations.length +
      changes.conversations_gone.length +
      changes.contacts.length +
      changes.assignments.length;
    if (some > 0) this.#soon();
  }

  /** Everything was read anew, or the hub is there again: what was known may be old. */
  #anew(): void {
    for (const contact of this.#known.keys()) this.#touched.add(contact);
    // What is searched for now, which may be newer than what was found.
    if (this.#found && !this.#found.whole && this.#finding !== null) void this.find(this.#finding);
    this.#soon();
  }

  /** Another workspace begins: nobody here is theirs. */
  #forgetAll(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#assigned = this.#found = this.#finding = this.#selected = null;
    this.#unread = false;
    for (const all of [this.#chosen, this.#known, this.#asking, this.#askAgain, this.#touched]) all.clear();
    this.#ground.changed();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#assigned !== null || this.#unread) void this.readAssigned();
      const touched = [...this.#touched];
      this.#touched = new Set();
      for (const contact of touched) void this.learn(contact);
    }, SOON);
  }

  // What the person does. What goes wrong is rejected where a dialog tells it, else told as a complaint.

  subscribe(contact: ContactId): Promise<unknown> {
    return this.#ground.try({ method: "command", command: { name: "subscribe", contact } });
  }

  unsubscribe(contact: ContactId): Promise<unknown> {
    return this.#ground.try({ method: "command", command: { name: "unsubscribe", contact } });
  }

  /** Makes a contact and says who it is. */
  async create(queue: QueueId, name: string, phones: string[]): Promise<ContactId> {
    const contact = uuid();
    await this.#ground.ask({
      method: "command",
      command: { name: "create_contact", contact, queue, contact_name: name, phones },
    });
    void this.readAssigned();
    return contact;
  }

  async edit(contact: ContactId, edits: ContactEdit[]): Promise<void> {
    await this.#ground.ask({ method: "command", command: { name: "edit_contact", contact, edits } });
    void this.learn(contact);
  }

  /** The contact as the hub has it now. */
  async look(contact: ContactId): Promise<ContactProfile> {
    const { contact: detail } = await this.#ground.ask({ method: "contact", contact });
    return detail;
  }

  /** Says that two contacts are one person. */
  async join(contact: ContactId, other: ContactId): Promise<void> {
    await this.#ground.ask({ method: "command", command: { name: "join_contacts", contact, other } });
    this.#known.delete(other);
    void this.learn(contact);
    void this.readAssigned();
  }

  /** Connects a channel and says which conversation it is. */
  async connect(contact: ContactId, account: AccountId, number: string, optIn: string): Promise<ConversationId> {
    const conversation = uuid();
    await this.#ground.ask({
      method: "command",
      command: { name: "connect_channel", conversation, contact, account, number, opt_in: optIn },
    });
    await this.learn(contact);
    return conversation;
  }

  validate(conversation: ConversationId): Promise<Validation> {
    return this.#ground.ask({ method: "validate_channel", conversation });
  }

  /** Begins an interaction. Says whether it began. */
  async begin(conversation: ConversationId): Promise<boolean> {
    return (
      (await this.#ground.try({
        method: "command",
        command: { name: "start_interaction", interaction: uuid(), conversation },
      })) !== null
    );
  }
}
