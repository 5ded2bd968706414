/** The practice provider and its simulated customers. */
import { Program } from "./program";
import { programs } from "./programs";
import { ACCESS_TOKEN, ACCOUNT, APP_SECRET, PHONE_NUMBER_ID } from "./hub";
import { until } from "./wait";

/** One message on a customer's phone. */
export interface PhoneLine {
  readonly writer: "customer" | "business";
  readonly text: string;
  readonly wamid: string;
  readonly tick: string | null;
}

export class Customers {
  readonly provider: string;
  readonly program: Program;

  private constructor(provider: string, program: Program) {
    this.provider = provider;
    this.program = program;
  }

  static async start(hub: string): Promise<Customers> {
    const { program, found } = await Program.start(
      programs().practice,
      [
        ...["--hub", hub, "--account", ACCOUNT, "--phone-number-id", PHONE_NUMBER_ID],
        ...["--app-secret", APP_SECRET, "--access-token", ACCESS_TOKEN, "--no-cast", "--speed", "10"],
      ],
      {},
      (line) => /^provider on (http:\S+)/u.exec(line)?.[1],
    );
    return new Customers(found, program);
  }

  /** The provider withdraws its approval of a template. */
  async withdraws(template: string): Promise<void> {
    await post(`${this.provider}/practice/faults`, { fault: "withdraw_template", name: template });
  }

  /** The provider rejects the access token from now on. */
  async accessExpires(): Promise<void> {
    await post(`${this.provider}/practice/faults`, { fault: "expire_token" });
  }

  /** The provider accepts the access token again. */
  async accessIsRenewed(): Promise<void> {
    await post(`${this.provider}/practice/faults`, { fault: "renew_token" });
  }

  named(name: string): Customer {
    return new Customer(name, `${this.provider}/practice/customers/${encodeURIComponent(name)}`, this.provider);
  }
}

export class Customer {
  readonly name: string;
  readonly #address: string;
  readonly #provider: string;

  constructor(name: string, address: string, provider: string) {
    this.name = name;
    this.#address = address;
    this.#provider = provider;
  }

  /** Writes, and waits until the hub has accepted the delivery. */
  async writes(text: string): Promise<void> {
    await post(`${this.#address}/writes`, { text });
  }

  /** Writes without a phone number: the hub learns only the user id. */
  async writesWithoutNumber(text: string): Promise<void> {
    await post(`${this.#address}/writes`, { text, phone: false });
  }

  /** Writes with a timestamp in the past, as of a message that the provider delivers late. */
  async wrote(text: string, at: number): Promise<void> {
    const timestamp = String(Math.floor(at / 1000));
    await post(`${this.#address}/writes`, { message: { type: "text", text: { body: text }, timestamp } });
  }

  /** Sends a message other than text, in the provider's format. */
  async sends(message: Record<string, unknown>): Promise<void> {
    await post(`${this.#address}/writes`, { message });
  }

  /** Reacts to a message of the business. */
  async reactsTo(text: string, emoji: string): Promise<void> {
    await post(`${this.#address}/reacts`, { to: await this.#lineOf(text), emoji });
  }

  /** Answers a message of the business and quotes it. */
  async repliesTo(text: string, words: string): Promise<void> {
    await post(`${this.#address}/writes`, { text: words, reply_to: await this.#lineOf(text) });
  }

  async #lineOf(text: string): Promise<string> {
    await this.waitsFor(text);
    return (await this.phone()).find((line) => line.text === text)?.wamid ?? "";
  }

  /** Opens the chat, which marks everything delivered as read. */
  async reads(): Promise<void> {
    await post(`${this.#address}/reads`, {});
  }

  /** Everything on their phone, oldest first. */
  async phone(): Promise<PhoneLine[]> {
    const { lines } = (await answer(await fetch(`${this.#address}/phone`))) as { lines: PhoneLine[] };
    return lines;
  }

  /** The texts from the business, oldest first. */
  async got(): Promise<string[]> {
    return (await this.phone()).filter((line) => line.writer === "business").map((line) => line.text);
  }

  /** Waits until the business has written exactly this. */
  async waitsFor(text: string): Promise<void> {
    await until(`${this.name} gets “${text}”`, async () => (await this.got()).includes(text));
  }

  /** The provider will accept the next message to them and then report that it failed with this code. */
  async nextDeliveryFails(code: number): Promise<void> {
    await post(`${this.#provider}/practice/faults`, { fault: "fail_delivery", customer: this.name, code });
  }

  /** The provider will refuse the next message to them with this code. */
  async nextIsRefused(code: number): Promise<void> {
    await post(`${this.#provider}/practice/faults`, { fault: "refuse_send", customer: this.name, code });
  }
}

async function post(address: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  await answer(await fetch(address, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
