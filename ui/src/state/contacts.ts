/** The contacts: the assigned ones, the search, the selected one, and what an agent can do with them. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { Changes } from "../bindings/Changes";
import type { ContactEdit } from "../bindings/ContactEdit";
import type { ContactId } from "../bindings/ContactId";
import type { ContactProfile } from "../bindings/ContactProfile";
import type { ContactView } from "../bindings/ContactView";
import type { ConversationId } from "../bindings/ConversationId";
import type { QueueId } from "../bindings/QueueId";
import type { Validation } from "../bindings/Validation";
import { ContactCache, type ContactEntry } from "./contact-cache";
import type { ContactOrder } from "./contact-list";
import { isObsolete, type Store } from "./store";

/** Contacts per page of the search. */
const PAGE = 50;
/** How long changes are gathered before the lists are loaded again, in milliseconds. */
const RELOAD_DELAY = 120;

export interface ContactSearchResult {
  readonly words: string;
  readonly contacts: readonly ContactView[];
  readonly next: string | null;
  /** Whether all contacts of the agent's queues were searched; else only the assigned ones. */
  readonly whole: boolean;
}

/** A contact of a list after a change. */
function withChanges(view: ContactView, changes: Changes): ContactView {
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

export class Contacts {
  readonly #store: Store;
  readonly #cache: ContactCache;
  #assigned: readonly ContactView[] | null = null;
  #assignedFailed = false;
  #searchResult: ContactSearchResult | null = null;
  #searchWords: string | null = null;
  #order: ContactOrder = "newest";
  #selected: ContactId | null = null;
  /** The conversation that was chosen for each contact. */
  readonly #chosen = new Map<ContactId, ConversationId>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The contacts to be loaded again. */
  readonly #outdated = new Set<ContactId>();

  constructor(store: Store) {
    this.#store = store;
    this.#cache = new ContactCache(store, {
      onLoaded: ({ contact, assigned }) =>
        this.#updateResult((view) => (view.contact.id === contact.id ? { ...view, contact, assigned } : view)),
      onRefused: (contact) => this.#updateResult((view) => (view.contact.id === contact ? null : view)),
    });
    store.subscribe((update) => {
      if (update === "workspace_changed") this.#forgetAll();
      else if (update === "reloaded") this.#reload();
      else this.#update(update);
    });
  }

  // Views that read these are drawn again when they change.

  /** The assigned contacts; null until they are loaded. */
  get assigned(): readonly ContactView[] | null {
    this.#store.track();
    return this.#assigned;
  }

  /** Whether the assigned contacts could not be loaded. */
  get assignedFailed(): boolean {
    this.#store.track();
    return this.#assignedFailed;
  }

  /** The result of the search; null while nothing is searched for. */
  get searchResult(): ContactSearchResult | null {
    this.#store.track();
    return this.#searchResult;
  }

  get order(): ContactOrder {
    this.#store.track();
    return this.#order;
  }

  /** The contact that is open in Communication. */
  get selected(): ContactId | null {
    this.#store.track();
    return this.#selected;
  }

  /** The conversation that was chosen to write to a contact in. */
  chosen(contact: ContactId): ConversationId | null {
    this.#store.track();
    return this.#chosen.get(contact) ?? null;
  }

  /** What is loaded of a contact; `load` loads it. */
  entry(contact: ContactId): ContactEntry {
    this.#store.track();
    return this.#cache.entry(contact);
  }

  sort(order: ContactOrder): void {
    this.#order = order;
    this.#store.invalidate();
  }

  select(contact: ContactId | null): void {
    this.#selected = contact;
    this.#store.invalidate();
    if (contact !== null) void this.load(contact);
  }

  choose(contact: ContactId, conversation: ConversationId): void {
    this.#chosen.set(contact, conversation);
    this.#store.invalidate();
  }

  // Loading

  async loadAssigned(): Promise<void> {
    try {
      const { contacts } = await this.#store.request({ method: "assigned_contacts" });
      this.#assigned = contacts;
      this.#assignedFailed = false;
    } catch (error) {
      if (isObsolete(error)) return;
      // Loaded again with the next change.
      this.#assignedFailed = true;
    }
    this.#store.invalidate();
  }

  /** Loads the detail of a contact, and its conversations into the state. */
  load(contact: ContactId): Promise<void> {
    return this.#cache.load(contact);
  }

  /** Searches for contacts; empty words end the search. Resolves to whether the search was carried out. */
  async search(words: string): Promise<boolean> {
    this.#searchWords = words === "" ? null : words;
    if (words === "") {
      this.#setResult(null);
      return true;
    }
    try {
      const { contacts, next, whole } = await this.#store.request({
        method: "find_contacts",
        words,
        after: null,
        limit: PAGE,
      });
      if (this.#searchWords === words) this.#setResult({ words, contacts, next, whole });
      return true;
    } catch {
      if (this.#searchWords !== words) return true;
      // The result of other words is not shown for these.
      if (this.#searchResult !== null && this.#searchResult.words !== words) this.#setResult(null);
      return false;
    }
  }

  /** Loads the next page of the search. */
  async searchMore(): Promise<void> {
    const before = this.#searchResult;
    if (!before || before.next === null) return;
    const reply = await this.#store.attempt({
      method: "find_contacts",
      words: before.words,
      after: before.next,
      limit: PAGE,
    });
    const now = this.#searchResult;
    if (!reply || now?.words !== before.words || now.next !== before.next) return;
    this.#setResult({ ...now, contacts: [...now.contacts, ...reply.contacts], next: reply.next });
  }

  #setResult(result: ContactSearchResult | null): void {
    this.#searchResult = result;
    this.#store.invalidate();
  }

  /** Changes the contacts of the search result, or removes those for which `change` returns null. */
  #updateResult(change: (view: ContactView) => ContactView | null): void {
    if (this.#searchResult === null) return;
    const contacts = this.#searchResult.contacts.flatMap((view) => change(view) ?? []);
    this.#searchResult = { ...this.#searchResult, contacts };
  }

  // Updates

  #update(changes: Changes): void {
    for (const contact of this.#cache.update(changes)) this.#outdated.add(contact);
    this.#updateResult((view) => withChanges(view, changes));
    const { conversations, conversations_gone, contacts, assignments } = changes;
    if (conversations.length + conversations_gone.length + contacts.length + assignments.length > 0)
      this.#scheduleReload();
  }

  /** After a snapshot or a new connection everything that is loaded may be old. */
  #reload(): void {
    for (const contact of this.#cache.ids()) this.#outdated.add(contact);
    // The current words, which may be newer than the result's.
    if (this.#searchResult && !this.#searchResult.whole && this.#searchWords !== null)
      void this.search(this.#searchWords);
    this.#scheduleReload();
  }

  #forgetAll(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#assigned = this.#searchResult = this.#searchWords = this.#selected = null;
    this.#assignedFailed = false;
    this.#chosen.clear();
    this.#outdated.clear();
    this.#cache.clear();
    this.#store.invalidate();
  }

  #scheduleReload(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#assigned !== null || this.#assignedFailed) void this.loadAssigned();
      const outdated = [...this.#outdated];
      this.#outdated.clear();
      for (const contact of outdated) void this.load(contact);
    }, RELOAD_DELAY);
  }

  // Commands. Those of dialogs reject with `EngineError`; the errors of the others are shown.

  subscribe(contact: ContactId): Promise<unknown> {
    return this.#store.attempt({ method: "command", command: { name: "subscribe", contact } });
  }

  unsubscribe(contact: ContactId): Promise<unknown> {
    return this.#store.attempt({ method: "command", command: { name: "unsubscribe", contact } });
  }

  /** Creates a contact; resolves to its id. */
  async create(queue: QueueId, name: string, phones: string[]): Promise<ContactId> {
    const contact = uuid();
    await this.#store.request({
      method: "command",
      command: { name: "create_contact", contact, queue, contact_name: name, phones },
    });
    void this.loadAssigned();
    return contact;
  }

  async edit(contact: ContactId, edits: ContactEdit[]): Promise<void> {
    await this.#store.request({ method: "command", command: { name: "edit_contact", contact, edits } });
    void this.load(contact);
  }

  /** The contact as the hub has it now. */
  async fetch(contact: ContactId): Promise<ContactProfile> {
    return (await this.#store.request({ method: "contact", contact })).contact;
  }

  /** Joins two contacts, which are one person. */
  async join(contact: ContactId, other: ContactId): Promise<void> {
    await this.#store.request({ method: "command", command: { name: "join_contacts", contact, other } });
    this.#cache.delete(other);
    void this.load(contact);
    void this.loadAssigned();
  }

  /** Connects a channel; resolves to its conversation. */
  async connect(contact: ContactId, account: AccountId, number: string, optIn: string): Promise<ConversationId> {
    const conversation = uuid();
    await this.#store.request({
      method: "command",
      command: { name: "connect_channel", conversation, contact, account, number, opt_in: optIn },
    });
    await this.load(contact);
    return conversation;
  }

  validate(conversation: ConversationId): Promise<Validation> {
    return this.#store.request({ method: "validate_channel", conversation });
  }
}
