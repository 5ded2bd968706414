/** An engine that is told what to answer, for tests of the state. */
import type { Event } from "../../bindings/Event";
import type { Request } from "../../bindings/Request";
import type { AnswerTo, Link, Platform } from "../../platform";
import type { EventListener } from "../../platform/types";
import { snapshot } from "./rows";

/** It remembers what it was asked. */
export class Engine implements Platform {
  readonly kind = "fixture" as const;
  readonly asked: Request[] = [];
  listener: EventListener = () => undefined;
  link: (link: Link) => void = () => undefined;
  subscriptions = 0;
  #seq = 0;
  answer: (request: Request) => unknown = (request) => (request.method === "snapshot" ? snapshot() : { reply: "done" });

  async request<R extends Request>(request: R): Promise<AnswerTo<R>> {
    this.asked.push(request);
    await Promise.resolve();
    return this.answer(request) as AnswerTo<R>;
  }

  subscribe(listener: EventListener): Promise<void> {
    this.listener = listener;
    this.#seq = 0;
    this.say({ event: "subscribed", subscription: ++this.subscriptions });
    return Promise.resolve();
  }

  onLink(listener: (link: Link) => void): void {
    this.link = listener;
  }

  say(event: Event, seq = ++this.#seq): void {
    this.#seq = seq;
    this.listener({ seq, event });
  }

  of<M extends Request["method"]>(method: M): Extract<Request, { method: M }>[] {
    return this.asked.filter((one): one is Extract<Request, { method: M }> => one.method === method);
  }
}
