/** In and out: which hub this desktop is at, and what waits when somebody leaves. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { RememberedHub } from "../bindings/RememberedHub";
import type { Request } from "../bindings/Request";
import type { SignInRefusal } from "../bindings/SignInRefusal";
import { EngineError, type AnswerTo } from "../platform";
import type { Store } from "./store";
import type { Notes } from "./notes";

/** Why somebody is not in: the reason of a sign-in, or an error of the app itself. */
export type SignInError = SignInRefusal | ErrorBody;

/** What waits when somebody leaves. */
export interface PendingWork {
  readonly unsent: number;
  readonly active: number;
  /** Notes that the hub has not taken. */
  readonly unsaved: number;
}

type Way = Extract<Request, { method: "sign_in" | "open_hub" | "practice" }>;

export class SignIn {
  readonly #ground: Store;
  readonly #notes: Notes;
  readonly #keep: () => Promise<void>;
  readonly #begin: () => Promise<void>;

  /** `keep` saves whatever is being written, before one leaves; `begin` reads everything, once one is elsewhere. */
  constructor(ground: Store, notes: Notes, keep: () => Promise<void>, begin: () => Promise<void>) {
    this.#ground = ground;
    this.#notes = notes;
    this.#keep = keep;
    this.#begin = begin;
  }

  /** Where this desktop can be signed in, the last used one first. */
  async hubs(): Promise<RememberedHub[]> {
    return (await this.#ground.try({ method: "hubs" }))?.remembered ?? [];
  }

  /** Signs in: at a remembered hub, or without one at a hub that may be new. Says why not, or null when it worked. */
  signIn(at: { url: string; agent: string; workspace: string | null }, password: string): Promise<SignInError | null> {
    return this.#enter({ method: "sign_in", ...at, password });
  }

  /** Goes to a hub that this desktop is still signed in to. */
  openHub(workspace: string): Promise<SignInError | null> {
    return this.#enter({ method: "open_hub", workspace });
  }

  practice(): Promise<SignInError | null> {
    return this.#enter({ method: "practice" });
  }

  async #enter(way: Way): Promise<SignInError | null> {
    await this.#keep();
    try {
      const { refused } = (await this.#ground.ask(way)) as AnswerTo<{ method: "practice" }>;
      if (refused) return refused;
    } catch (error) {
      return EngineError.from(error).body;
    }
    await this.#begin();
    return null;
  }

  /** Signs out. Says what would wait if that has to be asked first, or null when it is done or has failed. */
  async signOut(confirmed: boolean): Promise<PendingWork | null> {
    await this.#keep();
    const unsaved = this.#notes.unsaved;
    if (!confirmed && unsaved > 0) {
      const held = [...this.#ground.state.interactions.values()];
      return { unsent: 0, active: held.filter((one) => one.state === "active").length, unsaved };
    }
    const reply = await this.#ground.try({ method: "sign_out", confirmed });
    if (reply?.reply === "ask_first") return { unsent: reply.unsent, active: reply.active, unsaved };
    if (reply) await this.#begin();
    return null;
  }

  /** Removes what is kept of a hub. Says how much unsent would be lost if that has to be asked first. */
  async forgetHub(workspace: string, confirmed: boolean): Promise<PendingWork | null> {
    const reply = await this.#ground.try({ method: "forget_hub", workspace, confirmed });
    return reply?.reply === "ask_first" ? { unsent: reply.unsent, active: reply.active, unsaved: 0 } : null;
  }

  /** Whether the app starts with the desktop; after it was told so, if it was told. */
  async startAtLogin(on: boolean | null): Promise<boolean | null> {
    return (await this.#ground.try({ method: "start_at_login", on }))?.on ?? null;
  }
}
