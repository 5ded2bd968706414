/** Records problems of a browser context's pages: policy violations, errors, requests to other hosts. */
import type { BrowserContext, Page } from "playwright-core";

/** What the browser logs when the app behind the page has exited. */
const APP_GONE = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/u;

export class PageMonitor {
  readonly problems: string[] = [];
  /** Set by a story that stops the app while its page is open. */
  appExitExpected = false;
  readonly #agent: string;

  constructor(agent: string, context: BrowserContext) {
    this.#agent = agent;
    context.on("page", (page) => this.#observe(page));
    context.on("request", (request) => this.#checkHost(request.url()));
  }

  #observe(page: Page): void {
    page.on("pageerror", (error) => this.#note(`threw ${error.stack ?? error.message}`));
    page.on("crash", () => this.#note("crashed"));
    page.on("websocket", (socket) => this.#checkHost(socket.url()));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      if (this.appExitExpected && APP_GONE.test(message.text())) return;
      this.#note(`console ${message.type()}: ${message.text()}`);
    });
  }

  #checkHost(address: string): void {
    const { hostname, protocol } = new URL(address);
    if (protocol === "data:" || protocol === "blob:" || protocol === "about:") return;
    if (hostname !== "127.0.0.1") this.#note(`requests another host: ${address}`);
  }

  #note(what: string): void {
    this.problems.push(`${this.#agent}'s page ${what}`);
  }
}
