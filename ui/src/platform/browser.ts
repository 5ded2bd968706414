/** The transport in an ordinary browser: one WebSocket to the host on loopback. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { Request } from "../bindings/Request";
import { limitCombiningMarks } from "./combining-marks";
import { EngineError, type ReplyTo, type EventListener, type Link, type Platform } from "./types";

type Frame =
  { id: number; reply: unknown } | { id: number; error: ErrorBody } | { event: NumberedEvent } | { replaced: true };

interface PendingRequest {
  request: Request;
  resolve: (reply: unknown) => void;
  reject: (error: EngineError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The longest request, in characters: far more than any message. The host closes the link at a longer one. */
const MAX_REQUEST = 64 * 1024;
/** How long a request may take, across lost links, in milliseconds. */
const REQUEST_TIMEOUT = 20_000;
/** The delay before the first new connection, doubled each time up to the last one, in milliseconds. */
const FIRST_RETRY = 250;
const LAST_RETRY = 5_000;

export class BrowserPlatform implements Platform {
  readonly kind = "browser" as const;
  #socket: WebSocket | null = null;
  #next = 1;
  #pending = new Map<number, PendingRequest>();
  #listener: EventListener | null = null;
  #links: ((link: Link) => void)[] = [];
  #retry = FIRST_RETRY;
  #link: Link = "up";
  readonly #address: string;

  constructor(address = engineAddress()) {
    this.#address = address;
    this.#connect();
  }

  request<R extends Request>(request: R): Promise<ReplyTo<R>> {
    if (JSON.stringify(request).length > MAX_REQUEST) return Promise.reject(tooLarge());
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(unreachable());
      }, REQUEST_TIMEOUT);
      this.#pending.set(id, { request, resolve: resolve as (reply: unknown) => void, reject, timer });
      this.#send({ id, request });
    });
  }

  subscribe(listener: EventListener): Promise<void> {
    this.#listener = listener;
    if (this.#link === "replaced") this.#link = "up";
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
      // The first subscription was made before the socket was open; after a lost link the state subscribes again.
      if (this.#listener && this.#link === "up") this.#send({ subscribe: true });
      // Requests are idempotent: those that were pending when the link broke are sent again.
      for (const [id, { request }] of this.#pending) this.#send({ id, request });
      // A page that was replaced stays so.
      if (this.#link === "down") this.#setLink("up");
    };
    socket.onmessage = (message: MessageEvent<string>) => this.#receive(message.data);
    socket.onclose = () => {
      this.#socket = null;
      if (this.#link !== "replaced" && (opened || this.#retry >= 4 * FIRST_RETRY)) this.#setLink("down");
      setTimeout(() => this.#connect(), this.#retry);
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
    };
  }

  #send(frame: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #receive(data: string): void {
    const frame = limitCombiningMarks(JSON.parse(data) as Frame);
    if ("event" in frame) {
      this.#listener?.(frame.event);
      return;
    }
    if ("replaced" in frame) {
      this.#setLink("replaced");
      return;
    }
    const pending = this.#pending.get(frame.id);
    if (!pending) return;
    this.#pending.delete(frame.id);
    clearTimeout(pending.timer);
    if ("error" in frame) pending.reject(new EngineError(frame.error));
    else pending.resolve(frame.reply);
  }

  #setLink(link: Link): void {
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
  return new EngineError({ code: "too_large", message: "This is too long. It was not sent; shorten it." });
}

function unreachable(): EngineError {
  return new EngineError({
    code: "unavailable",
    message: "Deskbell itself does not answer. Nothing you wrote is lost. Check that it still runs.",
  });
}
