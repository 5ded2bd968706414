/** Validates the hub's requests to the provider against Meta's own OpenAPI description, by Prism. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePort } from "./free-port";
import { Program } from "./program";

const FOLDER = fileURLToPath(new URL("../../../tests/judges/", import.meta.url));
const PRISM = join(FOLDER, "node_modules/@stoplight/prism-cli/dist/index.js");

/** Why requests cannot be validated here, or null. The description is Meta's and not part of this project. */
export function missingPrerequisite(): string | null {
  const description = process.env["DESKBELL_META_OPENAPI"];
  if (description === undefined) {
    return "Meta's description of its API, business-messaging-api_v23.0.yaml, was not found; `cargo xtask test` looks for it, DESKBELL_META_OPENAPI names it";
  }
  if (!existsSync(description)) return `DESKBELL_META_OPENAPI names ${description}, which is not there`;
  if (!existsSync(PRISM)) return "Prism is not installed: run `npm ci` in tests/judges";
  return null;
}

export interface ValidationResult {
  /** The request line, such as `POST /v26.0/106/messages`. */
  readonly call: string;
  /** The request's body; an empty object without one. */
  readonly request: Record<string, unknown>;
  readonly status: number;
  readonly why: string;
}

export class OpenApiValidator {
  readonly results: ValidationResult[] = [];
  readonly #prism: Program;
  readonly #address: string;
  #proxy: Server | null = null;

  private constructor(prism: Program, address: string) {
    this.#prism = prism;
    this.#address = address;
  }

  static async start(): Promise<OpenApiValidator> {
    const patched = join(tmpdir(), `deskbell-meta-${process.pid}.json`);
    execFileSync(process.execPath, [join(FOLDER, "meta.js"), process.env["DESKBELL_META_OPENAPI"] ?? "", patched]);
    const { program, found } = await Program.start(
      process.execPath,
      [PRISM, "mock", patched, "--errors", "--host", "127.0.0.1", "--port", String(await freePort())],
      {},
      (line) => /listening on (http:\/\/127\.0\.0\.1:\d+)/u.exec(line)?.[1],
    );
    return new OpenApiValidator(program, found);
  }

  /** Validates a POST with this body, or without one a GET. */
  async validate(path: string, body = "", agent = "deskbell/1.0.0"): Promise<ValidationResult> {
    const headers = { authorization: "Bearer a-token", "user-agent": agent };
    const response = await fetch(this.#address + path, call(headers, body));
    return {
      call: `${body === "" ? "GET" : "POST"} ${path}`,
      request: JSON.parse(body === "" ? "{}" : body) as Record<string, unknown>,
      status: response.status,
      why: await response.text(),
    };
  }

  /** Starts a proxy that validates each request and passes it on to the provider; returns its address. */
  async proxy(provider: string): Promise<string> {
    const server = createServer((request, answer) => {
      void (async () => {
        const body = await whole(request);
        this.results.push(await this.validate(request.url ?? "", body, request.headers["user-agent"]));
        const { authorization = "" } = request.headers;
        const response = await fetch(provider + (request.url ?? ""), call({ authorization }, body));
        answer.writeHead(response.status, { "content-type": "application/json" }).end(await response.text());
      })().catch((error: unknown) => answer.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#proxy = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#proxy?.closeAllConnections();
    this.#proxy?.close();
    await this.#prism.stop();
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
