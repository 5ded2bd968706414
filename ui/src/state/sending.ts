/** What an agent sends besides plain text, and what they decide about what was not sent. */
import { v7 as uuid } from "uuid";

import type { AccountId } from "../bindings/AccountId";
import type { ConversationId } from "../bindings/ConversationId";
import type { FilledTemplate } from "../bindings/FilledTemplate";
import type { MessageId } from "../bindings/MessageId";
import type { Outgoing } from "../bindings/Outgoing";
import type { Template } from "../bindings/Template";
import type { Ground } from "./ground";
import { windowOf } from "./window";

export class Sending {
  readonly #ground: Ground;
  /** Held messages that are to go as soon as their window is open again. */
  readonly #promised = new Set<MessageId>();

  constructor(ground: Ground) {
    this.#ground = ground;
    ground.listen(() => this.#keepPromises());
  }

  /** The notifications of an account, as the provider lists them now. */
  async templates(account: AccountId): Promise<Template[]> {
    return (await this.#ground.ask({ method: "templates", account })).templates;
  }

  /** Sends a notification; resolves when it is stored on this desktop. */
  async notify(conversation: ConversationId, template: FilledTemplate, preview: string): Promise<void> {
    await this.#ground.ask({ method: "send_notification", message: uuid(), conversation, template, preview });
  }

  /** Whether a held message goes by itself once that is allowed. */
  isPromised(message: MessageId): boolean {
    this.#ground.follow();
    return this.#promised.has(message);
  }

  /** Sends a held message when its window is open: now, or after the contact has written. */
  async whenPossible({ id, conversation }: Outgoing): Promise<void> {
    this.#promised.add(id);
    this.#ground.changed();
    await this.#try(id, conversation);
  }

  async #try(message: MessageId, conversation: ConversationId): Promise<void> {
    const { conversations, offset } = this.#ground.state;
    const row = conversations.get(conversation);
    const window = row ? windowOf(row, Date.now() + offset, 0).is : "never";
    if (window === "closed" || window === "never") return;
    this.#promised.delete(message);
    await this.#ground.try({ method: "retry_message", message });
  }

  #keepPromises(): void {
    if (this.#promised.size === 0) return;
    for (const { outgoing } of this.#ground.state.transcripts.values()) {
      for (const { id, conversation } of outgoing) if (this.#promised.has(id)) void this.#try(id, conversation);
    }
  }
}
