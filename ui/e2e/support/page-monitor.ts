/** Hears everything in a page that must not be: policy reports, errors, requests to anywhere else. */
import type { BrowserContext, Page } from "playwright-core";

/** What the browser says by itself when the app behind the page was ended by the story. */
const APP_GONE = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/u;

export class Watch {
  readonly mistakes: string[] = [];
  /** Set by a story that ends the app while its page is open. */
  appMayGo = false;
  readonly #who: string;

  constructor(who: string, context: BrowserContext) {
    this.#who = who;
    context.on("page", (page) => this.#over(page));
    context.on("request", (request) => this.#where(request.url()));
  }

  #over(page: Page): void {
    page.on("pageerror", (error) => this.#note(`threw ${error.stack ?? error.message}`));
    page.on("crash", () => this.#note("crashed"));
    page.on("websocket", (socket) => this.#where(socket.url()));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      if (this.appMayGo && APP_GONE.test(message.text())) return;
      this.#note(`console ${message.type()}: ${message.text()}`);
    });
  }

  #where(address: string): void {
    const { hostname, protocol } = new URL(address);
    if (protocol === "data:" || protocol === "blob:" || protocol === "about:") return;
    if (hostname !== "127.0.0.1") this.#note(`asks elsewhere: ${address}`);
  }

  #note(what: string): void {
    this.mistakes.push(`${this.#who}'s page ${what}`);
  }
}
