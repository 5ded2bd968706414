/** A hub as an administrator runs it: its own process and folder, settings in a file. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { Program } from "./program";
import { programs } from "./programs";

export const ACCOUNT = "support";
export const PHONE_NUMBER_ID = "106540352242922";
/** The account's number, as people dial it. */
export const OUR_NUMBER = "+1 555 078 3881";
/** The business account at the practice provider; its notifications are listed there. */
const BUSINESS_ACCOUNT = "102290129340398";
export const APP_SECRET = "an app secret of the stories";
export const ACCESS_TOKEN = "an access token of the stories";

export interface HubSettings {
  readonly agents: readonly string[];
  /** How long an offer rings, in seconds. Long by default, so that no story depends on a deadline by chance. */
  readonly offerSeconds?: number;
  readonly automaticAnswer?: boolean;
  /** Puts something between hub and provider: given the provider's address, it says which one the hub is told. */
  readonly between?: (provider: string) => Promise<string>;
  /** How an interaction may have gone; whoever names some must choose one before Done. */
  readonly dispositions?: readonly (readonly string[])[];
  /** Facts about a case that are shown, in their order. */
  readonly caseFields?: readonly { readonly key: string; readonly label: string; readonly editable: boolean }[];
  /** How many interactions an agent handles at once. */
  readonly capacity?: number;
  /** Whether agents may write where they look contacts up, without opening the interaction. */
  readonly writeAMessage?: boolean;
}

export const passwordOf = (agent: string): string => `the password of ${agent}`;

export class Hub {
  readonly address: string;
  readonly #folder: string;
  #program: Program | null = null;

  private constructor(folder: string, address: string) {
    this.#folder = folder;
    this.address = address;
  }

  /** A hub that will listen on a port that is free now, or at the address of another one. Not started yet. */
  static async at(folder: string, address?: string): Promise<Hub> {
    return new Hub(folder, address ?? (await freeAddress()));
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get said(): readonly string[] {
    return this.#program?.said ?? [];
  }

  async writeSettings(settings: HubSettings, provider: string): Promise<void> {
    const agents = settings.agents.map(
      (name) => `[[agent]]\nname = ${quoted(name)}\npassword = ${quoted(passwordOf(name))}\nqueues = ["Service"]\n`,
    );
    const dispositions = (settings.dispositions ?? []).map(
      (path, at) => `[[disposition]]\nid = "d${at}"\npath = [${path.map(quoted).join(", ")}]\n`,
    );
    const caseFields = (settings.caseFields ?? []).map(
      ({ key, label, editable }) =>
        `[[case_field]]\nkey = ${quoted(key)}\nlabel = ${quoted(label)}\neditable = ${editable}\n`,
    );
    const text = `
name = "Lindenhof"
listen = "${this.address}"
data_dir = "data"

[[queue]]
name = "Service"

${agents.join("\n")}
[[account]]
name = "${ACCOUNT}"
channel = "whatsapp"
queue = "Service"
phone_number_id = "${PHONE_NUMBER_ID}"
number = "${OUR_NUMBER}"
waba_id = "${BUSINESS_ACCOUNT}"
access_token = "${ACCESS_TOKEN}"
app_secrets = ["${APP_SECRET}"]
verify_token = "a verify token of the stories"
base_url = "${provider}"
offer_seconds = ${settings.offerSeconds ?? 600}
automatic_answer = ${settings.automaticAnswer ?? false}

${dispositions.join("\n")}
${caseFields.join("\n")}
[routing]
capacity = ${settings.capacity ?? 4}

[screen]
disposition_required = ${dispositions.length > 0}
write_a_message = ${settings.writeAMessage ?? true}
`;
    await writeFile(join(this.#folder, "hub.toml"), text, { mode: 0o600 });
  }

  /** Starts the hub, or starts it again where it was. */
  async start(): Promise<void> {
    const { program } = await Program.start(
      programs().hub,
      ["serve", "--config", join(this.#folder, "hub.toml")],
      {},
      (line) => line.startsWith("listening on ") || undefined,
    );
    this.#program = program;
  }

  /** Runs a command of an administrator, on the hub's machine: `agent`, `revoke`, `Anna`. */
  async administer(...command: readonly string[]): Promise<void> {
    const settings = ["--config", join(this.#folder, "hub.toml")];
    await promisify(execFile)(programs().hub, [...command, ...settings]);
  }

  /** Makes the hub unreachable: whoever is connected notices at once. */
  async stop(): Promise<void> {
    await this.#program?.kill();
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
