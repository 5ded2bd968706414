/** Hears what a screen reader would be told by itself: every change of the page's polite region. */
import type { Desk } from "./agent-page";

declare global {
  interface Window {
    heard?: string[];
  }
}

export class Ear {
  readonly #desk: Desk;

  private constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Listens from now on. */
  static async at(desk: Desk): Promise<Ear> {
    await desk.page.evaluate(() => {
      const region = document.querySelector(".visually-hidden[aria-live=polite][role=status]");
      if (!region) throw new Error("there is no polite region");
      const heard: string[] = [];
      window.heard = heard;
      new MutationObserver(() => heard.push((region.textContent ?? "").replaceAll("\u200b", ""))).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    return new Ear(desk);
  }

  /** Everything that was said, in order. */
  heard(): Promise<string[]> {
    return this.#desk.page.evaluate(() => window.heard ?? []);
  }

  /** How often something like this was said. */
  async times(words: RegExp): Promise<number> {
    return (await this.heard()).filter((one) => words.test(one)).length;
  }
}
