/** The app of one agent as it runs without a display: `deskbell --browser`. */
import { passwordOf } from "./hub";
import { Program } from "./program";
import { programs } from "./programs";

export class App {
  readonly agent: string;
  /** The data folder; it survives a restart. */
  readonly folder: string;
  readonly #arguments: readonly string[];
  #program: Program | null = null;

  constructor(agent: string, folder: string, hub: string | null) {
    this.agent = agent;
    this.folder = folder;
    this.#arguments = hub === null ? [] : ["--hub", hub, "--agent", agent];
  }

  /** Starts the app, also again with the data of its last run. Returns the one-time address. */
  async start(): Promise<string> {
    const { program, found } = await Program.start(
      programs().app,
      ["--browser", "--data", this.folder, ...this.#arguments],
      { DESKBELL_PASSWORD: passwordOf(this.agent) },
      (line) => /^Open (http:\/\/127\.0\.0\.1:\S+)/u.exec(line)?.[1],
    );
    this.#program = program;
    return found;
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  get output(): readonly string[] {
    return this.#program?.output ?? [];
  }
}
