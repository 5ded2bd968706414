import { expect } from "vitest";

import { gone, see, until } from "../support/patience";
import { story } from "../support/world";

story("Anna at two desks: both ring, the first accept wins, both show the conversation", { agents: ["Anna"] }, async (world) => {
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
    expect(await one.texts()).toEqual(all);
  }
  expect(await carla.got()).toEqual(["Hello Carla, from my laptop", "And from my desk"]);

  await desk.button("End").click();
  await laptop.button("Mark Done").click();
  await gone(desk.button("Mark Done"));
  await until("neither list holds Carla", async () => (await desk.entry("Carla").count()) + (await laptop.entry("Carla").count()) === 0);

  // Not Ready at one desk is Not Ready at both.
  await laptop.becomes(laptop.words.notReady);
  await desk.is(desk.words.notReady);
});

story("two accepts at the same moment: one interaction, no complaint that matters", { agents: ["Anna"] }, async (world) => {
  const carla = world.customer("Carla");
  const desk = await world.desk("Anna");
  const laptop = await world.desk("Anna");
  await desk.becomesReady();
  await laptop.is(laptop.words.ready);
  await carla.writes("Hello Anna");
  await desk.rings("Carla");
  await laptop.rings("Carla");
  await Promise.all([desk, laptop].map((one) => one.button("Accept Carla").click()));
  for (const one of [desk, laptop]) {
    await see(one.entry("Carla"), "Carla in the list");
    if ((await one.page.getByRole("heading", { level: 2, name: "Carla" }).count()) === 0) await one.opens("Carla");
    await see(one.notice("You took this conversation"));
    expect(await one.notice("You took this conversation").count()).toBe(1);
  }
});
