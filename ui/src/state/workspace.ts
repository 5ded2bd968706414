/** The one store: it follows the engine, and everything the views do goes through it. */
import { createSubscriber } from "svelte/reactivity";
import { v7 as uuid } from "uuid";

import type { Alert } from "../bindings/Alert";
import type { Channel } from "../bindings/Channel";
import type { ConversationId } from "../bindings/ConversationId";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Hit } from "../bindings/Hit";
import type { Interaction } from "../bindings/Interaction";
import type { InteractionId } from "../bindings/InteractionId";
import type { MessageId } from "../bindings/MessageId";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";
import type { Position } from "../bindings/Position";
import type { Readiness } from "../bindings/Readiness";
import type { Request } from "../bindings/Request";
import type { Settings } from "../bindings/Settings";
import { EngineError, type AnswerTo, type Link, type Platform } from "../platform";
import { apply, applyPage, applySnapshot, applyStanding, openConversation } from "./apply";
import { Drafts } from "./drafts";
import { Notes, type NoteState } from "./notes";
import { Preferences } from "./preferences";
import { Ring } from "./ring";
import { INITIAL, type State, type View } from "./state";
import { Stream } from "./stream";

/** Messages per page. */
const PAGE = 60;
const LARGEST_PAGE = 200;
/** How long to wait before asking again for what could not be had, in milliseconds. */
const AGAIN = 1_000;

/** How long an End can be taken back with one press, in milliseconds. */
const UNDO = 5_000;

/** An End that was just made here. */
export interface JustEnded {
  readonly interaction: InteractionId;
  /** Until when it is offered to take it back, by this desktop's clock. */
  readonly until: number;
}

/** What came of marking an interaction Done. */
export type Finish = "done" | "disposition_missing" | "failed";

/** Something that did not work, told to the person. */
export interface Complaint {
  readonly id: number;
  readonly error: ErrorBody;
}

export class Workspace {
  readonly drafts: Drafts;
  readonly notes: Notes;
  readonly preferences = new Preferences();
  readonly ring: Ring;
  readonly kind: Platform["kind"];
  readonly #platform: Platform;
  readonly #stream: Stream;
  #state: State = INITIAL;
  #complaints: readonly Complaint[] = [];
  #nextComplaint = 1;
  #justEnded: JustEnded | null = null;
  readonly #track: () => void;
  #changed: () => void = () => undefined;
  /** Counts synchronisations: what an older one still delivers is ignored. */
  #run = 0;
  /** Events that came before their snapshot. */
  #early: NumberedEvent[] | null = null;
  #looked = "";
  #focused = false;
  #pageFocused = false;
  /** What was shown before everything was read anew, until the page has come that replaces it. */
  readonly #stale = new Map<ConversationId, ReadonlySet<MessageId>>();
  #paging = new Set<ConversationId>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.kind = platform.kind;
    this.#track = createSubscriber((update) => {
      this.#changed = update;
      return () => {
        this.#changed = () => undefined;
      };
    });
    this.#stream = new Stream((subscription, seq) => {
      void this.#quietly({ method: "acknowledge", subscription, seq });
    });
    this.drafts = new Drafts((conversation, body) => this.#ask({ method: "save_draft", conversation, body }));
    this.notes = new Notes(
      (interaction, note) => this.#ask({ method: "set_note", interaction, note }),
      () => this.#changed(),
    );
    this.ring = new Ring((offer, outcome, why) => {
      void this.#quietly({ method: "report_alert", offer, outcome, why });
    });
    platform.onLink((link) => this.#onLink(link));
  }

  /** What the screen shows now. Views that read it are drawn again when it changes. */
  get state(): State {
    this.#track();
    return this.#state;
  }

  /** What did not work and has not been dismissed. */
  get complaints(): readonly Complaint[] {
    this.#track();
    return this.#complaints;
  }

  /** The End that can still be taken back with one press. */
  get justEnded(): JustEnded | null {
    this.#track();
    return this.#justEnded;
  }

  /** How it stands with the note of an interaction. */
  noteOf(interaction: Interaction): { text: string; state: NoteState; touched: boolean } {
    this.#track();
    const { notes } = this;
    const { id, note } = interaction;
    return { text: notes.read(id, note), state: notes.state(id), touched: notes.touched(id) };
  }

  /** Subscribes, asks for everything, and goes on until that has worked. */
  async sync(): Promise<void> {
    const run = ++this.#run;
    this.#early = [];
    this.#stream.reset();
    try {
      await this.#platform.subscribe((event) => {
        if (run === this.#run) this.#hear(event);
      });
      const { open } = this.#state;
      // So that the snapshot lists what is open, however old it is.
      if (open !== null) await this.#quietly({ method: "look", conversation: open, focused: this.#focused });
      const snapshot = await this.#ask({ method: "snapshot" });
      if (run !== this.#run) return;
      this.#set(applySnapshot(this.#state, snapshot, open));
      this.#looked = "";
      this.#nowStale();
    } catch (error) {
      if (run !== this.#run) return;
      this.#set({ ...this.#state, trouble: EngineError.from(error).body });
      setTimeout(() => {
        if (run === this.#run) void this.sync();
      }, AGAIN);
      return;
    }
    const early = this.#early;
    this.#early = null;
    for (const event of early) {
      if (run === this.#run) this.#hear(event);
    }
    if (this.#state.open !== null) void this.#loadEnd(this.#state.open);
  }

  #onLink(link: Link): void {
    if (link === this.#state.link) return;
    this.#set({ ...this.#state, link });
    if (link === "up") void this.sync();
  }

  /** Goes on here after another page has taken this one's place. */
  takeOver(): void {
    if (this.#state.link !== "elsewhere") return;
    this.#set({ ...this.#state, link: "up" });
    void this.sync();
  }

  #hear(event: NumberedEvent): void {
    if (this.#early) {
      this.#early.push(event);
      return;
    }
    switch (this.#stream.receive(event)) {
      case "skip":
        return;
      case "resync":
        void this.sync();
        return;
      case "apply": {
        const before = this.#state;
        this.#set(apply(before, event.event));
        const { open, conversations } = this.#state;
        // Opened by the engine, or opened before its row was here: now there is something to load.
        const appeared = open !== null && conversations.has(open) && !before.conversations.has(open);
        if (open !== null && (open !== before.open || appeared)) void this.#loadEnd(open);
        if (event.event.event === "connection") this.#onConnection(before.connection);
        if (event.event.event === "changed") {
          for (const gone of event.event.changes.conversations_gone) this.#forget(gone, before);
        }
      }
    }
  }

  #forget(gone: ConversationId, before: State): void {
    this.drafts.forget(gone);
    for (const row of before.interactions.values()) if (row.conversation === gone) this.notes.forget(row.id);
  }

  #onConnection(before: State["connection"]): void {
    const now = this.#state.connection.state;
    if (before.state === "waiting_for_key" && now !== "waiting_for_key") void this.sync();
    else if (now === "live" && before.state !== "live") {
      void this.notes.flushAll();
      void this.#learnStanding();
    }
  }

  /** Who is signed in and what the hub set: absent until the first connection, and perhaps changed since. */
  async #learnStanding(): Promise<void> {
    const run = this.#run;
    try {
      const snapshot = await this.#ask({ method: "snapshot" });
      if (run === this.#run) this.#set(applyStanding(this.#state, snapshot));
    } catch {
      // The next connection tries again.
    }
  }

  // What is shown

  show(view: View): void {
    this.#set({ ...this.#state, view });
  }

  /** Opens a conversation, and shows it unless the view that is open shows it anyway. */
  open(conversation: ConversationId | null): void {
    if (this.#state.view === "settings") this.show("workspace");
    if (conversation === this.#state.open) return;
    this.#set(openConversation(this.#state, conversation));
    if (conversation !== null) void this.#loadEnd(conversation);
  }

  /** Tells the engine what is on the screen, when that has changed. */
  look(focused: boolean): void {
    // Whoever comes back to a page whose place another one has taken goes on here.
    if (focused && !this.#pageFocused) this.takeOver();
    this.#pageFocused = focused;
    const conversation = this.#state.open;
    // Behind the settings it is open, but nobody sees it.
    this.#focused = focused && this.#state.view !== "settings";
    const look = `${conversation ?? ""} ${this.#focused}`;
    if (!this.#state.ready || look === this.#looked) return;
    this.#looked = look;
    void this.#quietly({ method: "look", conversation, focused: this.#focused });
  }

  /** Loads the page before what is loaded of a conversation. */
  async loadOlder(conversation: ConversationId, limit = PAGE): Promise<void> {
    const transcript = this.#state.transcripts.get(conversation);
    const before = transcript?.messages[0]?.position;
    if (!transcript?.more || before === undefined) return;
    await this.#loadPage(conversation, before, limit);
  }

  /**
   * Loads as far back as a message, for a jump to it; without its position, as far back as there is something.
   * Says whether that part is loaded now.
   */
  async loadTo(conversation: ConversationId, message: MessageId, position: Position | null): Promise<boolean> {
    for (;;) {
      const transcript = this.#state.transcripts.get(conversation);
      if (!transcript || this.#state.open !== conversation) return false;
      const oldest = transcript.messages[0]?.position;
      if (oldest !== undefined && position !== null && oldest <= position) return true;
      if (position === null && transcript.messages.some((one) => one.id === message)) return true;
      if (transcript.loaded && !transcript.more) return false;
      if (this.#paging.has(conversation)) await pause(20);
      else if (!transcript.loaded) await this.#loadEnd(conversation);
      else await this.loadOlder(conversation, LARGEST_PAGE);
    }
  }

  async #loadEnd(conversation: ConversationId): Promise<void> {
    const loaded = this.#state.transcripts.get(conversation)?.messages.length ?? 0;
    await this.#loadPage(conversation, null, Math.min(Math.max(PAGE, loaded), LARGEST_PAGE));
  }

  async #loadPage(conversation: ConversationId, before: Position | null, limit: number): Promise<void> {
    if (this.#paging.has(conversation)) return;
    this.#paging.add(conversation);
    const stale = before === null ? this.#stale.get(conversation) : undefined;
    try {
      const page = await this.#ask({ method: "transcript", conversation, before, limit });
      this.#set(applyPage(this.#state, page, before, stale));
      if (this.#stale.get(conversation) === stale) this.#stale.delete(conversation);
    } catch (error) {
      // Asked again as long as it is what the person looks at; an old page when they scroll again.
      await pause(AGAIN);
      if (before === null && this.#state.open === conversation && !isFinal(error)) {
        setTimeout(() => void this.#loadPage(conversation, before, limit));
      }
    } finally {
      this.#paging.delete(conversation);
    }
    // Everything was read anew while this page was on its way.
    if (this.#stale.has(conversation) && this.#stale.get(conversation) !== stale) await this.#loadEnd(conversation);
  }

  #nowStale(): void {
    this.#stale.clear();
    for (const [id, { messages, outgoing }] of this.#state.transcripts) {
      this.#stale.set(id, new Set([...messages, ...outgoing].map((row) => row.id)));
    }
  }

  /** Loads the next page of older conversations; the first one if none was loaded. */
  async browse(): Promise<void> {
    const { browsed } = this.#state;
    if (browsed && !browsed.more) return;
    const reply = await this.try({ method: "conversations", before: browsed?.down_to ?? null, limit: 50 });
    if (!reply) return;
    const next = { ...this.#state.browsed, more: reply.more, down_to: reply.conversations.at(-1)?.last_position ?? null };
    const conversations = new Map(this.#state.conversations);
    for (const row of reply.conversations) if (!conversations.has(row.id)) conversations.set(row.id, row);
    this.#set({ ...this.#state, conversations, browsed: next });
  }

  /** Messages that contain all the words, newest first. */
  async search(words: string, before: Position | null): Promise<{ hits: Hit[]; more: boolean } | null> {
    return this.try({ method: "search", words, before, limit: 50 });
  }

  // What the person does

  setStatus(channel: Channel, readiness: Readiness, reason: string | null): Promise<unknown> {
    return this.try({ method: "set_status", channel, readiness, reason });
  }

  /** Takes an offer and opens its conversation. Says whether it was taken. */
  async accept(offer: Offer): Promise<boolean> {
    this.ring.seen(offer.id);
    const done = await this.try({ method: "accept_offer", offer: offer.id });
    if (!done) return false;
    this.show("workspace");
    this.open(offer.conversation);
    return true;
  }

  async decline(offer: OfferId): Promise<void> {
    this.ring.seen(offer);
    await this.try({ method: "decline_offer", offer });
  }

  /** Sends; resolves when it is stored on this desktop, rejects with [`EngineError`] if it is not. */
  async send(conversation: ConversationId, body: string): Promise<void> {
    const message = uuid();
    await this.#ask({ method: "send_message", message, conversation, body });
    // The row comes as an event. If none comes, the stream of events is broken, and begun anew.
    setTimeout(() => {
      const transcript = this.#state.transcripts.get(conversation);
      const known =
        transcript === undefined ||
        this.#state.gone.has(message) ||
        transcript.outgoing.some((one) => one.id === message) ||
        transcript.messages.some((one) => one.id === message);
      if (!known && this.#state.link === "up") void this.sync();
    }, 5_000);
  }

  retry(message: MessageId): Promise<unknown> {
    return this.try({ method: "retry_message", message });
  }

  discard(message: MessageId): Promise<unknown> {
    return this.try({ method: "discard_message", message });
  }

  async end(interaction: InteractionId): Promise<void> {
    const done = await this.try({ method: "end_interaction", interaction });
    if (!done) return;
    this.#justEnded = { interaction, until: Date.now() + UNDO };
    this.#changed();
  }

  /** Takes an End back. */
  async resume(interaction: InteractionId): Promise<boolean> {
    this.forgetEnd();
    return (await this.try({ method: "resume_interaction", interaction })) !== null;
  }

  /** The End is no longer offered to be taken back. */
  forgetEnd(): void {
    this.#justEnded = null;
    this.#changed();
  }

  /** Closes an ended interaction, once its note is kept. What goes wrong is told, but not a missing disposition. */
  async markDone(interaction: InteractionId): Promise<Finish> {
    try {
      await this.notes.keep(interaction);
      await this.#ask({ method: "mark_done", interaction });
      this.forgetEnd();
      return "done";
    } catch (error) {
      const { body } = EngineError.from(error);
      if (body.code === "disposition_missing") return "disposition_missing";
      this.complain(body);
      return "failed";
    }
  }

  setDisposition(interaction: InteractionId, disposition: string | null): Promise<unknown> {
    return this.try({ method: "set_disposition", interaction, disposition });
  }

  /** Writes one fact about the case. Says whether the hub has it. */
  async setCaseField(interaction: InteractionId, key: string, value: string): Promise<boolean> {
    return (await this.try({ method: "set_case_field", interaction, key, value })) !== null;
  }

  changeSettings(change: Partial<Settings>): Promise<unknown> {
    return this.try({ method: "change_settings", settings: { ...this.#state.settings, ...change } });
  }

  /** Answers the question whether to quit. */
  async quit(confirmed: boolean): Promise<void> {
    this.#set({ ...this.#state, quitAsked: null });
    await this.keep();
    await this.try({ method: "quit", confirmed });
  }

  stay(): void {
    this.#set({ ...this.#state, quitAsked: null });
  }

  dismissAlert(alert: Alert): void {
    this.#set({ ...this.#state, alerts: this.#state.alerts.filter((one) => one !== alert) });
  }

  dismissComplaint(id: number): void {
    this.#complaints = this.#complaints.filter((one) => one.id !== id);
    this.#changed();
  }

  complain(error: ErrorBody): void {
    // The same thing twice is told once.
    const others = this.#complaints.filter((one) => one.error.message !== error.message);
    this.#complaints = [...others, { id: this.#nextComplaint++, error }].slice(-3);
    this.#changed();
  }

  /** Saves at once whatever is being written. */
  async keep(): Promise<void> {
    await Promise.all([this.drafts.flush(), this.notes.flushAll()]);
  }

  // Asking the engine

  /** Asks; what goes wrong is told to the person and answered with null. */
  async try<R extends Request>(request: R): Promise<AnswerTo<R> | null> {
    try {
      return await this.#ask(request);
    } catch (error) {
      this.complain(EngineError.from(error).body);
      return null;
    }
  }

  async #quietly(request: Request): Promise<void> {
    try {
      await this.#ask(request);
    } catch {
      // Said again when it matters again.
    }
  }

  #ask<R extends Request>(request: R): Promise<AnswerTo<R>> {
    return this.#platform.request(request);
  }

  #set(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed();
  }
}

function isFinal(error: unknown): boolean {
  const { code } = EngineError.from(error).body;
  return code === "not_found" || code === "forbidden";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
