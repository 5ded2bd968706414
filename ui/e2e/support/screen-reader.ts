/** Records what a screen reader would announce: every change of the page's polite live region. */
import type { AgentPage } from "./agent-page";

declare global {
  interface Window {
    announcements?: string[];
  }
}

export class ScreenReader {
  readonly #agent: AgentPage;

  private constructor(agent: AgentPage) {
    this.#agent = agent;
  }

  /** Starts to record on a page. */
  static async attach(agent: AgentPage): Promise<ScreenReader> {
    await agent.page.evaluate(() => {
      const region = document.querySelector(".visually-hidden[aria-live=polite][role=status]");
      if (!region) throw new Error("there is no polite live region");
      const announcements: string[] = [];
      window.announcements = announcements;
      new MutationObserver(() => announcements.push((region.textContent ?? "").replaceAll("\u200b", ""))).observe(
        region,
        {
          childList: true,
          characterData: true,
          subtree: true,
        },
      );
    });
    return new ScreenReader(agent);
  }

  /** Every announcement, oldest first. */
  announcements(): Promise<string[]> {
    return this.#agent.page.evaluate(() => window.announcements ?? []);
  }

  /** How many announcements match. */
  async count(words: RegExp): Promise<number> {
    return (await this.announcements()).filter((one) => words.test(one)).length;
  }
}
