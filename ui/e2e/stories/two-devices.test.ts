import { expect } from "vitest";

import { gone, PATIENCE, see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "Anna at two desks: both ring, the first accept wins, both show the conversation",
  { agents: ["Anna"] },
  async (world) => {
    const carla = world.customer("Carla");
    const desk = await world.desk("Anna");
    const laptop = await world.desk("Anna");
    await desk.becomesReady();
    await laptop.is(laptop.words.ready);

    await carla.writes("Hello Anna");
    await desk.rings("Carla");
    await laptop.rings("Carla");
    await laptop.accepts("Carla");
    await gone(desk.offer("Carla"), "the ring at the other desk");
    await desk.opens("Carla");
    await desk.reads("Hello Anna");

    // Either desk writes; both show everything once, in one order.
    await laptop.writes("Carla", "Hello Carla, from my laptop");
    await desk.reads("Hello Carla, from my laptop");
    await desk.writes("Carla", "And from my desk");
    await laptop.reads("And from my desk");
    await carla.writes("Two of you?");
    const all = ["Hello Anna", "Hello Carla, from my laptop", "And from my desk", "Two of you?"];
    for (const one of [desk, laptop]) {
      await one.reads("Two of you?");
      await expect.poll(() => one.texts(), { timeout: PATIENCE }).toEqual(all);
    }
    expect(await carla.got()).toEqual(["Hello Carla, from my laptop", "And from my desk"]);

    await desk.button("End").click();
    await laptop.button("Mark Done").click();
    await gone(desk.button("Mark Done"));
    await until(
      "neither list holds Carla",
      async () => (await desk.entry("Carla").count()) + (await laptop.entry("Carla").count()) === 0,
    );

    // Not Ready at one desk is Not Ready at both.
    await laptop.becomes(laptop.words.notReady);
    await desk.is(desk.words.notReady);
  },
);

story(
  "accepted at both desks in the same moment: one interaction, shown whole at both",
  { agents: ["Anna"] },
  async (world) => {
    const desk = await world.desk("Anna");
    const laptop = await world.desk("Anna");
    await desk.becomesReady();
    await laptop.is(laptop.words.ready);
    // Whichever of the two is first, and in whichever order the news of it arrive.
    for (const name of ["Carla", "Deniz", "Elif", "Farid", "Greta", "Hugo"]) {
      await world.customer(name).writes(`Hello, ${name} here`);
      await desk.rings(name);
      await laptop.rings(name);
      // Pressed as they stand: whoever is second may find the button gone.
      const press = (buttons: (HTMLElement | SVGElement)[]): void =>
        buttons.forEach((it) => (it as HTMLElement).click());
      await Promise.all([desk, laptop].map((one) => one.button(`Accept ${name}`).evaluateAll(press)));
      for (const one of [desk, laptop]) {
        await see(one.entry(name), `${name} in the list`);
        if ((await one.page.getByRole("heading", { level: 2, name, exact: true }).count()) === 0) await one.opens(name);
        await one.reads(`Hello, ${name} here`);
        await see(one.notice("You took this conversation"));
        expect(await one.notice("You took this conversation").count()).toBe(1);
      }
      await desk.button("End").click();
      await desk.button("Mark Done").click();
      await gone(desk.button("Mark Done"));
      await gone(laptop.button("Mark Done"));
    }
  },
);
