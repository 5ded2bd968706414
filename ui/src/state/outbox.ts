/** Messages that the agent sends, and what they decide about those that were held back or failed. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { ConversationId } from "../bindings/ConversationId";
import type { FilledTemplate } from "../bindings/FilledTemplate";
import type { Message } from "../bindings/Message";
import type { MessageId } from "../bindings/MessageId";
import type { Template } from "../bindings/Template";
import type { DraftContext } from "./draft-context";
import type { Store } from "./store";

/** How long the event of a new message may take until the events count as lost, in milliseconds. */
const EVENT_TIMEOUT = 5_000;

export class Outbox {
  readonly #store: Store;
  readonly #drafts: DraftContext;
  readonly #resync: () => void;

  /** `resync` subscribes to the events from the beginning. */
  constructor(store: Store, drafts: DraftContext, resync: () => void) {
    this.#store = store;
    this.#drafts = drafts;
    this.#resync = resync;
  }

  /** Sends a text. Resolves when it is stored on this desktop; rejects with `EngineError` if it is not. */
  async send(conversation: ConversationId, body: string): Promise<void> {
    const message = uuid();
    await this.#store.request({
      method: "enqueue",
      message,
      conversation,
      content: { kind: "text", body },
      seen: this.#drafts.newestKnown(conversation),
    });
    setTimeout(() => {
      if (!this.#isShown(conversation, message) && this.#store.state.link === "up") this.#resync();
    }, EVENT_TIMEOUT);
  }

  #isShown(conversation: ConversationId, message: MessageId): boolean {
    const { transcripts, removedOutgoing } = this.#store.state;
    const transcript = transcripts.get(conversation);
    return (
      transcript === undefined ||
      removedOutgoing.has(message) ||
      transcript.outgoing.some((one) => one.id === message) ||
      transcript.messages.some((one) => one.id === message)
    );
  }

  /** The templates of an account, as the provider lists them now; rejects with `EngineError`. */
  async templates(account: AccountId): Promise<Template[]> {
    return (await this.#store.request({ method: "templates", account })).templates;
  }

  /** Sends a Notification. Resolves when it is stored on this desktop; rejects with `EngineError` if it is not. */
  async notify(conversation: ConversationId, template: FilledTemplate, preview: string): Promise<void> {
    await this.#store.request({
      method: "enqueue",
      message: uuid(),
      conversation,
      content: { kind: "template", template, preview },
      seen: null,
    });
  }

  /** Sends a held or refused message now. */
  release(message: MessageId): Promise<unknown> {
    return this.#store.attempt({ method: "release_held", message });
  }

  /** Sends a held message as soon as its window is open. */
  sendWhenOpen(message: MessageId): Promise<unknown> {
    return this.#store.attempt({ method: "send_when_open", message });
  }

  /** Removes a message that the hub has not received. */
  discard(message: MessageId): Promise<unknown> {
    return this.#store.attempt({ method: "discard_message", message });
  }

  /** Sends a message again that failed on its way. */
  retry({ id, attempt }: Message): Promise<unknown> {
    return this.#store.attempt({ method: "command", command: { name: "retry_message", message: id, attempt } });
  }
}
