/** The doors in an ordinary browser: one WebSocket to the host on loopback. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Request } from "../bindings/Request";
import { limitCombiningMarks } from "./combining-marks";
import { EngineError, type AnswerTo, type EventListener, type Link, type Platform } from "./types";

type Said =
  { id: number; reply: unknown } | { id: number; error: ErrorBody } | { event: NumberedEvent } | { replaced: true };

interface Waiting {
  request: Request;
  resolve: (reply: unknown) => void;
  reject: (error: EngineError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The longest request, in characters: far more than anything that can be sent. A longer one would cost the link. */
const LONGEST = 64 * 1024;
/** How long a request waits for its answer over lost links, in milliseconds. */
const PATIENCE = 20_000;
const FIRST_RETRY = 250;
const LAST_RETRY = 5_000;

export class BrowserPlatform implements Platform {
  readonly kind = "browser" as const;
  #socket: WebSocket | null = null;
  #next = 1;
  #waiting = new Map<number, Waiting>();
  #listener: EventListener | null = null;
  #links: ((link: Link) => void)[] = [];
  #retry = FIRST_RETRY;
  #link: Link = "up";
  readonly #address: string;

  constructor(address = engineAddress()) {
    this.#address = address;
    this.#connect();
  }

  request<R extends Request>(request: R): Promise<AnswerTo<R>> {
    if (JSON.stringify(request).length > LONGEST) return Promise.reject(tooLarge());
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(unreachable());
      }, PATIENCE);
      this.#waiting.set(id, { request, resolve: resolve as (reply: unknown) => void, reject, timer });
      this.#send({ id, request });
    });
  }

  subscribe(listener: EventListener): Promise<void> {
    this.#listener = listener;
    if (this.#link === "elsewhere") this.#link = "up";
    this.#send({ subscribe: true });
    return Promise.resolve();
  }

  onLink(listener: (link: Link) => void): void {
    this.#links.push(listener);
  }

  #connect(): void {
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#retry = FIRST_RETRY;
      // After a break the state subscribes anew by itself; the first time it already has, into nothing.
      if (this.#listener && this.#link === "up") this.#send({ subscribe: true });
      // Every request may be repeated: what was asked when the link broke is asked again.
      for (const [id, { request }] of this.#waiting) this.#send({ id, request });
      // Another page may still have this one's place.
      if (this.#link === "down") this.#tell("up");
    };
    socket.onmessage = (message: MessageEvent<string>) => this.#hear(message.data);
    socket.onclose = () => {
      this.#socket = null;
      if (this.#link !== "elsewhere" && (opened || this.#retry >= 4 * FIRST_RETRY)) this.#tell("down");
      setTimeout(() => this.#connect(), this.#retry);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
    };
  }

  #send(said: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(said));
  }

  #hear(data: string): void {
    const said = limitCombiningMarks(JSON.parse(data) as Said);
    if ("event" in said) {
      this.#listener?.(said.event);
      return;
    }
    if ("replaced" in said) {
      this.#tell("elsewhere");
      return;
    }
    const waiting = this.#waiting.get(said.id);
    if (!waiting) return;
    this.#waiting.delete(said.id);
    clearTimeout(waiting.timer);
    if ("error" in said) waiting.reject(new EngineError(said.error));
    else waiting.resolve(said.reply);
  }

  #tell(link: Link): void {
    if (this.#link === link) return;
    this.#link = link;
    for (const listener of this.#links) listener(link);
  }
}

function engineAddress(): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/engine`;
}

function tooLarge(): EngineError {
  return new EngineError({ code: "too_large", message: "This is too long. It was not sent; please shorten it." });
}

function unreachable(): EngineError {
  return new EngineError({
    code: "unavailable",
    message: "Deskbell itself does not answer. Nothing you wrote is lost. Check that it still runs.",
  });
}
