/** The contacts: who is assigned, who is found, what is known of one, and what can be done about them. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { Changes } from "../bindings/Changes";
import type { ContactDetail } from "../bindings/ContactDetail";
import type { ContactEdit } from "../bindings/ContactEdit";
import type { ContactId } from "../bindings/ContactId";
import type { ContactView } from "../bindings/ContactView";
import type { ConversationId } from "../bindings/ConversationId";
import type { QueueId } from "../bindings/QueueId";
import type { Validation } from "../bindings/Validation";
import type { Ground } from "./ground";
import { newer, type Order } from "./people";

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
  readonly detail: ContactDetail | null;
  /** Whether this is all; else only what this desktop keeps. */
  readonly whole: boolean;
  readonly failed: boolean;
}

const NOTHING: Known = { detail: null, whole: true, failed: false };

export class Contacts {
  readonly #ground: Ground;
  #assigned: readonly ContactView[] | null = null;
  #found: Found | null = null;
  #finding: string | null = null;
  #order: Order = "newest";
  #selected: ContactId | null = null;
  /** The channel that was chosen for each contact. */
  readonly #chosen = new Map<ContactId, ConversationId>();
  readonly #known = new Map<ContactId, Known>();
  readonly #asking = new Set<ContactId>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #touched = new Set<ContactId>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  // What there is; whoever reads it is drawn again when it changes

  /** The assigned contacts; null before they were read. */
  get assigned(): readonly ContactView[] | null {
    this.#ground.follow();
    return this.#assigned;
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
      this.#ground.changed();
    } catch {
      // Read again with the next change; an empty list says that nobody is assigned.
      this.#assigned ??= [];
      this.#ground.changed();
    }
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
      const { contacts, next, whole } = await this.#ground.ask({ method: "find_contacts", words, after: null, limit: PAGE });
      if (this.#finding !== words) return true;
      this.#found = { words, contacts, next, whole };
      this.#ground.changed();
      return true;
    } catch {
      return this.#finding !== words;
    }
  }

  async findMore(): Promise<void> {
    const found = this.#found;
    if (!found || found.next === null) return;
    const reply = await this.#ground.try({ method: "find_contacts", words: found.words, after: found.next, limit: PAGE });
    if (!reply || this.#found !== found) return;
    this.#found = { ...found, contacts: [...found.contacts, ...reply.contacts], next: reply.next };
    this.#ground.changed();
  }

  /** Asks what is known of a contact, and puts their channels beside the others. */
  async learn(contact: ContactId): Promise<void> {
    if (this.#asking.has(contact)) {
      this.#touched.add(contact);
      return;
    }
    this.#asking.add(contact);
    try {
      const { contact: detail, whole } = await this.#ground.ask({ method: "contact", contact });
      this.#known.set(contact, { detail, whole, failed: false });
      const conversations = new Map(this.#ground.state.conversations);
      for (const row of detail.conversations) conversations.set(row.id, newer(row, conversations.get(row.id)));
      this.#ground.state = { ...this.#ground.state, conversations };
    } catch {
      this.#known.set(contact, { ...(this.#known.get(contact) ?? NOTHING), failed: true });
      this.#ground.changed();
    } finally {
      this.#asking.delete(contact);
      if (this.#touched.delete(contact)) void this.learn(contact);
    }
  }

  // What came

  /** Follows a commit of the cache. */
  hear(changes: Changes): void {
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
    for (const row of changes.conversations) {
      const known = this.#known.get(row.contact);
      if (known?.detail && !known.detail.conversations.some((one) => one.id === row.id)) this.#touched.add(row.contact);
    }
    const some = changes.conversations.length + changes.conversations_gone.length + changes.contacts.length + changes.assignments.length;
    if (some > 0) this.#soon();
  }

  /** Everything was read anew, or the hub is there again: what was known may be old. */
  anew(): void {
    for (const contact of this.#known.keys()) this.#touched.add(contact);
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#assigned !== null) void this.readAssigned();
      const touched = [...this.#touched];
      this.#touched = new Set();
      for (const contact of touched) void this.learn(contact);
    }, SOON);
  }

  // What the person does. What goes wrong is rejected where a dialog tells it, else told as a complaint.

  subscribe(contact: ContactId): Promise<unknown> {
    return this.#ground.try({ method: "subscribe", contact });
  }

  unsubscribe(contact: ContactId): Promise<unknown> {
    return this.#ground.try({ method: "unsubscribe", contact });
  }

  /** Makes a contact and says who it is. */
  async create(queue: QueueId, name: string, phones: string[]): Promise<ContactId> {
    const contact = uuid();
    await this.#ground.ask({ method: "create_contact", contact, queue, name, phones });
    void this.readAssigned();
    return contact;
  }

  async edit(contact: ContactId, edits: ContactEdit[]): Promise<void> {
    await this.#ground.ask({ method: "edit_contact", contact, edits });
    void this.learn(contact);
  }

  /** The contact as the hub has it now. */
  async look(contact: ContactId): Promise<ContactDetail> {
    const { contact: detail } = await this.#ground.ask({ method: "contact", contact });
    return detail;
  }

  /** Says that two contacts are one person. */
  async join(contact: ContactId, other: ContactId): Promise<void> {
    await this.#ground.ask({ method: "join_contacts", contact, other });
    this.#known.delete(other);
    void this.learn(contact);
    void this.readAssigned();
  }

  /** Connects a channel and says which conversation it is. */
  async connect(contact: ContactId, account: AccountId, number: string, optIn: string): Promise<ConversationId> {
    const conversation = uuid();
    await this.#ground.ask({ method: "connect_channel", conversation, contact, account, number, opt_in: optIn });
    await this.learn(contact);
    return conversation;
  }

  validate(conversation: ConversationId): Promise<Validation> {
    return this.#ground.ask({ method: "validate_channel", conversation });
  }

  /** Begins an interaction. Says whether it began. */
  async begin(conversation: ConversationId): Promise<boolean> {
    return (await this.#ground.try({ method: "start_interaction", interaction: uuid(), conversation })) !== null;
  }
}
