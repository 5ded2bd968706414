/** The details of contacts that were loaded, kept current with the changes of the cache. */
import type { Changes } from "../bindings/Changes";
import type { ContactId } from "../bindings/ContactId";
import type { ContactProfile } from "../bindings/ContactProfile";
import { withoutConversations } from "./apply";
import { newerRow } from "./contact-list";
import { isRefused } from "./errors";
import type { Store } from "./store";

/** What is loaded of one contact. */
export interface ContactEntry {
  readonly detail: ContactProfile | null;
  /** Whether the detail is complete; else it is only what this desktop stores. */
  readonly whole: boolean;
  /** Whether the last request failed for now, or was refused by the hub. */
  readonly failed: null | "now" | "refused";
}

const EMPTY: ContactEntry = { detail: null, whole: true, failed: null };

/** Called with a profile that was loaded, or with a contact that the hub refuses. */
export interface ContactCacheListener {
  readonly onLoaded: (detail: ContactProfile) => void;
  readonly onRefused: (contact: ContactId) => void;
}

export class ContactCache {
  readonly #store: Store;
  readonly #listener: ContactCacheListener;
  readonly #entries = new Map<ContactId, ContactEntry>();
  readonly #loading = new Set<ContactId>();
  /** Those that changed while they were loading, and are loaded again. */
  readonly #outdated = new Set<ContactId>();

  constructor(store: Store, listener: ContactCacheListener) {
    this.#store = store;
    this.#listener = listener;
  }

  entry(contact: ContactId): ContactEntry {
    return this.#entries.get(contact) ?? EMPTY;
  }

  ids(): ContactId[] {
    return [...this.#entries.keys()];
  }

  /** Loads the detail of a contact, and its conversations into the state. */
  async load(contact: ContactId): Promise<void> {
    if (this.#loading.has(contact)) {
      this.#outdated.add(contact);
      return;
    }
    this.#loading.add(contact);
    try {
      const { contact: detail, whole } = await this.#store.request({ method: "contact", contact });
      this.#set(contact, { detail, whole, failed: null });
    } catch (error) {
      if (!this.#loading.has(contact)) return;
      const refused = isRefused(error);
      if (refused) this.#remove(contact);
      this.#entries.set(contact, { ...this.entry(contact), failed: refused ? "refused" : "now" });
      this.#store.invalidate();
    } finally {
      this.#loading.delete(contact);
      if (this.#outdated.delete(contact)) void this.load(contact);
    }
  }

  #set(contact: ContactId, entry: ContactEntry & { readonly detail: ContactProfile }): void {
    const { detail } = entry;
    // The live poll loads a contact often; an equal detail is not drawn again.
    const isStored = detail.conversations.every((row) => this.#store.state.conversations.has(row.id));
    if (isStored && JSON.stringify(this.#entries.get(contact)) === JSON.stringify(entry)) return;
    this.#entries.set(contact, entry);
    this.#listener.onLoaded(detail);
    const conversations = new Map(this.#store.state.conversations);
    for (const row of detail.conversations) conversations.set(row.id, newerRow(row, conversations.get(row.id)));
    this.#store.state = { ...this.#store.state, conversations };
  }

  /** Removes a contact that the hub refuses, with its conversations. */
  #remove(contact: ContactId): void {
    const channels = this.entry(contact).detail?.conversations ?? [];
    this.#entries.delete(contact);
    this.#listener.onRefused(contact);
    const rows = [...this.#store.state.conversations.values()].filter((row) => row.contact === contact);
    this.#store.state = withoutConversations(
      this.#store.state,
      [...rows, ...channels].map((row) => row.id),
    );
  }

  /** Forgets a contact that was joined with another one. */
  delete(contact: ContactId): void {
    this.#entries.delete(contact);
  }

  clear(): void {
    for (const all of [this.#entries, this.#loading, this.#outdated]) all.clear();
  }

  /** Applies a change of the cache; returns the contacts whose detail has to be loaded again. */
  update(changes: Changes): ContactId[] {
    const outdated: ContactId[] = [];
    for (const row of changes.contacts) {
      const entry = this.#entries.get(row.id);
      if (!entry?.detail || entry.detail.contact.version >= row.version) continue;
      this.#entries.set(row.id, { ...entry, detail: { ...entry.detail, contact: row } });
      outdated.push(row.id);
    }
    for (const { contact, assigned } of changes.assignments) {
      const entry = this.#entries.get(contact);
      if (entry?.detail) this.#entries.set(contact, { ...entry, detail: { ...entry.detail, assigned } });
    }
    for (const row of changes.conversations) {
      const entry = this.#entries.get(row.contact);
      if (entry?.detail && !entry.detail.conversations.some((one) => one.id === row.id)) outdated.push(row.contact);
    }
    // No longer in this desktop's cache: the hub decides whether it may still be shown.
    const gone = new Set(changes.conversations_gone);
    for (const [id, { detail }] of this.#entries)
      if (detail?.conversations.some((one) => gone.has(one.id))) outdated.push(id);
    return outdated;
  }
}
