/** The contacts of the scripted engine: what the hub knows of them, and what was said long ago. */
import type { Assignment } from "../../bindings/Assignment";
import type { Changes } from "../../bindings/Changes";
import type { Contact } from "../../bindings/Contact";
import type { ContactDetail } from "../../bindings/ContactDetail";
import type { ContactEdit } from "../../bindings/ContactEdit";
import type { ContactView } from "../../bindings/ContactView";
import type { ConversationView } from "../../bindings/ConversationView";
import type { Interaction } from "../../bindings/Interaction";
import type { Message } from "../../bindings/Message";
import type { PastInteraction } from "../../bindings/PastInteraction";
import type { Request } from "../../bindings/Request";
import type { ThreadPage } from "../../bindings/ThreadPage";
import type { Validation } from "../../bindings/Validation";
import { changed, normal, refuse } from "./editing";
import { ANNA, BEN, DAY, HOUR, NOT_ON_WHATSAPP, preview, type World } from "./world";

type Told = Partial<Changes>;
type Asked<M extends Request["method"]> = Extract<Request, { method: M }>;

export class ContactBook {
  readonly #world: World;
  readonly #contacts = new Map<string, Contact>();
  readonly #assigned = new Map<string, Assignment>();
  /** What is no longer in the cache, oldest first. */
  readonly #archive = new Map<string, Message[]>();
  readonly #past: Interaction[] = [];

  constructor(world: World) {
    this.#world = world;
    for (const row of world.conversations.values()) this.#meet(row);
    if (world.conversations.has("conversation-carla") && world.conversations.has("conversation-deniz")) this.#furnish();
  }

  /** A contact for a conversation. */
  #meet(row: ConversationView): Contact {
    const known = this.#contacts.get(row.contact);
    if (known) return known;
    const contact: Contact = {
      id: row.contact,
      name: row.contact_name,
      named: false,
      attributes: [],
      phones: row.address === null ? [] : [row.address.replace(/\s+/gu, "")],
      emails: [],
      version: this.#world.version(),
    };
    this.#contacts.set(contact.id, contact);
    const live = [...this.#world.interactions.values()].some(
      (one) => one.conversation === row.id && one.agent === ANNA.id && one.state !== "done",
    );
    if (live) this.#assign(contact.id, true, false);
    return contact;
  }

  #assign(contact: string, assigned: boolean, subscribed: boolean): Assignment {
    const until = assigned && !subscribed ? Date.now() + 30 * DAY : null;
    const row = { contact, assigned, subscribed, until, version: this.#world.version() };
    this.#assigned.set(contact, row);
    return row;
  }

  #furnish(): void {
    const world = this.#world;
    const set = (id: string, some: Partial<Contact>): void => {
      const row = this.#contacts.get(id);
      if (row) this.#contacts.set(id, { ...row, ...some });
    };
    set("contact-carla", {
      named: true,
      attributes: [
        { key: "city", value: "Valencia" },
        { key: "customer number", value: "C-20441" },
        { key: "order", value: "20 441" },
      ],
      phones: ["+34600555018", "+34600555077"],
      emails: ["carla@example.org"],
    });
    set("contact-deniz", { named: true, attributes: [{ key: "company", value: "Yılmaz Tekstil A.Ş." }] });
    // A second number of Carla's, connected to another account, where something failed.
    const carla = world.conversations.get("conversation-carla");
    if (carla) {
      world.conversations.set("conversation-carla-2", {
        ...carla,
        id: "conversation-carla-2",
        account: "account-2",
        address: "+34 600 555 077",
        window_until: null,
        evidence: {
          state: "error",
          at: world.now - 3 * DAY,
          failure: NOT_ON_WHATSAPP,
          opt_in: { source: "By phone", agent: BEN.id, agent_name: BEN.name, at: world.now - 20 * DAY },
        },
        last_position: null,
        last_at: null,
        preview: null,
        unread: 0,
        draft: null,
        version: world.version(),
      });
      this.#history("contact-carla", carla.id);
    }
    // Found, but never spoken with; a number that may be Paulo's as well.
    for (const [key, name, phone] of [
      ["rosa", "Rosa Fuentes", "+541123456789"],
      ["paulo-2", "Paulo S.", "+551187654321"],
    ] as const) {
      this.#contacts.set(`contact-${key}`, {
        id: `contact-${key}`,
        name,
        named: true,
        attributes: [],
        phones: [phone],
        emails: [],
        version: world.version(),
      });
    }
    this.#assign("contact-old-1", true, true);
  }

  /** Four months with one contact, told by three people. */
  #history(contact: string, conversation: string): void {
    const world = this.#world;
    const words = [
      "Do you have the oak desk in 140 cm?",
      "Yes, in Valencia and in Hamburg.",
      "And how long is the delivery?",
      "About two weeks.",
      "Thank you!",
      "You are welcome.",
    ];
    const lines: Message[] = [];
    let place = 0;
    for (let session = 0; session < 9; session += 1) {
      const begun = world.now - (120 - session * 13) * DAY + session * HOUR;
      const agent = session % 2 === 0 ? BEN : ANNA;
      const id = `past-${conversation}-${session}`;
      for (let at = 0; at < 12; at += 1) {
        const theirs = at % 2 === 0;
        const when = begun + at * 4 * 60_000;
        lines.push({
          id: `archive-${conversation}-${place}`,
          conversation,
          interaction: id,
          position: String((BigInt(Math.round(when)) << 12n) + BigInt(place % 4096)).padStart(19, "0"),
          at: when,
          author: theirs ? { kind: "contact" } : { kind: "agent", agent: agent.id, name: agent.name },
          content: {
            kind: "text",
            body: `${words[at % words.length] ?? ""}${at % 5 === 4 ? ` Invoice ${2_000 + place}` : ""}`,
          },
          delivery: theirs ? null : "read",
          state_at: theirs ? null : when + 60_000,
          failure: null,
          attempt: 1,
          late: false,
          quote: null,
          reactions: [],
          version: world.version(),
        });
        place += 1;
      }
      this.#past.push({
        id,
        conversation,
        queue: "queue-1",
        state: "done",
        agent: agent.id,
        agent_name: agent.name,
        ended_by: session % 3 === 0 ? "contact" : "agent",
        participants: [{ agent: agent.id, name: agent.name, handled_ms: 48 * 60_000 - 30_000 }],
        created_at: begun,
        active_since: begun + 30_000,
        ended_at: begun + 48 * 60_000,
        done_at: begun + 50 * 60_000,
        waiting_since: null,
        case: [],
        disposition: ["solved", "delivery-date", "invoice-copy"][session % 3] ?? null,
        note: session % 2 === 0 ? "Asked for the oak desk again. Keep one aside." : "",
        version: world.version(),
      });
    }
    this.#archive.set(contact, lines);
  }

  // What is asked

  view(contact: Contact): ContactView {
    const conversations = [...this.#world.conversations.values()].filter((row) => row.contact === contact.id);
    conversations.sort((one, other) => ((one.last_position ?? "") < (other.last_position ?? "") ? 1 : -1));
    const assignment = this.#assigned.get(contact.id);
    return { contact, conversations, assigned: assignment?.assigned ?? false, until: assignment?.until ?? null };
  }

  assigned(): object {
    const contacts = [...this.#contacts.values()]
      .filter((row) => this.#assigned.get(row.id)?.assigned)
      .map((row) => this.view(row));
    return { contacts, next: null, whole: true };
  }

  find(words: string, live: boolean): object {
    const wanted = words.toLocaleLowerCase().split(/\s+/u);
    const contacts = [...this.#contacts.values()]
      .filter((row) => live || this.#assigned.get(row.id)?.assigned)
      .filter((row) => {
        const text = [row.name, ...row.phones, ...row.attributes.map((one) => one.value)].join(" ").toLocaleLowerCase();
        return wanted.every((word) => text.includes(word));
      })
      .map((row) => this.view(row));
    return { contacts: contacts.slice(0, 50), next: null, whole: live };
  }

  detail(id: string): ContactDetail {
    for (const row of this.#world.conversations.values()) this.#meet(row);
    const contact = this.#contacts.get(id);
    if (!contact) throw refuse("not_found", "There is no such contact.");
    const { conversations, assigned } = this.view(contact);
    const same =
      id === "contact-old-7"
        ? [{ contact: "contact-paulo-2", name: "Paulo S.", number: "+5511987654321", theirs: "+551187654321" }]
        : [];
    return { contact, conversations, assigned, same };
  }

  thread(contact: string, { place, limit }: Pick<Asked<"thread">, "place" | "limit">): ThreadPage {
    const all = this.#lines(contact);
    const cut = (from: number, to: number): ThreadPage => {
      const [first, last] = [Math.max(0, from), Math.min(all.length, to)];
      const messages = all.slice(first, last).reverse();
      const ids = new Set(messages.map((message) => message.interaction));
      return {
        messages,
        interactions: this.#interactions().filter((row) => ids.has(row.id)),
        older: first > 0,
        newer: last < all.length,
      };
    };
    switch (place.at) {
      case "end":
        return cut(all.length - limit, all.length);
      case "start":
        return cut(0, limit);
      case "before": {
        const at = all.findIndex((line) => line.position >= place.position);
        const end = at < 0 ? all.length : at;
        return cut(end - limit, end);
      }
      case "after": {
        const at = all.findIndex((line) => line.position > place.position);
        return at < 0 ? cut(all.length, all.length) : cut(at, at + limit);
      }
      case "moment": {
        const at = all.findIndex((line) => line.at >= place.moment);
        return at < 0 ? cut(all.length, all.length) : cut(at, at + limit);
      }
    }
  }

  search(contact: string, words: string): object {
    const wanted = words.toLocaleLowerCase().split(/\s+/u);
    const hits = this.#lines(contact)
      .filter((line) => wanted.every((word) => preview(line.content).toLocaleLowerCase().includes(word)))
      .reverse()
      .map((line) => ({ message: line.id, position: line.position }));
    return { hits: { hits: hits.slice(0, 100), total: hits.length, next: null, only_newest: null }, whole: true };
  }

  #lines(contact: string): Message[] {
    const recent = [...this.#world.conversations.values()]
      .filter((row) => row.contact === contact)
      .flatMap((row) => this.#world.messages.get(row.id) ?? []);
    return [...(this.#archive.get(contact) ?? []), ...recent].sort((one, other) =>
      one.position < other.position ? -1 : 1,
    );
  }

  #interactions(): Interaction[] {
    return [...this.#past, ...this.#world.interactions.values()];
  }

  past({ filter, after, limit }: Asked<"interactions">): { interactions: PastInteraction[]; next: string | null } {
    const rows = this.#interactions()
      .flatMap((interaction): PastInteraction[] => {
        const row = this.#world.conversations.get(interaction.conversation);
        return row ? [{ interaction, channel: row.channel, contact: row.contact, contact_name: row.contact_name }] : [];
      })
      .filter(({ interaction, channel, contact }) => {
        if (filter.contact === null ? interaction.agent !== ANNA.id : contact !== filter.contact) return false;
        if (filter.channel !== null && channel !== filter.channel) return false;
        if (filter.agent !== null && interaction.agent_name !== filter.agent) return false;
        if (filter.disposition !== null && interaction.disposition !== filter.disposition) return false;
        return (
          !(filter.from !== null && interaction.created_at < filter.from) &&
          !(filter.to !== null && interaction.created_at >= filter.to)
        );
      })
      .sort((one, other) => other.interaction.created_at - one.interaction.created_at);
    const from = after === null ? 0 : Number(after);
    return {
      interactions: rows.slice(from, from + limit),
      next: from + limit < rows.length ? String(from + limit) : null,
    };
  }

  // What is done

  create({ contact, name, phones }: Asked<"create_contact">): Told {
    const row: Contact = {
      id: contact,
      name,
      named: true,
      attributes: [],
      phones: phones.map(normal),
      emails: [],
      version: this.#world.version(),
    };
    this.#contacts.set(contact, row);
    return { contacts: [row], assignments: [this.#assign(contact, true, true)] };
  }

  edit(id: string, edits: readonly ContactEdit[]): Told {
    let contact = this.#contacts.get(id);
    if (!contact) throw refuse("not_found", "There is no such contact.");
    for (const edit of edits) contact = changed(contact, edit);
    contact = { ...contact, version: this.#world.version() };
    this.#contacts.set(id, contact);
    return { contacts: [contact] };
  }

  /** Somebody else changes a contact. */
  meddle(id: string): Told {
    const contact = this.#contacts.get(id);
    if (!contact) return {};
    const attributes = contact.attributes.map((one) => (one.key === "city" ? { ...one, value: "Alicante" } : one));
    const row = { ...contact, attributes, version: this.#world.version() };
    this.#contacts.set(id, row);
    return { contacts: [row] };
  }

  join({ contact, other }: Asked<"join_contacts">): Told {
    const [stays, goes] = [this.#contacts.get(contact), this.#contacts.get(other)];
    if (!stays || !goes) throw refuse("not_found", "There is no such contact.");
    const row = { ...stays, phones: [...stays.phones, ...goes.phones], version: this.#world.version() };
    this.#contacts.set(contact, row);
    this.#contacts.delete(other);
    return { contacts: [row] };
  }

  connect({ conversation, contact, account, number, opt_in }: Asked<"connect_channel">): Told {
    const row = this.#contacts.get(contact);
    if (!row) throw refuse("not_found", "There is no such contact.");
    const address = normal(number);
    if (address === "+4940555000") throw refuse("number_ours", "This is one of our own numbers.");
    const taken = [...this.#world.conversations.values()].find(
      (one) => one.account === account && one.address?.replace(/\s+/gu, "") === address,
    );
    if (taken) throw refuse("number_taken", `This number belongs to ${taken.contact_name} on this account.`);
    const made: ConversationView = {
      id: conversation,
      queue: "queue-1",
      channel: "whatsapp",
      account,
      contact,
      contact_name: row.name,
      address,
      window_until: null,
      evidence: {
        state: "unverified",
        at: null,
        failure: null,
        opt_in: { source: opt_in, agent: ANNA.id, agent_name: ANNA.name, at: Date.now() },
      },
      last_position: null,
      last_at: null,
      preview: null,
      unread: 0,
      draft: null,
      draft_begun_on: null,
      version: this.#world.version(),
    };
    this.#world.conversations.set(conversation, made);
    const phones = row.phones.includes(address) ? row.phones : [...row.phones, address];
    const next = { ...row, phones, version: this.#world.version() };
    this.#contacts.set(contact, next);
    return { conversations: [made], contacts: [next] };
  }

  validate(conversation: string): Validation {
    const row = this.#world.conversations.get(conversation);
    if (!row) throw refuse("not_found", "There is no such conversation.");
    const limited = row.account === "account-2";
    return {
      evidence: row.evidence,
      address: [
        { what: "possible", holds: true },
        { what: "not_ours", holds: true },
        { what: "unshared", holds: true },
      ],
      own_side: limited
        ? { side: "limited", reasons: ["The display name has not been approved yet: at most 250 notifications a day."] }
        : { side: "available" },
      at: Date.now(),
    };
  }

  subscribe(contact: string, wanted: boolean): Told {
    return { assignments: [this.#assign(contact, wanted, wanted)] };
  }

  start({ interaction, conversation }: Asked<"start_interaction">): Told {
    const row: Interaction = {
      id: interaction,
      conversation,
      queue: "queue-1",
      state: "active",
      agent: ANNA.id,
      agent_name: ANNA.name,
      ended_by: null,
      participants: [{ agent: ANNA.id, name: ANNA.name, handled_ms: 0 }],
      created_at: Date.now(),
      active_since: Date.now(),
      ended_at: null,
      done_at: null,
      waiting_since: null,
      case: [],
      disposition: null,
      note: "",
      version: this.#world.version(),
    };
    this.#world.interactions.set(interaction, row);
    const conversations = [this.#world.conversations.get(conversation)].filter((one) => one !== undefined);
    return { interactions: [row], conversations };
  }
}
