/** The state of the page and everything that its views can do. */
import type { Alert } from "../bindings/Alert";
import type { Channel } from "../bindings/Channel";
import type { ContactId } from "../bindings/ContactId";
import type { ConversationId } from "../bindings/ConversationId";
import type { ErrorBody } from "../bindings/ErrorBody";
import type { Offer } from "../bindings/Offer";
import type { Position } from "../bindings/Position";
import type { Readiness } from "../bindings/Readiness";
import type { Settings } from "../bindings/Settings";
import type { Platform } from "../platform";
import { openConversation } from "./apply";
import { Contacts } from "./contacts";
import { DraftContext } from "./draft-context";
import { Drafts } from "./drafts";
import { Interactions } from "./interactions";
import { KeyBindings } from "./key-bindings";
import { LivePoll } from "./live-poll";
import { Offers } from "./offers";
import { Outbox } from "./outbox";
import { Preferences } from "./preferences";
import { SignIn } from "./sign-in";
import type { State } from "./state";
import { Store, type ErrorMessage } from "./store";
import { Synchronizer } from "./synchronizer";
import { ThreadLoader } from "./thread-loader";
import { TranscriptLoader } from "./transcript-loader";
import { subjectOf, type View } from "./view";
import { ViewReport } from "./view-report";

export class Workspace {
  readonly contacts: Contacts;
  readonly draftContext: DraftContext;
  readonly drafts: Drafts;
  readonly interactions: Interactions;
  readonly offers: Offers;
  readonly outbox: Outbox;
  readonly preferences = new Preferences();
  readonly signIn: SignIn;
  readonly transcripts: TranscriptLoader;
  /** The keys of the agent who is signed in. */
  readonly keys = new KeyBindings(this.preferences, () => this.state.me?.id ?? null);
  readonly kind: Platform["kind"];
  readonly #poll: LivePoll;
  readonly #store: Store;
  readonly #synchronizer: Synchronizer;
  readonly #view: ViewReport;
  #focused = false;

  constructor(platform: Platform) {
    this.kind = platform.kind;
    const store = new Store(platform);
    this.#store = store;
    this.transcripts = new TranscriptLoader(store);
    this.interactions = new Interactions(store);
    this.contacts = new Contacts(store);
    this.offers = new Offers(store);
    this.#poll = new LivePoll(store, this.contacts);
    this.draftContext = new DraftContext(store, () => this.#view.send());
    this.#view = new ViewReport(store, this.draftContext);
    this.outbox = new Outbox(store, this.draftContext, () => void this.sync());
    this.drafts = new Drafts(
      (conversation, body) =>
        store.request({
          method: "save_draft",
          conversation,
          body,
          begun_on: body === "" ? null : this.draftContext.begunOn(conversation),
        }),
      (conversation, body) => this.draftContext.update(conversation, body),
    );
    this.#synchronizer = new Synchronizer(platform, store, this.transcripts, this.#view, {
      onWorkspaceChange: () => this.#forgetAll(),
      onRemoved: (conversation, before) => this.#forget(conversation, before),
      onLive: () => void this.interactions.notes.saveAll(),
    });
    this.signIn = new SignIn(
      store,
      this.interactions.notes,
      () => this.saveAll(),
      () => this.#synchronizer.sync(true),
    );
  }

  /** The state as it is now. Views that read it are drawn again when it changes. */
  get state(): State {
    this.#store.track();
    return this.#store.state;
  }

  /** The errors that were not dismissed. */
  get errors(): readonly ErrorMessage[] {
    this.#store.track();
    return this.#store.errors;
  }

  /** Subscribes to the engine and reads everything; retries until that has worked. */
  sync(): Promise<void> {
    return this.#synchronizer.sync();
  }

  /** Subscribes again after another page has replaced this one. */
  takeOver(): void {
    this.#synchronizer.takeOver();
  }

  /** Drafts and notes of the last workspace are stored there and are not the next one's. */
  #forgetAll(): void {
    this.drafts.forgetAll();
    this.draftContext.forgetAll();
    this.interactions.notes.forgetAll();
    this.interactions.clearUndo();
    for (const { id } of this.#store.errors) this.#store.dismissError(id);
  }

  #forget(conversation: ConversationId, before: State): void {
    this.drafts.forget(conversation);
    this.draftContext.forget(conversation);
    for (const row of before.interactions.values())
      if (row.conversation === conversation) this.interactions.notes.forget(row.id);
  }

  // The screen

  show(view: View): void {
    this.#set({ view });
  }

  /** Opens a conversation, in the workspace unless the view shows conversations itself. */
  open(conversation: ConversationId | null): void {
    if (subjectOf(this.#store.state.view) === null) this.show("workspace");
    if (conversation === this.#store.state.open) return;
    this.#store.state = openConversation(this.#store.state, conversation);
    if (conversation !== null) void this.transcripts.loadOpened(conversation);
  }

  /** Reports what is on the screen to the engine. `focused`: the page has the focus. */
  reportFocus(focused: boolean, visible = focused): void {
    this.#poll.visible = visible;
    // A page that gets the focus back takes over from the page that has replaced it.
    if (focused && !this.#focused) this.takeOver();
    this.#focused = focused;
    this.#view.update(focused);
  }

  /** A message was on the screen while the page had the focus. */
  markSeen(conversation: ConversationId, position: Position): void {
    this.draftContext.markSeen(conversation, position);
  }

  /** Calls `listener` when another workspace is opened, of which nothing shown before may be kept. */
  onWorkspaceChange(listener: () => void): void {
    this.#store.subscribe((update) => {
      if (update === "workspace_changed") listener();
    });
  }

  /** A loader of a contact's whole transcript; the caller closes it. */
  openThread(contact: ContactId): ThreadLoader {
    return new ThreadLoader(this.#store, contact);
  }

  // The agent and the app

  setStatus(channel: Channel, readiness: Readiness, reason: string | null): Promise<unknown> {
    return this.#store.attempt({
      method: "command",
      command: { name: "set_status", channel, readiness, reason },
    });
  }

  /** Accepts an offer and opens its conversation. Resolves to whether the agent has it. */
  async accept(offer: Offer): Promise<boolean> {
    if (!(await this.offers.accept(offer))) return false;
    this.show("workspace");
    this.open(offer.conversation);
    return true;
  }

  changeSettings(change: Partial<Settings>): Promise<unknown> {
    return this.#store.attempt({
      method: "change_settings",
      settings: { ...this.#store.state.settings, ...change },
    });
  }

  /** Quits the app, after the question whether to quit if `confirmed`. */
  async quit(confirmed: boolean): Promise<void> {
    this.cancelQuit();
    await this.saveAll();
    await this.#store.attempt({ method: "quit", confirmed });
  }

  /** Closes the question whether to quit. */
  cancelQuit(): void {
    this.#set({ quitRequested: null });
  }

  dismissAlert(alert: Alert): void {
    this.#set({ alerts: this.#store.state.alerts.filter((one) => one !== alert) });
  }

  showError(error: ErrorBody): void {
    this.#store.showError(error);
  }

  dismissError(id: number): void {
    this.#store.dismissError(id);
  }

  /** Saves all drafts and notes at once. */
  async saveAll(): Promise<void> {
    await Promise.all([this.drafts.saveAll(), this.interactions.notes.saveAll()]);
  }

  #set(change: Partial<State>): void {
    this.#store.state = { ...this.#store.state, ...change };
  }
}
