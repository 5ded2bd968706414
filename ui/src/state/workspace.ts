/** The one store: it follows the engine, and everything the views do goes through it. */
import { v7 as uuid } from "uuid";

import type { Alert } from "../bindings/Alert";
import type { Channel } from "../bindings/Channel";
import type { ContactId } from "../bindings/ContactId";
import type { ConversationId } from "../bindings/ConversationId";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { InteractionFilter } from "../bindings/InteractionFilter";
import type { InteractionPage } from "../bindings/InteractionPage";
import type { MessageId } from "../bindings/MessageId";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Offer } from "../bindings/Offer";
import type { OfferId } from "../bindings/OfferId";
import type { Position } from "../bindings/Position";
import type { Readiness } from "../bindings/Readiness";
import type { Request } from "../bindings/Request";
import type { Settings } from "../bindings/Settings";
import { EngineError, type AnswerTo, type Link, type Platform } from "../platform";
import { LivePoll } from "./live-poll";
import { Contacts } from "./contacts";
import { apply, applySnapshot, applyStanding, isElsewhere, openConversation } from "./apply";
import { Drafts } from "./drafts";
import { SignIn } from "./sign-in";
import { Store, isLeft, type Complaint } from "./store";
import { Interactions } from "./interactions";
import type { Notes } from "./notes";
import { Preferences } from "./preferences";
import { KeyBindings } from "./key-bindings";
import { AGAIN, pause, TranscriptLoader } from "./transcript-loader";
import { AlertReports } from "./alert-reports";
import { Outbox } from "./outbox";
import type { State } from "./state";
import { Stream } from "./stream";
import { subjectOf, type View } from "./view";
import { ThreadLoader } from "./thread-loader";
import { DraftContext } from "./draft-context";

export class Workspace {
  readonly drafts: Drafts;
  readonly notes: Notes;
  readonly handling: Interactions;
  readonly reading: TranscriptLoader;
  readonly contacts: Contacts;
  readonly sending: Outbox;
  readonly writing: DraftContext;
  readonly entering: SignIn;
  readonly preferences = new Preferences();
  /** Which keys do what, for whoever is signed in. */
  readonly keys = new KeyBindings(this.preferences, () => this.state.me?.id ?? null);
  readonly ring: AlertReports;
  readonly kind: Platform["kind"];
  readonly #platform: Platform;
  readonly #ground: Store;
  readonly #stream: Stream;
  readonly #along: LivePoll;
  /** Counts synchronisations: what an older one still delivers is ignored. */
  #run = 0;
  /** Events that came before their snapshot. */
  #early: NumberedEvent[] | null = null;
  #looked = "";
  #focused = false;
  #pageFocused = false;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.kind = platform.kind;
    const ground = new Store(platform);
    this.#ground = ground;
    this.reading = new TranscriptLoader(ground);
    this.handling = new Interactions(ground);
    this.notes = this.handling.notes;
    this.contacts = new Contacts(ground);
    this.#along = new LivePoll(ground, this.contacts);
    this.sending = new Outbox(ground);
    this.writing = new DraftContext(ground, () => this.#tellLook());
    this.entering = new SignIn(
      ground,
      this.notes,
      () => this.keep(),
      () => this.sync(true),
    );
    this.#stream = new Stream((subscription, seq) => {
      void ground.quietly({ method: "acknowledge", subscription, seq });
    });
    this.drafts = new Drafts(
      (conversation, body) =>
        ground.ask({
          method: "save_draft",
          conversation,
          body,
          begun_on: body === "" ? null : this.writing.begunOn(conversation),
        }),
      (conversation, body) => this.writing.wrote(conversation, body),
    );
    this.ring = new AlertReports((offer, outcome, why) => {
      void ground.quietly({ method: "command", command: { name: "report_alert", offer, outcome, why } });
    });
    platform.onLink((link) => this.#onLink(link));
  }

  /** What the screen shows now. Views that read it are drawn again when it changes. */
  get state(): State {
    this.#ground.follow();
    return this.#ground.state;
  }

  /** What did not work and has not been dismissed. */
  get complaints(): readonly Complaint[] {
    this.#ground.follow();
    return this.#ground.complaints;
  }

  /** Subscribes, asks for everything, and goes on until that has worked. `entered`: perhaps as somebody else. */
  async sync(entered = false): Promise<void> {
    const run = ++this.#run;
    this.#early = [];
    this.#stream.reset();
    try {
      await this.#platform.subscribe((event) => {
        if (run === this.#run) this.#hear(event);
      });
      const { open } = this.#ground.state;
      // So that the snapshot lists what is open, however old it is; but where somebody else is, it is not named.
      const look = async (): Promise<void> => {
        if (open !== null)
          await this.#ground.quietly({
            method: "set_view",
            conversation: open,
            focused: this.#focused,
            writing: false,
          });
      };
      if (!entered) await look();
      let snapshot = await this.#ground.ask({ method: "snapshot" });
      if (entered && open !== null && !isElsewhere(this.#ground.state, snapshot)) {
        await look();
        snapshot = await this.#ground.ask({ method: "snapshot" });
      }
      if (run !== this.#run) return;
      if (isElsewhere(this.#ground.state, snapshot)) this.#leaveAll();
      this.#set(applySnapshot(this.#ground.state, snapshot, open));
      this.#looked = "";
      this.reading.nowStale();
    } catch (error) {
      if (run !== this.#run) return;
      this.#set({ ...this.#ground.state, trouble: EngineError.from(error).body });
      setTimeout(() => {
        if (run === this.#run) void this.sync(entered);
      }, AGAIN);
      return;
    }
    const early = this.#early;
    this.#early = null;
    for (const event of early) {
      if (run === this.#run) this.#hear(event);
    }
    if (this.#ground.state.open !== null) void this.reading.end(this.#ground.state.open);
    void this.reading.ahead();
    this.#ground.tell("anew");
  }

  /** Another workspace begins: whatever was being written belongs to the one before, which has it. */
  #leaveAll(): void {
    this.#ground.tell("elsewhere");
    this.drafts.forgetAll();
    this.writing.forgetAll();
    this.notes.forgetAll();
    this.handling.forgetEnd();
    for (const { id } of this.#ground.complaints) this.#ground.dismissComplaint(id);
  }

  #onLink(link: Link): void {
    if (link === this.#ground.state.link) return;
    this.#set({ ...this.#ground.state, link });
    if (link === "up") void this.sync();
  }

  /** Goes on here after another page has taken this one's place. */
  takeOver(): void {
    if (this.#ground.state.link !== "elsewhere") return;
    this.#set({ ...this.#ground.state, link: "up" });
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
        const before = this.#ground.state;
        this.#set(apply(before, event.event));
        const { open, conversations } = this.#ground.state;
        // Opened by the engine, or opened before its row was here: now there is something to load.
        const appeared = open !== null && conversations.has(open) && !before.conversations.has(open);
        if (open !== null && (open !== before.open || appeared)) void this.reading.end(open);
        if (event.event.event === "connection") this.#onConnection(before.connection);
        if (event.event.event === "changed") {
          for (const gone of event.event.changes.conversations_gone) this.#forget(gone, before);
          this.#ground.tell(event.event.changes);
        }
      }
    }
  }

  #forget(gone: ConversationId, before: State): void {
    this.drafts.forget(gone);
    this.writing.forget(gone);
    for (const row of before.interactions.values()) if (row.conversation === gone) this.notes.forget(row.id);
  }

  #onConnection(before: State["connection"]): void {
    const now = this.#ground.state.connection.state;
    if (before.state === "waiting_for_key" && now !== "waiting_for_key") void this.sync();
    else if (now === "live" && before.state !== "live") {
      void this.notes.flushAll();
      void this.#learnStanding();
      this.#ground.tell("anew");
    }
  }

  /** Who is signed in and what the hub set: absent until the first connection, and perhaps changed since. */
  async #learnStanding(): Promise<void> {
    const run = this.#run;
    try {
      const snapshot = await this.#ground.ask({ method: "snapshot" });
      if (run === this.#run) this.#set(applyStanding(this.#ground.state, snapshot));
    } catch {
      // The next connection tries again.
    }
  }

  // What is shown

  show(view: View): void {
    this.#set({ ...this.#ground.state, view });
  }

  /** Opens a conversation, and shows it unless the view that is open shows it anyway. */
  open(conversation: ConversationId | null): void {
    if (subjectOf(this.#ground.state.view) === null) this.show("workspace");
    if (conversation === this.#ground.state.open) return;
    this.#set(openConversation(this.#ground.state, conversation));
    if (conversation !== null) void this.reading.opened(conversation);
  }

  /** Tells the engine what is on the screen, when that has changed. */
  look(focused: boolean, visible = focused): void {
    this.#along.visible = visible;
    // Whoever comes back to a page whose place another one has taken goes on here.
    if (focused && !this.#pageFocused) this.takeOver();
    this.#pageFocused = focused;
    // Behind the settings it is open, but nobody sees it.
    this.#focused = focused && subjectOf(this.#ground.state.view) !== null;
    this.#tellLook();
  }

  #tellLook(): void {
    const conversation = this.#ground.state.open;
    const writing = conversation !== null && this.writing.writes === conversation;
    const look = `${conversation ?? ""} ${this.#focused} ${writing}`;
    if (!this.#ground.state.ready || look === this.#looked) return;
    this.#looked = look;
    void this.#ground.quietly({ method: "set_view", conversation, focused: this.#focused, writing });
  }

  /** A message was on the screen while the person was there. */
  saw(conversation: ConversationId, position: Position): void {
    this.writing.saw(conversation, position);
  }

  /** Calls this whenever another workspace begins: what was shown and searched for belongs to the one before. */
  onElsewhere(leave: () => void): void {
    this.#ground.listen((news) => {
      if (news === "elsewhere") leave();
    });
  }

  /** Begins to read a contact's continuous transcript; whoever does closes it again. */
  thread(contact: ContactId): ThreadLoader {
    return new ThreadLoader(this.#ground, contact);
  }

  /** Past interactions, newest first; rejects with [`EngineError`]. */
  past(filter: InteractionFilter, after: string | null, limit: number): Promise<InteractionPage> {
    return this.#ground.ask({ method: "interactions", filter, after, limit });
  }

  // What the person does

  setStatus(channel: Channel, readiness: Readiness, reason: string | null): Promise<unknown> {
    return this.try({ method: "command", command: { name: "set_status", channel, readiness, reason } });
  }

  /** Takes an offer and opens its conversation. Says whether it was taken. */
  async accept(offer: Offer): Promise<boolean> {
    this.ring.seen(offer.id);
    try {
      await this.#ground.ask({ method: "command", command: { name: "accept_offer", offer: offer.id } });
    } catch (error) {
      if (isLeft(error)) return false;
      const { body } = EngineError.from(error);
      // Taken at another desk of mine is taken.
      if (body.code !== "offer_gone" || !(await this.#becameMine(offer))) {
        this.complain(body);
        return false;
      }
    }
    this.show("workspace");
    this.open(offer.conversation);
    return true;
  }

  /** Whether an offer turns out to have been taken by me elsewhere; its row may come a moment after the refusal. */
  async #becameMine({ id }: Offer): Promise<boolean> {
    for (let waited = 0; waited < AGAIN; waited += 20) {
      const state = this.#ground.state.offers.get(id)?.state;
      if (state !== undefined && state !== "ringing") return state === "taken";
      await pause(20);
    }
    return false;
  }

  async decline(offer: OfferId): Promise<void> {
    this.ring.seen(offer);
    await this.try({ method: "command", command: { name: "decline_offer", offer } });
  }

  /** Sends; resolves when it is stored on this desktop, rejects with [`EngineError`] if it is not. */
  async send(conversation: ConversationId, body: string): Promise<void> {
    const message = uuid();
    await this.#ground.ask({
      method: "enqueue",
      message,
      conversation,
      content: { kind: "text", body },
      seen: this.writing.knows(conversation),
    });
    // The row comes as an event. If none comes, the stream of events is broken, and begun anew.
    setTimeout(() => {
      const transcript = this.#ground.state.transcripts.get(conversation);
      const known =
        transcript === undefined ||
        this.#ground.state.gone.has(message) ||
        transcript.outgoing.some((one) => one.id === message) ||
        transcript.messages.some((one) => one.id === message);
      if (!known && this.#ground.state.link === "up") void this.sync();
    }, 5_000);
  }

  retry(message: MessageId): Promise<unknown> {
    return this.try({ method: "release_held", message });
  }

  discard(message: MessageId): Promise<unknown> {
    return this.try({ method: "discard_message", message });
  }

  changeSettings(change: Partial<Settings>): Promise<unknown> {
    return this.try({ method: "change_settings", settings: { ...this.#ground.state.settings, ...change } });
  }

  /** Answers the question whether to quit. */
  async quit(confirmed: boolean): Promise<void> {
    this.#set({ ...this.#ground.state, quitAsked: null });
    await this.keep();
    await this.try({ method: "quit", confirmed });
  }

  stay(): void {
    this.#set({ ...this.#ground.state, quitAsked: null });
  }

  dismissAlert(alert: Alert): void {
    this.#set({ ...this.#ground.state, alerts: this.#ground.state.alerts.filter((one) => one !== alert) });
  }

  complain(error: ErrorBody): void {
    this.#ground.complain(error);
  }

  dismissComplaint(id: number): void {
    this.#ground.dismissComplaint(id);
  }

  /** Saves at once whatever is being written. */
  async keep(): Promise<void> {
    await Promise.all([this.drafts.flush(), this.notes.flushAll()]);
  }

  /** Asks; what goes wrong is told to the person and answered with null. */
  try<R extends Request>(request: R): Promise<AnswerTo<R> | null> {
    return this.#ground.try(request);
  }

  #set(state: State): void {
    this.#ground.state = state;
  }
}
