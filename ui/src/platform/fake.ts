/**
 * An engine that plays scenes, to look at the screen without one. `?scene=busy`, `first`, `missed`, `ready`,
 * `offline`, `refused`, `key`, `long`, `many`, `alerts`, `closing` (windows that close), `company` (colleagues who look,
 * write and change things), `sick` (an account that cannot send), `quit` (asked to), `away` (offline, with nothing to do);
 * with `lang`, `theme` and `alerts=toast` beside it.
 * Development only.
 */
import type { ChannelStatus } from "../bindings/ChannelStatus";
import type { Connection } from "../bindings/Connection";
import type { DeliveryState } from "../bindings/DeliveryState";
import type { Event } from "../bindings/Event";
import type { Interaction } from "../bindings/Interaction";
import type { Language } from "../bindings/Language";
import type { Workplace } from "../bindings/Workplace";
import type { Reply } from "../bindings/Reply";
import type { Request } from "../bindings/Request";
import type { Settings } from "../bindings/Settings";
import type { Theme } from "../bindings/Theme";
import type { WorkspaceSnapshot } from "../bindings/WorkspaceSnapshot";
import { ContactBook } from "./fake/contacts";
import { line, turn } from "./fake/saying";
import { connectionOf, LINDENHOF, OF_HUBS, REMEMBERED, SICK, STRANDED, UNSENT } from "./fake/scenes";
import { TEMPLATES } from "./fake/templates";
import { changes } from "./changes";
import { ANNA, BEN, HUB, preview, World } from "./fake/world";
import { EngineError, type AnswerTo, type EventListener, type Platform } from "./types";

export class FakePlatform implements Platform {
  readonly kind = "fixture" as const;
  readonly #world = new World();
  readonly #book: ContactBook;
  readonly #scene: string;
  #listener: EventListener = () => undefined;
  #seq = 0;
  #subscription = 0;
  #connection: Connection;
  #settings: Settings;
  #status: ChannelStatus;
  readonly #inPage: boolean;
  #meddled = false;
  #withdrawn = false;
  readonly #place: Workplace;
  #atLogin = false;

  constructor(scene: string, query: URLSearchParams) {
    this.#scene = scene;
    this.#inPage = query.get("alerts") !== "toast";
    this.#place =
      scene === "doorway"
        ? { at: "doorway" }
        : query.get("practice") === "no" || OF_HUBS.has(scene)
          ? LINDENHOF
          : { at: "practice" };
    this.#connection = connectionOf(scene);
    this.#settings = {
      language: query.get("lang") as Language | null,
      theme: query.get("theme") as Theme | null,
      toast_words: true,
      sound: true,
    };
    this.#status = {
      agent: ANNA.id,
      channel: "whatsapp",
      readiness: scene === "first" || scene === "missed" ? "not_ready" : "ready",
      reason: scene === "missed" ? "missed_offers" : null,
      capacity: 6,
      load: 5,
      since: Date.now() - 40 * 60_000,
      version: 1,
    };
    if (scene === "long") this.#world.long(Number(query.get("count") ?? 10_000));
    else if (scene === "many") this.#world.crowd();
    else if (!["first", "missed", "ready", "key", "away"].includes(scene)) this.#world.busy();
    if (scene === "busy")
      this.#world.ring(
        "fatou",
        "Fatou Diallo",
        "Bonjour, ma commande 4471 n’est pas arrivée. Pouvez-vous m’aider ?",
        18,
      );
    if (scene === "closing") this.#world.closing();
    this.#book = new ContactBook(this.#world);
    if (scene === "offline") for (const one of UNSENT) this.#world.outgoing.set(one.id, one);
  }

  async request<R extends Request>(request: R): Promise<AnswerTo<R>> {
    await new Promise((resolve) => setTimeout(resolve, 15));
    return this.#answer(request) as AnswerTo<R>;
  }

  subscribe(listener: EventListener): Promise<void> {
    this.#listener = listener;
    this.#seq = 0;
    this.#tell({ event: "subscribed", subscription: ++this.#subscription });
    if (this.#scene === "company") this.#keepCompany();
    if (this.#scene === "quit") setTimeout(() => this.#tell({ event: "quit_asked", active: 2 }), 500);
    return Promise.resolve();
  }

  onLink(): void {
    // The scripted engine is always there.
  }

  #tell(event: Event): void {
    this.#listener({ seq: ++this.#seq, event });
  }

  /** Ben looks, then writes; and later he says something himself. */
  #keepCompany(): void {
    const look = (writing: boolean): void =>
      this.#tell({
        event: "lookers",
        conversation: "conversation-carla",
        agents: [{ agent: BEN.id, name: BEN.name, writing }],
      });
    setTimeout(() => look(false), 500);
    setTimeout(() => look(true), 1_500);
    setTimeout(() => {
      const said = line(
        this.#world,
        "conversation-carla",
        { kind: "agent", agent: BEN.id, name: BEN.name },
        { kind: "text", body: "I have just told the driver, Carla: Thursday, two people." },
        "sent",
      );
      this.#tell({ event: "changed", changes: changes({ messages: [said] }) });
      look(false);
    }, 4_000);
  }

  /** What is asked about contacts and their channels; null for anything else. */
  #answerAboutContacts(request: Request): Reply | object | null {
    const book = this.#book;
    const told = (some: Parameters<typeof changes>[0]): Reply => {
      this.#tell({ event: "changed", changes: changes(some) });
      return DONE;
    };
    switch (request.method) {
      case "assigned_contacts":
        return book.assigned();
      case "find_contacts":
        return book.find(request.words, this.#connection.state === "live");
      case "contact":
        return { contact: book.detail(request.contact), whole: this.#connection.state === "live" };
      case "thread":
        return { page: book.thread(request.contact, request), whole: this.#connection.state === "live" };
      case "kept_thread":
        return { page: book.thread(request.contact, { place: { at: "end" }, limit: request.limit }), whole: false };
      case "search_thread":
        return book.search(request.contact, request.words);
    }
    if (this.#connection.state !== "live" && ABOUT_CONTACTS.has(request.method)) {
      throw new EngineError({ code: "offline", message: "This needs the connection to the hub." });
    }
    switch (request.method) {
      case "interactions":
        return book.past(request);
      case "create_contact":
        return told(book.create(request));
      case "edit_contact":
        // In company, somebody is faster the first time.
        if (this.#scene === "company" && !this.#meddled) {
          this.#meddled = true;
          told(book.meddle(request.contact));
        }
        return told(book.edit(request.contact, request.edits));
      case "join_contacts":
        return told(book.join(request));
      case "connect_channel":
        return told(book.connect(request));
      case "validate_channel":
        return book.validate(request.conversation);
      case "subscribe":
      case "unsubscribe":
        return told(book.subscribe(request.contact, request.method === "subscribe"));
      case "start_interaction":
        return told(book.start(request));
      case "templates":
        return {
          templates: TEMPLATES.filter(
            (one) => one.account === request.account && !(this.#withdrawn && one.name === "appointment_reminder"),
          ),
        };
      case "send_notification":
        // One of them is withdrawn between opening and sending.
        if (request.template.name === "appointment_reminder") {
          this.#withdrawn = true;
          throw new EngineError({
            code: "template_gone",
            message: "The provider no longer approves this notification. It was not sent.",
          });
        }
        return this.#notify(request.message, request.conversation, request.template.name, request.preview);
      case "send_again": {
        for (const lines of this.#world.messages.values()) {
          const at = lines.findIndex((line) => line.id === request.message);
          const line = lines[at];
          if (!line) continue;
          const next = {
            ...line,
            delivery: "sent" as const,
            state_at: Date.now(),
            failure: null,
            attempt: line.attempt + 1,
            version: this.#world.version(),
          };
          lines[at] = next;
          return told({ messages: [next] });
        }
        return DONE;
      }
      default:
        return null;
    }
  }

  #notify(id: string, conversation: string, template: string, words: string): Reply {
    const author = { kind: "agent" as const, agent: ANNA.id, name: ANNA.name };
    const known = TEMPLATES.find((one) => one.name === template);
    const content = {
      kind: "notification" as const,
      template,
      language: "en_US",
      header: known?.header ?? null,
      body: words,
      footer: null,
      buttons: [...(known?.buttons ?? [])],
    };
    this.#world.outgoing.delete(id);
    this.#tell({
      event: "changed",
      changes: changes({
        messages: [line(this.#world, conversation, author, content, "stored", id)],
        ...turn(this.#world, conversation, words, false),
      }),
    });
    setTimeout(
      () =>
        this.#tell({
          event: "changed",
          changes: changes({ messages: [line(this.#world, conversation, author, content, "delivered", id)] }),
        }),
      700,
    );
    return DONE;
  }

  #answer(request: Request): Reply | object {
    const aboutContacts = this.#answerAboutContacts(request);
    if (aboutContacts !== null) return aboutContacts;
    const world = this.#world;
    switch (request.method) {
      case "snapshot":
        return this.#snapshot();
      case "transcript": {
        const all = (world.messages.get(request.conversation) ?? []).filter(
          (one) => request.before === null || one.position < request.before,
        );
        return {
          conversation: request.conversation,
          messages: all.slice(-request.limit).reverse(),
          more: all.length > request.limit,
          outgoing:
            request.before === null
              ? [...world.outgoing.values()].filter((one) => one.conversation === request.conversation)
              : [],
        };
      }
      case "conversations":
        return {
          conversations: [...world.conversations.values()].sort((one, other) =>
            (one.last_position ?? "") < (other.last_position ?? "") ? 1 : -1,
          ),
          more: false,
        };
      case "search":
        return this.#search(request.words);
      case "set_status":
        this.#status = {
          ...this.#status,
          readiness: request.readiness,
          reason: request.reason,
          since: Date.now(),
          version: world.version(),
        };
        this.#tell({ event: "changed", changes: changes({ statuses: [this.#status] }) });
        if (request.readiness === "ready" && this.#scene === "first") setTimeout(() => this.#ringSomeone(), 1500);
        return DONE;
      case "accept_offer":
      case "decline_offer":
        return this.#settleOffer(request.offer, request.method === "accept_offer");
      case "send_message":
        return this.#send(request.message, request.conversation, request.body);
      case "discard_message":
        world.outgoing.delete(request.message);
        this.#tell({ event: "changed", changes: changes({ outgoing_gone: [request.message] }) });
        return DONE;
      case "end_interaction":
      case "mark_done": {
        const row = world.interactions.get(request.interaction);
        if (!row) throw new EngineError({ code: "not_found", message: "There is no such interaction." });
        const done = request.method === "mark_done";
        if (done && row.disposition === null)
          throw new EngineError({ code: "disposition_missing", message: "Choose a disposition first." });
        const next = {
          ...row,
          state: done ? ("done" as const) : ("ended" as const),
          ended_by: "agent" as const,
          ended_at: Date.now(),
          waiting_since: null,
          version: world.version(),
        };
        world.interactions.set(row.id, next);
        const messages = done
          ? []
          : [
              line(
                this.#world,
                row.conversation,
                { kind: "system" },
                { kind: "notice", notice: { what: "ended", by: "agent", agent_name: ANNA.name } },
                null,
              ),
            ];
        this.#tell({ event: "changed", changes: changes({ interactions: [next], messages }) });
        return DONE;
      }
      case "resume_interaction": {
        const next = this.#alter(request.interaction, { state: "active", ended_by: null, ended_at: null });
        const said = line(
          this.#world,
          next.conversation,
          { kind: "system" },
          { kind: "notice", notice: { what: "resumed" } },
          null,
        );
        this.#tell({ event: "changed", changes: changes({ interactions: [next], messages: [said] }) });
        return DONE;
      }
      case "set_disposition":
        this.#alter(request.interaction, { disposition: request.disposition });
        return DONE;
      case "set_note":
        if (this.#connection.state !== "live")
          throw new EngineError({ code: "offline", message: "This needs the connection to the hub." });
        this.#alter(request.interaction, { note: request.note });
        return DONE;
      case "set_case_field": {
        const known = (world.interactions.get(request.interaction)?.case ?? []).filter(
          (field) => field.key !== request.key,
        );
        const field = { key: request.key, value: request.value };
        this.#alter(request.interaction, { case: request.value === "" ? known : [...known, field] });
        return DONE;
      }
      case "look":
        if (request.conversation !== null && request.focused) this.#read(request.conversation);
        return DONE;
      case "change_settings":
        this.#settings = request.settings;
        this.#tell({ event: "settings", settings: request.settings });
        return DONE;
      case "hubs":
        return { reply: "hubs", remembered: REMEMBERED };
      case "sign_in":
        return { reply: "sign_in", refused: request.password === "right" ? null : { why: "wrong_password" } };
      case "open_hub":
      case "practice":
        return { reply: "sign_in", refused: null };
      case "sign_out":
        return request.confirmed ? DONE : { reply: "ask_first", unsent: 1, active: 2 };
      case "forget_hub":
        return request.confirmed ? DONE : { reply: "ask_first", unsent: 2, active: 0 };
      case "start_at_login":
        this.#atLogin = request.on ?? this.#atLogin;
        return { reply: "start_at_login", on: this.#atLogin };
      case "quit":
        if (!request.confirmed) this.#tell({ event: "quit_asked", active: 2 });
        return DONE;
      default:
        return DONE;
    }
  }

  /** Changes an interaction and tells it. */
  #alter(id: string, some: Partial<Interaction>): Interaction {
    const row = this.#world.interactions.get(id);
    if (!row) throw new EngineError({ code: "not_found", message: "There is no such interaction." });
    const next = { ...row, ...some, version: this.#world.version() };
    this.#world.interactions.set(id, next);
    this.#tell({ event: "changed", changes: changes({ interactions: [next] }) });
    return next;
  }

  #snapshot(): WorkspaceSnapshot {
    const world = this.#world;
    return {
      host: {
        version: "0.1.0",
        place: this.#place,
        alerts: this.#inPage ? "in_page" : "toast",
        key_place: "key_store",
        can_start_at_login: !this.#inPage,
      },
      me: this.#scene === "key" ? null : ANNA,
      queues: [{ id: "queue-1", name: "Service" }],
      accounts: ["shop", "returns"].map((name, at) => ({
        id: `account-${at + 1}`,
        name,
        channel: "whatsapp",
        queue: "queue-1",
        notifications: true,
      })),
      accounts_health: this.#scene === "sick" ? [SICK] : [],
      hub: this.#scene === "key" ? null : HUB,
      connection: this.#connection,
      statuses: this.#scene === "key" ? [] : [this.#status],
      offers: [...world.offers.values()],
      interactions: [...world.interactions.values()],
      conversations: [...world.conversations.values()],
      settings: this.#settings,
      alerts:
        this.#scene === "alerts"
          ? [{ alert: "disk_full" }, { alert: "no_toasts", why: "no notification service answers" }]
          : [],
      stranded: this.#scene === "stranded" ? [STRANDED] : [],
    };
  }

  #search(words: string): object {
    const wanted = words.toLocaleLowerCase().split(/\s+/u);
    const hits = [...this.#world.messages.values()]
      .flat()
      .filter((one) => wanted.every((word) => preview(one.content).toLocaleLowerCase().includes(word)))
      .sort((one, other) => (one.position < other.position ? 1 : -1))
      .slice(0, 50)
      .map((message) => ({
        message,
        contact_name: this.#world.conversations.get(message.conversation)?.contact_name ?? "",
      }));
    return { hits, more: false };
  }

  #ringSomeone(): void {
    const offer = this.#world.ring(
      "fatou",
      "Fatou Diallo",
      "Bonjour, ma commande 4471 n’est pas arrivée. Pouvez-vous m’aider ?",
      20,
    );
    this.#tell({ event: "changed", changes: changes({ offers: [offer] }) });
  }

  #settleOffer(id: string, taken: boolean): Reply {
    const world = this.#world;
    const offer = world.offers.get(id);
    const interaction = offer && world.interactions.get(offer.interaction);
    const conversation = offer && world.conversations.get(offer.conversation);
    if (!offer || !interaction || !conversation || offer.state !== "ringing") {
      throw new EngineError({
        code: "offer_gone",
        message: "This offer is gone: a colleague was faster, or the time was up.",
      });
    }
    const next = { ...offer, state: taken ? ("taken" as const) : ("declined" as const), version: world.version() };
    world.offers.set(id, next);
    if (!taken) {
      this.#tell({ event: "changed", changes: changes({ offers: [next] }) });
      return DONE;
    }
    const held = {
      ...interaction,
      state: "active" as const,
      agent: ANNA.id,
      agent_name: ANNA.name,
      participants: [{ agent: ANNA.id, name: ANNA.name, handled_ms: 0 }],
      active_since: Date.now(),
      waiting_since: offer.offered_at,
      version: world.version(),
    };
    world.interactions.set(held.id, held);
    const said = line(
      this.#world,
      conversation.id,
      { kind: "system" },
      { kind: "notice", notice: { what: "taken", agent_name: ANNA.name } },
      null,
    );
    this.#tell({
      event: "changed",
      changes: changes({ offers: [next], interactions: [held], conversations: [conversation], messages: [said] }),
    });
    return DONE;
  }

  #send(id: string, conversation: string, body: string): Reply {
    const outgoing = {
      id,
      conversation,
      body,
      template: null,
      written_at: Date.now(),
      state: "queued" as const,
      failure: null,
    };
    this.#world.outgoing.set(id, outgoing);
    this.#tell({ event: "changed", changes: changes({ outgoing: [outgoing] }) });
    if (this.#connection.state !== "live") return DONE;
    const author = { kind: "agent" as const, agent: ANNA.id, name: ANNA.name };
    const ways: [number, DeliveryState][] = [
      [150, "stored"],
      [350, "accepted"],
      [600, "sent"],
      [1200, "delivered"],
      [2500, "read"],
    ];
    for (const [after, delivery] of ways) {
      setTimeout(() => {
        this.#world.outgoing.delete(id);
        this.#tell({
          event: "changed",
          changes: changes({
            outgoing_gone: [id],
            messages: [line(this.#world, conversation, author, { kind: "text", body }, delivery, id)],
            ...turn(this.#world, conversation, body, false),
          }),
        });
      }, after);
    }
    setTimeout(() => {
      const answer = line(
        this.#world,
        conversation,
        { kind: "contact" },
        { kind: "text", body: "Thank you, that helps!" },
        null,
      );
      this.#tell({
        event: "changed",
        changes: changes({ messages: [answer], ...turn(this.#world, conversation, "Thank you, that helps!", true) }),
      });
    }, 4000);
    return DONE;
  }

  #read(id: string): void {
    const row = this.#world.conversations.get(id);
    if (!row || row.unread === 0) return;
    const next = { ...row, unread: 0 };
    this.#world.conversations.set(id, next);
    this.#tell({ event: "changed", changes: changes({ conversations: [next] }) });
  }
}

const DONE: Reply = { reply: "done" };

const ABOUT_CONTACTS: ReadonlySet<string> = new Set([
  ...["interactions", "create_contact", "edit_contact", "join_contacts", "connect_channel", "validate_channel"],
  ...["subscribe", "unsubscribe", "start_interaction", "templates", "send_again"],
]);
