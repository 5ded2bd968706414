import { expect, test } from "vitest";

import { see, until } from "../support/wait";
import { OpenApiValidator, missingPrerequisite } from "../support/openapi-validator";
import { Testbed } from "../support/testbed";

test("the hub's requests conform to Meta's OpenAPI description", async (context) => {
  const why = missingPrerequisite();
  if (why !== null) {
    process.stderr.write(`NOT RUN: the validation of the hub's requests: ${why}.\n`);
    context.skip(`NOT RUN: ${why}`);
    return;
  }
  const validator = await OpenApiValidator.start();
  const testbed = await Testbed.open({
    agents: ["Anna"],
    automaticAnswer: true,
    proxy: (provider) => validator.proxy(provider),
  });
  try {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");
    for (const text of ["Yes.", "🚲 “Ready” since nine\n\tand paid https://example.com", "x".repeat(4096)]) {
      await anna.writes("Carla", text);
      await carla.waitsFor(text);
    }
    // Read receipts and the typing indicator.
    await anna.composer("Carla").fill("One more");
    const marks = (): typeof validator.results =>
      validator.results.filter(({ request }) => request["status"] === "read");
    await until("the hub reports the message as read", () => marks().length > 0);
    await until("the hub reports that Anna is typing", () =>
      marks().some(({ request }) => "typing_indicator" in request),
    );
    await anna.composer("Carla").fill("");

    // A contact known by a user id alone, which has a request field of its own.
    await deniz.writesWithoutNumber("Hello");
    await anna.opens("Deniz");
    await anna.writes("Deniz", "Good morning");
    await see(anna.line("Good morning"));
    await deniz.waitsFor("Good morning");

    // A Notification from the provider's list.
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    await anna.panel
      .getByRole("button", { name: /order ready/u })
      .filter({ hasText: "collect" })
      .click();
    const form = anna.panel.getByRole("form", { name: "Fill in" });
    for (const [field, value] of [
      ["name", "Carla"],
      ["thing", "bicycle"],
      ["day", "Friday"],
    ] as const)
      await form.getByLabel(field).fill(value);
    await form.getByRole("button", { name: "Send" }).click();
    await carla.waitsFor("Hello Carla, your bicycle is ready. You can collect it until Friday.");

    const refused = validator.results.filter(({ status }) => status !== 200);
    expect(refused, "requests that do not conform").toEqual([]);
    const texts = validator.results.map(({ request }) => request).filter(({ type }) => type === "text");
    expect(texts).toHaveLength(4);
    expect(texts.filter((request) => "recipient" in request && !("to" in request))).toHaveLength(1);

    expect(
      validator.results.filter(({ call }) => /^GET .*\/message_templates\?/u.test(call)).length,
      "the request for the list was validated too",
    ).toBeGreaterThan(0);
    const notification = validator.results.map(({ request }) => request).find(({ type }) => type === "template") ?? {};
    const { template } = notification as { template: { name: string } };
    expect(template).toMatchObject({
      name: "order_ready",
      components: [{ type: "body", parameters: [{ type: "text" }, { type: "text" }, { type: "text" }] }],
    });

    // Invalid requests are detected: a user id as number, no recipient, a misspelt field; of a Notification its name
    // or its language misspelt.
    const { name: _name, ...nameless } = template;
    const [path, text] = ["/v26.0/106540352242922/messages", texts[0] ?? {}];
    const { to: _to, ...nobody } = text;
    for (const wrong of [
      { ...text, to: "US.13491208655302741918" },
      nobody,
      { ...text, text: { boby: "Yes." } },
      { ...notification, template: { ...nameless, nmae: "order_ready" } },
      { ...notification, template: { ...template, language: { cod: "en" } } },
    ]) {
      const { status, why: because } = await validator.validate(path, JSON.stringify(wrong));
      expect(status, JSON.stringify(wrong)).toBe(422);
      expect(because).toContain("Your request is not valid");
    }
  } finally {
    await testbed.close();
    await validator.stop();
  }
});
