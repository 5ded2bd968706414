/** Hub, provider and desks of one story, and the story's frame: nothing stays behind, and no page complained. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, expect, test } from "vitest";

import { App } from "./app";
import { closeBrowser } from "./browser";
import { Customers, type Customer } from "./customers";
import { Desk, type Look } from "./agent-page";
import { Hub, type HubSettings } from "./hub";

/** Where pictures and outputs of failed stories go. */
const EVIDENCE = fileURLToPath(new URL("../../../target/e2e/", import.meta.url));

export class World {
  readonly hub: Hub;
  readonly customers: Customers;
  readonly desks: Desk[] = [];
  readonly #folder: string;
  readonly #others: Hub[] = [];

  private constructor(folder: string, hub: Hub, customers: Customers) {
    this.#folder = folder;
    this.hub = hub;
    this.customers = customers;
  }

  static async open(settings: HubSettings): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "deskbell-story-"));
    const hub = await Hub.at(folder);
    const customers = await Customers.start(hub.url);
    await hub.writeSettings(settings, (await settings.between?.(customers.provider)) ?? customers.provider);
    await hub.start();
    return new World(folder, hub, customers);
  }

  customer(name: string): Customer {
    return this.customers.named(name);
  }

  /** Starts the app of an agent and opens its page. An agent may have several, each with its own data. */
  async desk(agent: string, look?: Look): Promise<Desk> {
    const app = new App(agent, join(this.#folder, `desk-${this.desks.length}`), this.hub.url);
    const desk = await Desk.open(app, look);
    this.desks.push(desk);
    return desk;
  }

  /** An app without a hub of its own settings: practice. */
  async practice(look?: Look): Promise<Desk> {
    const app = new App("You", join(this.#folder, `desk-${this.desks.length}`), null);
    const desk = await Desk.open(app, look);
    this.desks.push(desk);
    return desk;
  }

  /** Another hub with the same agents, at the address where this world's hub was stopped. */
  async anotherHub(agents: readonly string[]): Promise<Hub> {
    const folder = join(this.#folder, `another-hub-${this.#others.length}`);
    await mkdir(folder);
    const hub = await Hub.at(folder, this.hub.address);
    await hub.writeSettings({ agents }, this.customers.provider);
    this.#others.push(hub);
    await hub.start();
    return hub;
  }

  get mistakes(): string[] {
    return this.desks.flatMap((desk) => desk.watch.mistakes);
  }

  /** Keeps what helps to understand a story that failed. */
  async keepEvidence(story: string): Promise<void> {
    const folder = join(EVIDENCE, story.replace(/[^\p{L}\p{N}]+/gu, "-"));
    await mkdir(folder, { recursive: true });
    const said = [
      ...this.mistakes,
      ...["--- hub", ...this.hub.said],
      ...["--- provider", ...this.customers.program.said],
      ...this.desks.flatMap((desk, at) => [`--- desk ${at} of ${desk.agent}`, ...desk.app.said]),
    ];
    await writeFile(join(folder, "said.txt"), said.join("\n"));
    for (const [at, desk] of this.desks.entries()) {
      const path = join(folder, `${at}-${desk.agent}.png`);
      if (!desk.page.isClosed()) await desk.page.screenshot({ path }).catch(() => undefined);
    }
    process.stderr.write(`Evidence of “${story}”: ${folder}\n`);
  }

  async close(): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
    await Promise.all([this.hub, ...this.#others].map((hub) => hub.stop()));
    await this.customers.program.end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Tells one story in a world of its own. */
export function story(name: string, settings: HubSettings, tell: (world: World) => Promise<void>): void {
  test(name, async () => {
    const world = await World.open(settings);
    try {
      await tell(world);
      expect(world.mistakes, "what the pages complained about").toEqual([]);
    } catch (error) {
      await world.keepEvidence(name);
      throw error;
    } finally {
      await world.close();
    }
  });
}

afterAll(closeBrowser);
