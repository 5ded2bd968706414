/** Chooses how the page reaches the engine. */
import { BrowserPlatform } from "./browser";
import { TauriPlatform } from "./tauri";
import type { Platform } from "./types";

export { EngineError } from "./types";
export type { ReplyTo, Link, Platform } from "./types";

/** The platform that the page runs on: inside a Tauri window, or in a browser on loopback. */
export function openPlatform(): Platform {
  return "__TAURI_INTERNALS__" in window ? new TauriPlatform() : new BrowserPlatform();
}
