/** A hub as an administrator runs it: a process with its own folder and settings file. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { freePort } from "./free-port";
import { Program } from "./program";
import { programs } from "./programs";

export const ACCOUNT = "support";
export const PHONE_NUMBER_ID = "106540352242922";
/** The account's phone number. */
export const OUR_NUMBER = "+1 555 078 3881";
/** The business account at the practice provider, which lists its templates. */
const BUSINESS_ACCOUNT = "102290129340398";
export const APP_SECRET = "an app secret of the stories";
export const ACCESS_TOKEN = "an access token of the stories";

export interface HubSettings {
  readonly agents: readonly string[];
  /** How long an offer rings, in seconds. Long by default, so that no story depends on a deadline. */
  readonly offerSeconds?: number;
  readonly automaticAnswer?: boolean;
  /** Starts a proxy in front of the provider, given the provider's address, and returns the address for the hub. */
  readonly proxy?: (provider: string) => Promise<string>;
  /** Paths of the dispositions; where there are some, Done requires one. */
  readonly dispositions?: readonly (readonly string[])[];
  /** The case fields, in the order in which they are shown. */
  readonly caseFields?: readonly { readonly key: string; readonly label: string; readonly editable: boolean }[];
  /** How many interactions an agent may handle at once. */
  readonly capacity?: number;
  /** Whether agents may write in Communication, without opening the interaction. */
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

  /** A hub, not started yet, on a free port or on the address given. */
  static async at(folder: string, address?: string): Promise<Hub> {
    return new Hub(folder, address ?? `127.0.0.1:${await freePort()}`);
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get output(): readonly string[] {
    return this.#program?.output ?? [];
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

  /** Starts the hub, also again with its data. */
  async start(): Promise<void> {
    const { program } = await Program.start(
      programs().hub,
      ["serve", "--config", join(this.#folder, "hub.toml")],
      {},
      (line) => line.startsWith("listening on ") || undefined,
    );
    this.#program = program;
  }

  /** Runs an administrator's command on the hub's machine, such as `agent`, `revoke`, `Anna`. */
  async administer(...command: readonly string[]): Promise<void> {
    const settings = ["--config", join(this.#folder, "hub.toml")];
    await promisify(execFile)(programs().hub, [...command, ...settings]);
  }

  /** Kills the hub, which cuts every connection. */
  async stop(): Promise<void> {
    await this.#program?.kill();
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
