/** The transport inside a Tauri window: two commands and one ordered channel. */
import { Channel, invoke } from "@tauri-apps/api/core";

import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Request } from "../bindings/Request";
import { limitCombiningMarks } from "./combining-marks";
import { EngineError, type ReplyTo, type EventListener, type Platform } from "./types";

export class TauriPlatform implements Platform {
  readonly kind = "tauri" as const;
  #channel: Channel<NumberedEvent> | null = null;

  async request<R extends Request>(request: R): Promise<ReplyTo<R>> {
    try {
      return limitCombiningMarks(await invoke<ReplyTo<R>>("request", { request }));
    } catch (reason) {
      throw EngineError.from(reason);
    }
  }

  async subscribe(listener: EventListener): Promise<void> {
    const channel = new Channel<NumberedEvent>();
    // Events of a replaced subscription are dropped.
    channel.onmessage = (event) => {
      if (this.#channel === channel) listener(limitCombiningMarks(event));
    };
    this.#channel = channel;
    try {
      await invoke("subscribe", { channel });
    } catch (reason) {
      throw EngineError.from(reason);
    }
  }

  onLink(): void {
    // Window and engine are one process: the link cannot break.
  }
}
