/** Prism with Meta's own description of its API: a judge of what the hub sends that nobody of us wrote. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Program } from "./program";

const FOLDER = fileURLToPath(new URL("../../../tests/judges/", import.meta.url));
const PRISM = join(FOLDER, "node_modules/@stoplight/prism-cli/dist/index.js");

/** Why there is no judge here, or null. The description is Meta's and is not part of this project. */
export function noJudge(): string | null {
  const description = process.env["DESKBELL_META_OPENAPI"];
  if (description === undefined) {
    return "Meta's description of its API, business-messaging-api_v23.0.yaml, was not found; `cargo xtask test` looks for it, DESKBELL_META_OPENAPI names it";
  }
  if (!existsSync(description)) return `DESKBELL_META_OPENAPI names ${description}, which is not there`;
  if (!existsSync(PRISM)) return "Prism is not installed: run `npm ci` in tests/judges";
  return null;
}

export interface Verdict {
  /** What was to be done, such as `POST /v26.0/106/messages`. */
  readonly call: string;
  /** What was said with it; empty where nothing is said. */
  readonly asked: Record<string, unknown>;
  readonly status: number;
  readonly why: string;
}

export class Judge {
  readonly verdicts: Verdict[] = [];
  readonly #prism: Program;
  readonly #address: string;
  #between: Server | null = null;

  private constructor(prism: Program, address: string) {
    this.#prism = prism;
    this.#address = address;
  }

  static async start(): Promise<Judge> {
    const patched = join(tmpdir(), `deskbell-meta-${process.pid}.json`);
    execFileSync(process.execPath, [join(FOLDER, "meta.js"), process.env["DESKBELL_META_OPENAPI"] ?? "", patched]);
    const { program, found } = await Program.start(
      process.execPath,
      [PRISM, "mock", patched, "--errors", "--host", "127.0.0.1", "--port", String(await freePort())],
      {},
      (line) => /listening on (http:\/\/127\.0\.0\.1:\d+)/u.exec(line)?.[1],
    );
    return new Judge(program, found);
  }

  /** What the description says about a request; without a body, one that only asks. */
  async judge(path: string, body = "", agent = "deskbell/1.0.0"): Promise<Verdict> {
    const headers = { authorization: "Bearer a-token", "user-agent": agent };
    const response = await fetch(this.#address + path, call(headers, body));
    return {
      call: `${body === "" ? "GET" : "POST"} ${path}`,
      asked: JSON.parse(body === "" ? "{}" : body) as Record<string, unknown>,
      status: response.status,
      why: await response.text(),
    };
  }

  /** Stands between hub and provider: everything goes on to the provider, once it has been judged. */
  async between(provider: string): Promise<string> {
    const server = createServer((request, answer) => {
      void (async () => {
        const body = await whole(request);
        this.verdicts.push(await this.judge(request.url ?? "", body, request.headers["user-agent"]));
        const { authorization = "" } = request.headers;
        const response = await fetch(provider + (request.url ?? ""), call({ authorization }, body));
        answer.writeHead(response.status, { "content-type": "application/json" }).end(await response.text());
      })().catch((error: unknown) => answer.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#between = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async end(): Promise<void> {
    this.#between?.closeAllConnections();
    this.#between?.close();
    await this.#prism.end();
  }
}

function call(headers: Record<string, string>, body: string): RequestInit {
  return body === ""
    ? { headers }
    : { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
}

async function whole(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += String(part);
  return body;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
