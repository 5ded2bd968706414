/** Chooses the door to the engine. */
import { BrowserPlatform } from "./browser";
import { TauriPlatform } from "./tauri";
import type { Platform } from "./types";

export { EngineError } from "./types";
export type { AnswerTo, Link, Platform } from "./types";

export async function openPlatform(): Promise<Platform> {
  // The scripted engine exists in development and fixture builds only; the condition is a constant of
  // the build, so that nothing of it reaches the product.
  if (import.meta.env.DEV || import.meta.env.MODE === "fixture") {
    const scene = new URLSearchParams(location.search).get("scene");
    if (scene !== null) {
      const { FakePlatform } = await import("./fake");
      return new FakePlatform(scene, new URLSearchParams(location.search));
    }
  }
  return "__TAURI_INTERNALS__" in window ? new TauriPlatform() : new BrowserPlatform();
}
