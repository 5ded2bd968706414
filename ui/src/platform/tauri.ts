/** The doors inside a Tauri window: two commands and one ordered channel. */
import { Channel, invoke } from "@tauri-apps/api/core";

import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Request } from "../bindings/Request";
import { limitCombiningMarks } from "./combining-marks";
import { EngineError, type AnswerTo, type EventListener, type Platform } from "./types";

export class TauriPlatform implements Platform {
  readonly kind = "tauri" as const;
  #channel: Channel<NumberedEvent> | null = null;

  async request<R extends Request>(request: R): Promise<AnswerTo<R>> {
    try {
      return limitCombiningMarks(await invoke<AnswerTo<R>>("request", { request }));
    } catch (reason) {
      throw EngineError.from(reason);
    }
  }

  async subscribe(listener: EventListener): Promise<void> {
    const channel = new Channel<NumberedEvent>();
    // What the replaced subscription still delivers is nobody's business any more.
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
    // Window and engine are one process: there is no link that could break.
  }
}
