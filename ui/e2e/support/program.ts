/** A program that was started here, ended by its id. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { PATIENCE } from "./wait";

/** How much of what a program said is kept for the report of a failed story, in lines. */
const KEPT = 200;
/** How long a program may take to end when it is asked to, in milliseconds. */
const GOODBYE = 20_000;

const running = new Set<ChildProcess>();

// Whatever happens to the tests, no program stays behind.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class Program {
  readonly said: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit").finally(() => running.delete(child));
  }

  /** Starts a program and waits for the first line of its output that `wanted` makes something of. */
  static async start<T>(
    path: string,
    args: readonly string[],
    env: Record<string, string>,
    wanted: (line: string) => T | undefined,
  ): Promise<{ program: Program; found: T }> {
    const child = spawn(path, args, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const program = new Program(child);
    const keep = (line: string): void => {
      program.said.push(line);
      if (program.said.length > KEPT) program.said.shift();
    };
    const found = await new Promise<T>((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`${path} ${args.join(" ")} ${why}:\n${program.said.join("\n")}`));
      const timer = setTimeout(() => fail("does not say where it is"), PATIENCE);
      child.once("error", (error) => fail(`does not start (${error.message})`));
      child.once("exit", (code) => fail(`ended with ${code}`));
      createInterface({ input: child.stderr }).on("line", keep);
      createInterface({ input: child.stdout }).on("line", (line) => {
        keep(line);
        const made = wanted(line);
        if (made === undefined) return;
        clearTimeout(timer);
        resolve(made);
      });
    }).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
    return { program, found };
  }

  /** Asks the program to end, as a service manager does, and waits until it has. */
  async end(): Promise<void> {
    if (this.#gone) return;
    const timer = setTimeout(() => {
      this.said.push(`(did not end within ${GOODBYE / 1000} s when asked to)`);
      this.#child.kill("SIGKILL");
    }, GOODBYE);
    this.#child.kill("SIGTERM");
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends the program as a power cut does. */
  async kill(): Promise<void> {
    if (this.#gone) return;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  get #gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** No desktop, no key store, no display: the stories run everywhere, and show nothing on a person's desktop. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  return { ...rest, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent", ...more };
}
