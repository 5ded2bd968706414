/** What an agent sends besides plain text, and what they decide about what was not sent. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { ConversationId } from "../bindings/ConversationId";
import type { FilledTemplate } from "../bindings/FilledTemplate";
import type { MessageId } from "../bindings/MessageId";
import type { Template } from "../bindings/Template";
import type { Store } from "./store";

export class Outbox {
  readonly #ground: Store;

  constructor(ground: Store) {
    this.#ground = ground;
  }

  /** The notifications of an account, as the provider lists them now. */
  async templates(account: AccountId): Promise<Template[]> {
    return (await this.#ground.ask({ method: "templates", account })).templates;
  }

  /** Sends a notification; resolves when it is stored on this desktop. */
  async notify(conversation: ConversationId, template: FilledTemplate, preview: string): Promise<void> {
    await this.#ground.ask({
      method: "enqueue",
      message: uuid(),
      conversation,
      content: { kind: "template", template, preview },
      seen: null,
    });
  }

  /** Lets a held message go by itself once its window is open: now, or after the contact has written. */
  whenPossible(message: MessageId): Promise<unknown> {
    return this.#ground.try({ method: "send_when_open", message });
  }
}
