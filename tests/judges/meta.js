/**
 * Makes of Meta's own description of its messaging API (GitHub facebook/openapi, business-messaging-api_v23.0.yaml) one
 * that a judge can use. As published it refuses what the provider takes: each change says why. Where it adds what the
 * description does not know yet (3, 4 and 5), the judge is no longer fully independent.
 *
 * node meta.js FROM.yaml TO.json
 */
import { readFileSync, writeFileSync } from "node:fs";

import { parse } from "yaml";

/** The only routes that a hub calls; others are ambiguous with them (6). */
const ROUTES = ["/{Version}/{Phone-Number-ID}/messages", "/{Version}/{WABA-ID}/message_templates"];

const [, , from, to] = process.argv;
const api = parse(readFileSync(from, "utf8"));
const { schemas } = api.components;

// 1. An obsolete field of templates that the provider no longer wants.
schemas.LanguageObject.required = ["code"];

// 2. A list of numbers written as a set of characters.
everyObject(schemas, (one) => {
  if (typeof one.pattern === "string" && one.pattern.includes("2-6, 11-14")) one.pattern = "^[0-9]$";
});

// 3. Read receipts, with the typing indicator, go to the same route, which knows messages only.
schemas.MarkMessageRequestPayload = {
  type: "object",
  additionalProperties: false,
  required: ["messaging_product", "status", "message_id"],
  properties: {
    messaging_product: { type: "string", enum: ["whatsapp"] },
    status: { type: "string", enum: ["read"] },
    message_id: { type: "string" },
    typing_indicator: {
      type: "object",
      additionalProperties: false,
      required: ["type"],
      properties: { type: { type: "string", enum: ["text"] } },
    },
  },
};
const { Message } = schemas;
Message.oneOf.push({ $ref: "#/components/schemas/MarkMessageRequestPayload" });
// They have no type to tell them by.
delete Message.discriminator;

// 4. What has been added since: the echo of a message, and recipients that are no phone number.
const base = schemas.BaseMessageProperties;
base.properties.biz_opaque_callback_data = { type: "string", maxLength: 512 };
base.properties.recipient = { type: "string", pattern: "^[A-Z]{2}\\.[0-9A-Za-z]{1,128}$" };
base.properties.context ??= { type: "object", required: ["message_id"], properties: { message_id: { type: "string" } } };

// 5. One of both must be there. A user id in `to` is taken by the provider and dropped without a word: here it is refused.
base.required = ["messaging_product", "recipient_type", "type"];
base.anyOf = [{ required: ["to"] }, { required: ["recipient"] }];
base.properties.to.pattern = "^\\+?[0-9]{6,20}$";

// 6.
for (const path of Object.keys(api.paths)) if (!ROUTES.includes(path)) delete api.paths[path];

writeFileSync(to, JSON.stringify(api));

function everyObject(value, see) {
  if (typeof value !== "object" || value === null) return;
  see(value);
  Object.values(value).forEach((inner) => everyObject(inner, see));
}
