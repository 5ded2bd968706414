import { expect } from "vitest";

import { gone, TIMEOUT, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "one agent on two devices: both ring, the first accept wins, both show the conversation",
  { agents: ["Anna"] },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const desktop = await testbed.agent("Anna");
    const laptop = await testbed.agent("Anna");
    await desktop.becomesReady();
    await laptop.is(laptop.words.ready);

    await carla.writes("Hello Anna");
    await desktop.rings("Carla");
    await laptop.rings("Carla");
    await laptop.accepts("Carla");
    await gone(desktop.offer("Carla"), "the offer on the other device");
    await desktop.opens("Carla");
    await desktop.reads("Hello Anna");

    // Both devices write; both show every message once, in one order.
    await laptop.writes("Carla", "Hello Carla, from my laptop");
    await desktop.reads("Hello Carla, from my laptop");
    await desktop.writes("Carla", "And from my desk");
    await laptop.reads("And from my desk");
    await carla.writes("Two of you?");
    const all = ["Hello Anna", "Hello Carla, from my laptop", "And from my desk", "Two of you?"];
    for (const one of [desktop, laptop]) {
      await one.reads("Two of you?");
      await expect.poll(() => one.texts(), { timeout: TIMEOUT }).toEqual(all);
    }
    expect(await carla.got()).toEqual(["Hello Carla, from my laptop", "And from my desk"]);

    await desktop.button("End").click();
    await laptop.button("Mark Done").click();
    await gone(desktop.button("Mark Done"));
    await until(
      "Carla is in neither list",
      async () => (await desktop.entry("Carla").count()) + (await laptop.entry("Carla").count()) === 0,
    );

    // Not Ready on one device is Not Ready on both.
    await laptop.becomes(laptop.words.notReady);
    await desktop.is(desktop.words.notReady);
  },
);

story("accepted on both devices at once: one interaction, complete on both", { agents: ["Anna"] }, async (testbed) => {
  const desktop = await testbed.agent("Anna");
  const laptop = await testbed.agent("Anna");
  await desktop.becomesReady();
  await laptop.is(laptop.words.ready);
  // In every order of the two requests and the events.
  for (const name of ["Carla", "Deniz", "Elif", "Farid", "Greta", "Hugo"]) {
    await testbed.customer(name).writes(`Hello, ${name} here`);
    await desktop.rings(name);
    await laptop.rings(name);
    // Pressed without waiting: the second device may find the button gone.
    const press = (buttons: (HTMLElement | SVGElement)[]): void => buttons.forEach((it) => (it as HTMLElement).click());
    await Promise.all([desktop, laptop].map((one) => one.button(`Accept ${name}`).evaluateAll(press)));
    for (const one of [desktop, laptop]) {
      await see(one.entry(name), `${name} in the list`);
      if ((await one.page.getByRole("heading", { level: 2, name, exact: true }).count()) === 0) await one.opens(name);
      await one.reads(`Hello, ${name} here`);
      await see(one.notice("You accepted this conversation"));
      expect(await one.notice("You accepted this conversation").count()).toBe(1);
    }
    await desktop.button("End").click();
    await desktop.button("Mark Done").click();
    await gone(desktop.button("Mark Done"));
    await gone(laptop.button("Mark Done"));
  }
});
