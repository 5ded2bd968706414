/** A child process of the tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { TIMEOUT } from "./wait";

/** How many lines of output are kept for the report of a failed story. */
const MAX_LINES = 200;
/** How long a program may take to exit after SIGTERM, in milliseconds. */
const EXIT_TIMEOUT = 20_000;

const running = new Set<ChildProcess>();

// No program outlives the test process.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class Program {
  readonly output: string[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, "exit").finally(() => running.delete(child));
  }

  /** Starts a program and waits for the first line of its output that `parse` returns a value for. */
  static async start<T>(
    path: string,
    args: readonly string[],
    env: Record<string, string>,
    parse: (line: string) => T | undefined,
  ): Promise<{ program: Program; found: T }> {
    const child = spawn(path, args, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const program = new Program(child);
    const keep = (line: string): void => {
      program.output.push(line);
      if (program.output.length > MAX_LINES) program.output.shift();
    };
    const found = await new Promise<T>((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`${path} ${args.join(" ")} ${why}:\n${program.output.join("\n")}`));
      const timer = setTimeout(() => fail("did not print its address in time"), TIMEOUT);
      child.once("error", (error) => fail(`does not start (${error.message})`));
      child.once("exit", (code) => fail(`ended with ${code}`));
      createInterface({ input: child.stderr }).on("line", keep);
      createInterface({ input: child.stdout }).on("line", (line) => {
        keep(line);
        const parsed = parse(line);
        if (parsed === undefined) return;
        clearTimeout(timer);
        resolve(parsed);
      });
    }).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
    return { program, found };
  }

  /** Sends SIGTERM and waits for the exit. */
  async stop(): Promise<void> {
    if (this.#exited) return;
    const timer = setTimeout(() => {
      this.output.push(`(did not exit within ${EXIT_TIMEOUT / 1000} s after SIGTERM)`);
      this.#child.kill("SIGKILL");
    }, EXIT_TIMEOUT);
    this.#child.kill("SIGTERM");
    await this.#exit;
    clearTimeout(timer);
  }

  /** Kills the program and waits for the exit. */
  async kill(): Promise<void> {
    if (this.#exited) return;
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  get #exited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** The environment without display and session bus: the stories need no desktop and show nothing on one. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
  const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  return { ...rest, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent", ...more };
}
