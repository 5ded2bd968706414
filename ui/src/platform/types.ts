/** The interface between page and engine, independent of the transport. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { InteractionPage } from "../bindings/InteractionPage";
import type { Reply } from "../bindings/Reply";
import type { Request } from "../bindings/Request";
import type { TranscriptPage } from "../bindings/TranscriptPage";
import type { Validation } from "../bindings/Validation";
import type { WorkspaceSnapshot } from "../bindings/WorkspaceSnapshot";

interface Replies {
  snapshot: WorkspaceSnapshot;
  transcript: TranscriptPage;
  conversations: Extract<Reply, { reply: "conversations" }>;
  search: Extract<Reply, { reply: "hits" }>;
  thread: Extract<Reply, { reply: "thread" }>;
  kept_thread: Extract<Reply, { reply: "thread" }>;
  search_thread: Extract<Reply, { reply: "thread_hits" }>;
  assigned_contacts: Extract<Reply, { reply: "contacts" }>;
  find_contacts: Extract<Reply, { reply: "contacts" }>;
  contact: Extract<Reply, { reply: "contact" }>;
  interactions: InteractionPage;
  validate_channel: Validation;
  templates: Extract<Reply, { reply: "templates" }>;
  hubs: Extract<Reply, { reply: "hubs" }>;
  sign_in: Extract<Reply, { reply: "sign_in" }>;
  open_hub: Extract<Reply, { reply: "sign_in" }>;
  practice: Extract<Reply, { reply: "sign_in" }>;
  sign_out: Extract<Reply, { reply: "done" | "ask_first" }>;
  forget_hub: Extract<Reply, { reply: "done" | "ask_first" }>;
  start_at_login: Extract<Reply, { reply: "start_at_login" }>;
}

/** The reply to a request, by its method. */
export type ReplyTo<R extends Request> = R["method"] extends keyof Replies ? Replies[R["method"]] : { reply: "done" };

/**
 * Whether the engine, the program behind this page, can be reached. `replaced`: it can, but another page has taken over
 * the subscription, and this one receives no events.
 */
export type Link = "up" | "down" | "replaced";

export type EventListener = (event: NumberedEvent) => void;

/** How the page reaches the engine. */
export interface Platform {
  /** The transport. */
  readonly kind: "tauri" | "browser" | "fixture";
  /** Sends a request; rejects with `EngineError`. */
  request<R extends Request>(request: R): Promise<ReplyTo<R>>;
  /** Starts a subscription, which replaces the last one. */
  subscribe(listener: EventListener): Promise<void>;
  /** Calls `listener` when the link breaks and when it is restored. */
  onLink(listener: (link: Link) => void): void;
}

/** An error reply of the engine. */
export class EngineError extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.name = "EngineError";
    this.body = body;
  }

  /** The error for a rejection of any kind; what is no error body is an internal error. */
  static from(reason: unknown): EngineError {
    if (reason instanceof EngineError) return reason;
    if (typeof reason === "object" && reason !== null && "code" in reason && "message" in reason) {
      return new EngineError(reason as ErrorBody);
    }
    return new EngineError({ code: "internal", message: String(reason) });
  }
}
