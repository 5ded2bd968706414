/** What the screen may expect of the engine, whatever carries it. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { NumberedEvent } from "../bindings/NumberedEvent";
import type { InteractionPage } from "../bindings/InteractionPage";
import type { Reply } from "../bindings/Reply";
import type { Request } from "../bindings/Request";
import type { TranscriptPage } from "../bindings/TranscriptPage";
import type { Validation } from "../bindings/Validation";
import type { WorkspaceSnapshot } from "../bindings/WorkspaceSnapshot";

interface Answers {
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

/** What a request is answered with, by its method. */
export type AnswerTo<R extends Request> = R["method"] extends keyof Answers ? Answers[R["method"]] : { reply: "done" };

/**
 * Whether the engine itself can be reached: not the hub, but the program behind this page. `elsewhere`: it can, but
 * another page has taken this one's place and hears what happens.
 */
export type Link = "up" | "down" | "elsewhere";

export type EventListener = (event: NumberedEvent) => void;

/** The two doors to the engine. */
export interface Platform {
  /** What carries the doors. */
  readonly kind: "tauri" | "browser" | "fixture";
  /** Asks; rejects with [`EngineError`]. */
  request<R extends Request>(request: R): Promise<AnswerTo<R>>;
  /** Begins a new subscription, which replaces the one before. */
  subscribe(listener: EventListener): Promise<void>;
  /** Told whenever the link to the engine breaks or is there again. */
  onLink(listener: (link: Link) => void): void;
}

/** The engine said no. */
export class EngineError extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.name = "EngineError";
    this.body = body;
  }

  /** Makes one of whatever a door rejected with. */
  static from(reason: unknown): EngineError {
    if (reason instanceof EngineError) return reason;
    if (typeof reason === "object" && reason !== null && "code" in reason && "message" in reason) {
      return new EngineError(reason as ErrorBody);
    }
    return new EngineError({ code: "internal", message: String(reason) });
  }
}
