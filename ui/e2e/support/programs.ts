/** The programs that the stories run, and how to get a missing one. */
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Programs {
  readonly app: string;
  readonly hub: string;
  readonly practice: string;
  readonly chromium: string;
}

const BUILT = fileURLToPath(new URL("../../../target/debug/", import.meta.url));
const EXE = process.platform === "win32" ? ".exe" : "";

interface Wanted {
  readonly variable: string;
  readonly path: string;
  readonly get: string;
}

const WANTED: Record<keyof Programs, Wanted> = {
  app: { variable: "DESKBELL_BIN", path: `${BUILT}deskbell${EXE}`, get: "cargo build" },
  hub: { variable: "DESKBELL_HUB_BIN", path: `${BUILT}deskbell-hub${EXE}`, get: "cargo build -p deskbell-hub" },
  practice: {
    variable: "DESKBELL_PRACTICE_BIN",
    path: `${BUILT}deskbell-practice${EXE}`,
    get: "cargo build -p deskbell-practice",
  },
  chromium: { variable: "DESKBELL_CHROMIUM", path: "/usr/bin/chromium", get: "apt install chromium" },
};

/** The path of each program. Throws with one sentence for each that is missing. */
export function programs(): Programs {
  const missing: string[] = [];
  const find = ({ variable, path, get }: Wanted): string => {
    const found = process.env[variable] ?? path;
    try {
      accessSync(found, constants.X_OK);
    } catch {
      missing.push(`${found} is missing: run \`${get}\`, or name the program in ${variable}.`);
    }
    return found;
  };
  const all = {
    app: find(WANTED.app),
    hub: find(WANTED.hub),
    practice: find(WANTED.practice),
    chromium: find(WANTED.chromium),
  };
  if (missing.length > 0) {
    throw new Error(["The stories cannot run.", ...missing, "`cargo xtask test` installs everything."].join("\n"));
  }
  return all;
}

/** Global setup: fails once if a program is missing, instead of once for each story. */
export default function setup(): void {
  programs();
}
