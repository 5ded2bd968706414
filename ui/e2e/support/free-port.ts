import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that the system gives to clients, so that no outgoing connection takes one before it is used. */
const [FIRST, END] = [20_000, 32_768];

/** A TCP port of the loopback address on which nothing listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
