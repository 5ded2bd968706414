/** Page object of one agent: one app and one page, with what the agent sees and does there. */
import type { BrowserContext, Locator, Page } from "playwright-core";

import type { App } from "./app";
import { openBrowser } from "./browser";
import { gone, see, until } from "./wait";
import { PageMonitor } from "./page-monitor";
import { en, type Words } from "./words";

/** How the page is opened. */
export interface PageOptions {
  readonly words?: Words;
  readonly theme?: "light" | "dark";
  readonly size?: { width: number; height: number };
}

export class AgentPage {
  /** The agent's name. */
  readonly name: string;
  readonly app: App;
  readonly monitor: PageMonitor;
  readonly words: Words;
  page!: Page;
  readonly #context: BrowserContext;

  private constructor(app: App, words: Words, context: BrowserContext) {
    this.name = app.agent;
    this.app = app;
    this.words = words;
    this.#context = context;
    this.monitor = new PageMonitor(app.agent, context);
  }

  /** Starts the app and opens its page. */
  static async open(app: App, { words = en, theme = "light", size }: PageOptions = {}): Promise<AgentPage> {
    const browser = await openBrowser();
    const context = await browser.newContext({
      locale: words.locale,
      colorScheme: theme,
      reducedMotion: "reduce",
      viewport: size ?? { width: 1280, height: 800 },
    });
    const agent = new AgentPage(app, words, context);
    await agent.start();
    return agent;
  }

  /** Starts the app, also again with the data of its last run, and opens a page. */
  async start(): Promise<void> {
    const address = await this.app.start();
    this.page = await this.#context.newPage();
    await this.page.goto(address);
    await see(this.page.getByRole("navigation", { name: this.words.rail }), `${this.name}'s workspace`);
  }

  /** Closes the page and leaves the app running. */
  async closePage(): Promise<void> {
    await this.page.close();
  }

  /** Opens a new page in the same browser, which the app still authorizes. */
  async openPage(): Promise<void> {
    const address = new URL(this.page.url()).origin;
    this.page = await this.#context.newPage();
    await this.page.goto(address);
    await see(this.page.getByRole("navigation", { name: this.words.rail }), `${this.name}'s workspace`);
  }

  /** Closes the page and stops the app; `start` continues with its data. */
  async stop(): Promise<void> {
    this.monitor.appExitExpected = true;
    await this.page.close();
    await this.app.stop();
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.app.stop();
  }

  /** Stops the page's clock; `advanceTime` moves it. */
  async freezeTime(): Promise<void> {
    await this.page.evaluate(() => {
      const now = Date.now();
      Date.now = () => now;
    });
  }

  /** Moves the page's clock, and no other one, by so many milliseconds. */
  async advanceTime(ms: number): Promise<void> {
    await this.page.evaluate((by) => {
      const before = Date.now;
      Date.now = () => before() + by;
    }, ms);
  }

  // Signing in

  /** Fills the sign-in form and presses Enter. */
  async signsIn(hub: string, name: string, password: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Hub address" }).fill(hub);
    await this.page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.keyboard.press("Enter");
  }

  // Status

  get status(): Locator {
    return this.page.getByRole("group", { name: this.words.myStatus }).getByRole("button");
  }

  /** Waits until the agent's status is this one. */
  async is(state: string): Promise<void> {
    const name = this.words.statusIs(state);
    await see(this.page.getByRole("button", { name }), `${this.name} is ${state}`);
  }

  async becomes(state: string): Promise<void> {
    await this.status.click();
    await this.page.getByRole("menuitemradio", { name: state, exact: true }).click();
    await this.is(state);
  }

  async becomesReady(): Promise<void> {
    await this.is(this.words.notReady);
    await this.becomes(this.words.ready);
  }

  // Views

  async show(view: keyof Words["views"]): Promise<void> {
    const entry = this.page.getByRole("navigation", { name: this.words.rail });
    await entry.getByRole("button", { name: this.words.views[view], exact: true }).click();
    await see(this.page.getByRole("heading", { level: 1, name: this.words.views[view] }));
  }

  // Offers

  offer(contact: string): Locator {
    return this.page.getByRole("article", { name: this.words.offerTitle(contact), exact: true });
  }

  async rings(contact: string): Promise<void> {
    await see(this.offer(contact), `${contact} rings at ${this.name}`);
  }

  async accepts(contact: string): Promise<void> {
    await this.rings(contact);
    await this.page.getByRole("button", { name: this.words.accept(contact) }).click();
    await this.sees(contact);
  }

  async declines(contact: string): Promise<void> {
    await this.rings(contact);
    await this.page.getByRole("button", { name: this.words.decline(contact) }).click();
    await gone(this.offer(contact), `${contact}'s ring at ${this.name}`);
  }

  // The open conversation

  /** Waits until this contact's conversation is open. */
  async sees(contact: string): Promise<void> {
    await see(this.page.getByRole("heading", { level: 2, name: contact, exact: true }), `${contact}'s conversation`);
  }

  /** Opens a conversation from the list beside it. */
  async opens(contact: string): Promise<void> {
    await this.entry(contact).click();
    await this.sees(contact);
  }

  /** The names in the list, from top to bottom. */
  async listed(): Promise<string[]> {
    return this.page.locator("[data-pane=list] [data-item] .name").allTextContents();
  }

  /** Ends the open interaction and marks it Done. */
  async finishes(): Promise<void> {
    await this.button(this.words.end).click();
    await this.button(this.words.done).click();
    await gone(this.button(this.words.done));
  }

  entry(contact: string): Locator {
    return this.page.locator("[data-pane=list]").getByRole("button").filter({ hasText: contact });
  }

  get log(): Locator {
    return this.page.getByRole("log");
  }

  /** The message of the transcript with exactly this text. */
  line(text: string): Locator {
    return this.log.getByRole("article").filter({ has: this.page.getByText(text, { exact: true }) });
  }

  async reads(text: string): Promise<void> {
    await see(this.line(text), `${this.name} reads “${text}”`);
  }

  notice(text: string | RegExp): Locator {
    return this.log.locator(".notice").filter({ hasText: text });
  }

  /** The texts in the document, oldest first. */
  async texts(): Promise<string[]> {
    return this.log.locator("article .text").allInnerTexts();
  }

  /** The accessible name of an own message's delivery state. */
  async tick(text: string): Promise<string | null> {
    return this.line(text).getByRole("img").getAttribute("aria-label");
  }

  async tickBecomes(text: string, tick: string): Promise<void> {
    // The time of the last change follows the state.
    const name = new RegExp(`^${tick}( .*\\d.*)?$`, "u");
    await see(this.line(text).getByRole("img", { name }), `“${text}” is ${tick}`);
  }

  composer(contact: string): Locator {
    return this.page.getByRole("textbox", { name: this.words.messageTo(contact) });
  }

  async writes(contact: string, text: string): Promise<void> {
    const box = this.composer(contact);
    await box.fill(text);
    await box.press("Enter");
    await until(`the box is empty after “${text.slice(0, 40)}”`, async () => (await box.inputValue()) === "");
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  // The side panel

  get panel(): Locator {
    return this.page.locator("#side-panel");
  }

  async turnsTo(tab: keyof Words["tabs"]): Promise<void> {
    const name = this.words.tabs[tab];
    await this.panel.getByRole("tab", { name, exact: true }).click();
    await see(this.panel.getByRole("tabpanel", { name, exact: true }), `the tab ${name}`);
  }

  /** Searches for a contact in Communication and opens it. */
  async finds(contact: string): Promise<void> {
    await this.show("communication");
    await this.page.getByRole("searchbox", { name: this.words.findContacts }).fill(contact);
    await this.entry(contact).click();
    await this.sees(contact);
  }

  /** Opens an assigned contact in Communication. */
  async turnsToContact(contact: string): Promise<void> {
    await this.show("communication");
    await this.entry(contact).click();
    await this.sees(contact);
  }

  // The connection

  get strip(): Locator {
    return this.page.getByRole("region", { name: this.words.connection });
  }
}
