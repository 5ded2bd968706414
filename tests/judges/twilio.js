/**
 * Judges of the SMS channel that nobody of us wrote: an emulator of Twilio (npm emulate), and the signature check of
 * Twilio's own library (npm twilio).
 *
 * node twilio.js SEED
 *
 * SEED is the emulator's configuration as JSON. The first line of output is the emulator's address. Each line of input
 * is a JSON object: `token`, `url`, `form` (the body as it is posted) and perhaps `signature`. Each is answered with a line:
 * `expected`, the signature that the library computes, and `valid`, its verdict on the one that was given.
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { createEmulator } from "emulate";
import twilio from "twilio";

const [, , seed] = process.argv;
const port = await freePort();
const emulator = await createEmulator({ service: "twilio", port, seed: JSON.parse(seed) });
// The emulator listens on every address; `localhost` may be another one than a client of IPv4 takes.
console.log(`http://127.0.0.1:${port}`);

const { getExpectedTwilioSignature, validateRequest } = twilio;
for await (const line of createInterface({ input: process.stdin })) {
  const { token, url, form, signature } = JSON.parse(line);
  const fields = parameters(form);
  const expected = getExpectedTwilioSignature(token, url, fields);
  console.log(JSON.stringify({ expected, valid: validateRequest(token, signature ?? "", url, fields) }));
}
await emulator.close();
process.exit(0);

/** The fields of a form as Express hands them to the library: a name that is there several times has a list. */
function parameters(form) {
  const fields = {};
  for (const [name, value] of new URLSearchParams(form)) {
    fields[name] = name in fields ? [fields[name], value].flat() : value;
  }
  return fields;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
