import { expect } from "vitest";

import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

story("what Anna declines rings at Ben", { agents: ["Anna", "Ben"] }, async (world) => {
  const carla = world.customer("Carla");
  const anna = await world.desk("Anna");
  const ben = await world.desk("Ben");
  // Whoever has been ready for longest is asked first.
  await anna.becomesReady();
  await ben.becomesReady();

  await carla.writes("Where is my parcel?");
  await anna.rings("Carla");
  expect(await ben.offer("Carla").count(), "one agent is asked at a time").toBe(0);
  await anna.declines("Carla");
  await ben.rings("Carla");
  expect(await anna.offer("Carla").count(), "who declined is left alone").toBe(0);

  await ben.accepts("Carla");
  await ben.reads("Where is my parcel?");
  await ben.writes("Carla", "It is on the van.");
  await carla.waitsFor("It is on the van.");
  await see(anna.page.getByText("You are ready. The next customer rings here."));
  expect(await anna.entry("Carla").count(), "what Ben holds is not in Anna's list").toBe(0);
});

story("who has no page open is passed over", { agents: ["Anna", "Ben"] }, async (world) => {
  const carla = world.customer("Carla");
  const anna = await world.desk("Anna");
  const ben = await world.desk("Ben");
  await anna.becomesReady();
  await ben.becomesReady();

  // Anna is the one who is asked, and the last one who spoke with Carla.
  await carla.writes("Is the shop open?");
  await anna.accepts("Carla");
  await anna.writes("Carla", "Until six.");
  await anna.button("End").click();
  await anna.button("Mark Done").click();
  await gone(anna.button("Mark Done"));

  // Her app runs on and is Ready, but nobody could see a ring there. An offer lasts ten minutes in this story:
  // that Ben is asked within seconds has no other reason.
  await anna.closePage();
  await carla.writes("And on Sunday?");
  await ben.rings("Carla");
  await anna.openPage();
  await anna.is(anna.words.ready);
  expect(await anna.offer("Carla").count(), "the ring has moved on").toBe(0);
  await ben.accepts("Carla");
  await ben.reads("And on Sunday?");
  // Ben took the conversation, so he sees what was said before.
  await ben.reads("Until six.");
});

story(
  "an offer that nobody answers in time goes on, twice missed is Not Ready",
  { agents: ["Anna", "Ben"], offerSeconds: 2 },
  async (world) => {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.rings("Carla");
    await gone(anna.offer("Carla"), "the offer whose time is up");
    await deniz.writes("Anybody there?");
    await anna.rings("Deniz");
    await anna.is("Not Ready: Missed offers");
    expect(await anna.offer("Deniz").count()).toBe(0);

    // Both still wait: who becomes ready gets them.
    const ben = await world.desk("Ben");
    await ben.becomesReady();
    await ben.accepts("Carla");
    await ben.accepts("Deniz");
  },
);
