import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import { gone, see } from "../support/wait";
import { de, en } from "../support/words";
import { story } from "../support/testbed";

const SAID = [
  {
    words: en,
    notice: "A message was not delivered",
    sentence: "Not delivered. The number may not have WhatsApp, or cannot receive this message.",
    wayOut: "Confirm the number with the contact",
    state: "Not delivered",
  },
  {
    words: de,
    notice: "Eine Nachricht wurde nicht zugestellt",
    sentence: "Nicht zugestellt. Die Nummer hat vielleicht kein WhatsApp oder kann diese Nachricht nicht empfangen.",
    wayOut: "Klären Sie die Nummer mit dem Kontakt auf anderem Weg.",
    state: "Nicht zugestellt",
  },
];

for (const { words, notice, sentence, wayOut, state } of SAID) {
  story(
    `a message that cannot be delivered shows why and what to do (${words.locale})`,
    { agents: ["Anna"] },
    async (testbed) => {
      const carla = testbed.customer("Carla");
      const anna = await testbed.agent("Anna", { words });
      await anna.becomesReady();
      await carla.writes("👋");
      await anna.accepts("Carla");
      await carla.nextDeliveryFails(131026);
      await anna.writes("Carla", "😀 1");
      await anna.tickBecomes("😀 1", state);
      await see(anna.line("😀 1").getByText(sentence), "the reason");
      await see(anna.line("😀 1").getByText(wayOut), "the remedy");
      await see(anna.notice(notice), "the notice");
      expect(await anna.notice(notice).count()).toBe(1);

      // The notice is still there after a reload.
      await anna.writes("Carla", "😀 2");
      await carla.waitsFor("😀 2");
      await anna.page.reload();
      await anna.opens("Carla");
      await anna.tickBecomes("😀 1", state);
      await see(anna.notice(notice));
    },
  );
}

story(
  "Send again repeats the message, and a failed channel shows its warning until it works again",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Is my bicycle ready?");
    await anna.opens("Carla");
    await anna.turnsTo("contact");
    const warning = anna.panel.getByRole("img", { name: /^The last attempt failed/u });

    // An outage of the provider says nothing about the number.
    await carla.nextDeliveryFails(131000);
    await anna.writes("Carla", "Yes.");
    await anna.tickBecomes("Yes.", "Not delivered");
    await see(anna.line("Yes.").getByText("WhatsApp had a problem. Your message was not sent. Try again."));
    await see(anna.notice("A message was not delivered"));
    expect(await warning.count(), "no warning at the number").toBe(0);
    await expectAccessibleInBothThemes(anna, "a message that was not delivered");
    await anna.line("Yes.").getByRole("button", { name: "Send again" }).click();
    await anna.tickBecomes("Yes.", "Delivered");
    await see(anna.line("Yes.").getByText("Attempt 2"));
    expect(await anna.texts(), "one message").toEqual(["Is my bicycle ready?", "Yes."]);
    const arrived = (await carla.phone()).filter((line) => line.writer === "business" && line.tick !== "failed");
    expect(arrived.map((line) => line.text)).toEqual(["Yes."]);

    // A failure of the number shows a warning wherever the number is shown, until Carla writes.
    await carla.nextDeliveryFails(131026);
    await anna.writes("Carla", "Since nine.");
    await anna.tickBecomes("Since nine.", "Not delivered");
    await see(warning);
    await see(anna.panel.getByText("The number may not have WhatsApp", { exact: false }));
    await expectAccessibleInBothThemes(anna, "a channel that failed");
    await anna.show("communication");
    await see(anna.entry("Carla").getByText("Last attempt failed"));
    await carla.writes("Hello?");
    await gone(anna.entry("Carla").getByText("Last attempt failed"));
    await anna.turnsToContact("Carla");
    await see(anna.panel.getByText("Verified"));
    await gone(warning);
  },
);
