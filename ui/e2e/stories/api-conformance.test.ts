import { expect, test } from "vitest";

import { see, until } from "../support/wait";
import { Judge, noJudge } from "../support/openapi-validator";
import { World } from "../support/testbed";

test("what the hub sends is what Meta's own description of its API takes", async (context) => {
  const why = noJudge();
  if (why !== null) {
    process.stderr.write(`NOT RUN: the judgement of what the hub sends: ${why}.\n`);
    context.skip(`NOT RUN: ${why}`);
    return;
  }
  const judge = await Judge.start();
  const world = await World.open({
    agents: ["Anna"],
    automaticAnswer: true,
    between: (provider) => judge.between(provider),
  });
  try {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");
    for (const text of ["Yes.", "🚲 “Ready” since nine\n\tand paid https://example.com", "x".repeat(4096)]) {
      await anna.writes("Carla", text);
      await carla.waitsFor(text);
    }
    // What was read is marked so, and that she writes is shown.
    await anna.composer("Carla").fill("One more");
    const marks = (): typeof judge.verdicts => judge.verdicts.filter(({ asked }) => asked["status"] === "read");
    await until("Carla sees that her message was read", () => marks().length > 0);
    await until("Carla sees that Anna writes", () => marks().some(({ asked }) => "typing_indicator" in asked));
    await anna.composer("Carla").fill("");

    // Known by a user id alone: it must go into its own field.
    await deniz.writesWithoutNumber("Hello");
    await anna.opens("Deniz");
    await anna.writes("Deniz", "Good morning");
    await see(anna.line("Good morning"));
    await deniz.waitsFor("Good morning");

    // A Notification, chosen from those that the provider lists.
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

    const refused = judge.verdicts.filter(({ status }) => status !== 200);
    expect(refused, "what the description refuses of what the hub sent").toEqual([]);
    const texts = judge.verdicts.map(({ asked }) => asked).filter(({ type }) => type === "text");
    expect(texts).toHaveLength(4);
    expect(texts.filter((asked) => "recipient" in asked && !("to" in asked))).toHaveLength(1);

    expect(
      judge.verdicts.filter(({ call }) => /^GET .*\/message_templates\?/u.test(call)).length,
      "the list was judged as well",
    ).toBeGreaterThan(0);
    const notification = judge.verdicts.map(({ asked }) => asked).find(({ type }) => type === "template") ?? {};
    const { template } = notification as { template: { name: string } };
    expect(template).toMatchObject({
      name: "order_ready",
      components: [{ type: "body", parameters: [{ type: "text" }, { type: "text" }, { type: "text" }] }],
    });

    // The judge can say no: a user id where a number belongs, no recipient, a misspelt field; of a Notification, its
    // name or its language misspelt.
    const { name: _name, ...nameless } = template;
    const [path, said] = ["/v26.0/106540352242922/messages", texts[0] ?? {}];
    const { to: _to, ...nobody } = said;
    for (const wrong of [
      { ...said, to: "US.13491208655302741918" },
      nobody,
      { ...said, text: { boby: "Yes." } },
      { ...notification, template: { ...nameless, nmae: "order_ready" } },
      { ...notification, template: { ...template, language: { cod: "en" } } },
    ]) {
      const { status, why: because } = await judge.judge(path, JSON.stringify(wrong));
      expect(status, JSON.stringify(wrong)).toBe(422);
      expect(because).toContain("Your request is not valid");
    }
  } finally {
    await world.close();
    await judge.end();
  }
});
