/** Signing in and out, and the hubs that this desktop remembers. */
import type { ErrorBody } from "../bindings/ErrorBody";
import type { RememberedHub } from "../bindings/RememberedHub";
import type { Request } from "../bindings/Request";
import type { SignInRefusal } from "../bindings/SignInRefusal";
import type { ReplyTo } from "../platform";
import { errorBody } from "./errors";
import type { Notes } from "./notes";
import type { Store } from "./store";

/** Why a sign-in failed: the hub's reason, or an error of the app. */
export type SignInError = SignInRefusal | ErrorBody;

/** Work that signing out would leave unfinished. */
export interface PendingWork {
  /** Messages that the hub has not received. */
  readonly unsent: number;
  /** Active interactions. */
  readonly active: number;
  /** Notes that the hub has not stored. */
  readonly unsaved: number;
}

type SignInRequest = Extract<Request, { method: "sign_in" | "open_hub" | "practice" }>;

export class SignIn {
  readonly #store: Store;
  readonly #notes: Notes;
  readonly #saveAll: () => Promise<void>;
  readonly #reload: () => Promise<void>;

  /** `saveAll` stores drafts and notes before the workspace is left; `reload` reads everything of the next one. */
  constructor(store: Store, notes: Notes, saveAll: () => Promise<void>, reload: () => Promise<void>) {
    this.#store = store;
    this.#notes = notes;
    this.#saveAll = saveAll;
    this.#reload = reload;
  }

  /** The remembered hubs, the last used one first. */
  async hubs(): Promise<RememberedHub[]> {
    return (await this.#store.attempt({ method: "hubs" }))?.remembered ?? [];
  }

  /** Signs in at a remembered hub, or without `workspace` at the address. Resolves to null when signed in. */
  signIn(hub: { url: string; agent: string; workspace: string | null }, password: string): Promise<SignInError | null> {
    return this.#open({ method: "sign_in", ...hub, password });
  }

  /** Opens a hub that this desktop is still signed in to. Resolves to null when it is open. */
  openHub(workspace: string): Promise<SignInError | null> {
    return this.#open({ method: "open_hub", workspace });
  }

  /** Starts practice mode. Resolves to null when it runs. */
  practice(): Promise<SignInError | null> {
    return this.#open({ method: "practice" });
  }

  async #open(request: SignInRequest): Promise<SignInError | null> {
    await this.#saveAll();
    try {
      const { refused } = (await this.#store.request(request)) as ReplyTo<{ method: "practice" }>;
      if (refused) return refused;
    } catch (error) {
      return errorBody(error);
    }
    await this.#reload();
    return null;
  }

  /** Signs out. Resolves to the pending work if that has to be confirmed, to null when done or failed. */
  async signOut(confirmed: boolean): Promise<PendingWork | null> {
    await this.#saveAll();
    const unsaved = this.#notes.unsaved;
    if (!confirmed && unsaved > 0) {
      const interactions = [...this.#store.state.interactions.values()];
      return { unsent: 0, active: interactions.filter((one) => one.state === "active").length, unsaved };
    }
    const reply = await this.#store.attempt({ method: "sign_out", confirmed });
    if (reply?.reply === "ask_first") return { unsent: reply.unsent, active: reply.active, unsaved };
    if (reply) await this.#reload();
    return null;
  }

  /** Removes everything stored of a hub. Resolves to the unsent messages if that has to be confirmed. */
  async forgetHub(workspace: string, confirmed: boolean): Promise<PendingWork | null> {
    const reply = await this.#store.attempt({ method: "forget_hub", workspace, confirmed });
    return reply?.reply === "ask_first" ? { unsent: reply.unsent, active: reply.active, unsaved: 0 } : null;
  }

  /** Whether the app starts with the desktop; sets it first unless `on` is null. Null if that is not known. */
  async startAtLogin(on: boolean | null): Promise<boolean | null> {
    return (await this.#store.attempt({ method: "start_at_login", on }))?.on ?? null;
  }
}
