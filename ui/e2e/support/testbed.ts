/** Hub, provider and apps of one story. After each story everything is stopped, and no page may have had a problem. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, expect, test } from "vitest";

import { App } from "./app";
import { closeBrowser } from "./browser";
import { Customers, type Customer } from "./customers";
import { AgentPage, type PageOptions } from "./agent-page";
import { Hub, type HubSettings } from "./hub";

/** Where screenshots and outputs of failed stories are written. */
const EVIDENCE = fileURLToPath(new URL("../../../target/e2e/", import.meta.url));

export class Testbed {
  readonly hub: Hub;
  readonly customers: Customers;
  readonly agents: AgentPage[] = [];
  readonly #folder: string;
  readonly #others: Hub[] = [];

  private constructor(folder: string, hub: Hub, customers: Customers) {
    this.#folder = folder;
    this.hub = hub;
    this.customers = customers;
  }

  static async open(settings: HubSettings): Promise<Testbed> {
    const folder = await mkdtemp(join(tmpdir(), "deskbell-story-"));
    const hub = await Hub.at(folder);
    const customers = await Customers.start(hub.url);
    await hub.writeSettings(settings, (await settings.proxy?.(customers.provider)) ?? customers.provider);
    await hub.start();
    return new Testbed(folder, hub, customers);
  }

  customer(name: string): Customer {
    return this.customers.named(name);
  }

  /** Starts an app for an agent and opens its page. One agent may have several apps, each with its own data. */
  async agent(name: string, options?: PageOptions): Promise<AgentPage> {
    const app = new App(name, join(this.#folder, `app-${this.agents.length}`), this.hub.url);
    const agent = await AgentPage.open(app, options);
    this.agents.push(agent);
    return agent;
  }

  /** Starts an app in practice mode and opens its page. */
  async practice(options?: PageOptions): Promise<AgentPage> {
    const app = new App("You", join(this.#folder, `app-${this.agents.length}`), null);
    const agent = await AgentPage.open(app, options);
    this.agents.push(agent);
    return agent;
  }

  /** Starts another hub with these agents at the address of the first one, which must be stopped. */
  async anotherHub(agents: readonly string[]): Promise<Hub> {
    const folder = join(this.#folder, `another-hub-${this.#others.length}`);
    await mkdir(folder);
    const hub = await Hub.at(folder, this.hub.address);
    await hub.writeSettings({ agents }, this.customers.provider);
    this.#others.push(hub);
    await hub.start();
    return hub;
  }

  get problems(): string[] {
    return this.agents.flatMap((agent) => agent.monitor.problems);
  }

  /** Writes screenshots and outputs of a failed story. */
  async keepEvidence(story: string): Promise<void> {
    const folder = join(EVIDENCE, story.replace(/[^\p{L}\p{N}]+/gu, "-"));
    await mkdir(folder, { recursive: true });
    const output = [
      ...this.problems,
      ...["--- hub", ...this.hub.output],
      ...["--- provider", ...this.customers.program.output],
      ...this.agents.flatMap((agent, at) => [`--- app ${at} of ${agent.name}`, ...agent.app.output]),
    ];
    await writeFile(join(folder, "output.txt"), output.join("\n"));
    for (const [at, agent] of this.agents.entries()) {
      const path = join(folder, `${at}-${agent.name}.png`);
      if (!agent.page.isClosed()) await agent.page.screenshot({ path }).catch(() => undefined);
    }
    process.stderr.write(`Evidence of “${story}”: ${folder}\n`);
  }

  async close(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.close()));
    await Promise.all([this.hub, ...this.#others].map((hub) => hub.stop()));
    await this.customers.program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Runs one story in a testbed of its own. */
export function story(name: string, settings: HubSettings, run: (testbed: Testbed) => Promise<void>): void {
  test(name, async () => {
    const testbed = await Testbed.open(settings);
    try {
      await run(testbed);
      expect(testbed.problems, "problems of the pages").toEqual([]);
    } catch (error) {
      await testbed.keepEvidence(name);
      throw error;
    } finally {
      await testbed.close();
    }
  });
}

afterAll(closeBrowser);
