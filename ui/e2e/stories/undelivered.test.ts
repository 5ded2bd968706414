import { expect } from "vitest";

import { gone, see } from "../support/patience";
import { de, en } from "../support/words";
import { story } from "../support/world";

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
  story(`a message that cannot be delivered says so, why, and what to do (${words.locale})`, { agents: ["Anna"] }, async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna", { words });
    await anna.becomesReady();
    await carla.writes("👋");
    await anna.accepts("Carla");
    await carla.nextDeliveryFails(131026);
    await anna.writes("Carla", "😀 1");
    await anna.tickBecomes("😀 1", state);
    await see(anna.line("😀 1").getByText(sentence), "the reason");
    await see(anna.line("😀 1").getByText(wayOut), "the way out");
    await see(anna.notice(notice), "the line of the system");
    expect(await anna.notice(notice).count()).toBe(1);

    // The conversation goes on, and the line stays after the page is loaded anew.
    await anna.writes("Carla", "😀 2");
    await carla.waitsFor("😀 2");
    await anna.page.reload();
    await anna.opens("Carla");
    await anna.tickBecomes("😀 1", state);
    await see(anna.notice(notice));
  });
}

story("a window that closes while Anna writes locks the composer and says why", { agents: ["Anna"] }, async (world) => {
  const carla = world.customer("Carla");
  const anna = await world.desk("Anna");
  await anna.becomesReady();
  const HOUR = 3_600_000;
  // A message that the provider could not bring for almost a day: twenty seconds of its window are left.
  await carla.wrote("Is anybody there?", Date.now() - 24 * HOUR + 20_000);
  await anna.accepts("Carla");
  await see(anna.line("Is anybody there?").getByText("Arrived late"));
  const box = anna.composer("Carla");
  expect(await box.isEditable()).toBe(true);
  await box.fill("I am");
  await see(anna.page.getByText(/^The 24-hour window closed .+\. You can write again once the contact has written\.$/u));
  await see(anna.page.getByText("Window closed").first());
  expect(await box.isEditable(), "the composer is locked").toBe(false);
  expect(await box.inputValue(), "what was written is kept").toBe("I am");
  expect(await anna.button("Send").isDisabled()).toBe(true);
  await box.press("Enter");

  // The contact writes: it opens again, with what was written.
  await carla.writes("Hello?");
  await gone(anna.page.getByText(/^The 24-hour window closed/u));
  expect(await box.isEditable()).toBe(true);
  await box.press("Enter");
  await carla.waitsFor("I am");
  expect(await carla.got()).toEqual(["I am"]);
});

story("what waited for the connection while the window closed is held back, and asks", { agents: ["Anna"] }, async (world) => {
  const carla = world.customer("Carla");
  const anna = await world.desk("Anna");
  await anna.becomesReady();
  await carla.wrote("Can you help me?", Date.now() - 24 * 3_600_000 + 20_000);
  await anna.accepts("Carla");
  await world.hub.stop();
  await see(anna.strip.getByText("No connection to the hub."));
  await anna.writes("Carla", "Gladly!");
  await anna.tickBecomes("Gladly!", anna.words.waits);
  await see(anna.page.getByText(/^The 24-hour window closed/u));
  await world.hub.start();
  await anna.tickBecomes("Gladly!", "Held back: the window has closed");
  expect(await carla.got()).toEqual([]);

  // Carla writes again, Anna tries again.
  await carla.writes("Hello?");
  await anna.reads("Hello?");
  await anna.line("Gladly!").getByRole("button", { name: "Try again" }).click();
  await carla.waitsFor("Gladly!");
  expect(await carla.got()).toEqual(["Gladly!"]);
});
