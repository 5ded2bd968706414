import { expect } from "vitest";

import { gone, see } from "../support/wait";
import { story } from "../support/testbed";

story("a declined offer goes to the next agent", { agents: ["Anna", "Ben"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const ben = await testbed.agent("Ben");
  // The agent who has been ready for longest gets the offer first.
  await anna.becomesReady();
  await ben.becomesReady();

  await carla.writes("Where is my parcel?");
  await anna.rings("Carla");
  expect(await ben.offer("Carla").count(), "one agent at a time gets the offer").toBe(0);
  await anna.declines("Carla");
  await ben.rings("Carla");
  expect(await anna.offer("Carla").count(), "the offer does not return to Anna").toBe(0);

  await ben.accepts("Carla");
  await ben.reads("Where is my parcel?");
  await ben.writes("Carla", "It is on the van.");
  await carla.waitsFor("It is on the van.");
  await see(anna.page.getByText("You are Ready. The next offer rings here."));
  expect(await anna.entry("Carla").count(), "Ben's interaction is not in Anna's list").toBe(0);
});

story("an agent without an open page gets no offers", { agents: ["Anna", "Ben"] }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const ben = await testbed.agent("Ben");
  await anna.becomesReady();
  await ben.becomesReady();

  // Anna gets the first offer and is the last agent of this contact.
  await carla.writes("Is the shop open?");
  await anna.accepts("Carla");
  await anna.writes("Carla", "Until six.");
  await anna.button("End").click();
  await anna.button("Mark Done").click();
  await gone(anna.button("Mark Done"));

  // Her app runs and is Ready, but no page can show an offer. Offers last ten minutes here, so that only this can be
  // the reason why Ben gets it within seconds.
  await anna.closePage();
  await carla.writes("And on Sunday?");
  await ben.rings("Carla");
  await anna.openPage();
  await anna.is(anna.words.ready);
  expect(await anna.offer("Carla").count(), "the offer has gone to Ben").toBe(0);
  await ben.accepts("Carla");
  await ben.reads("And on Sunday?");
  // Ben accepted the conversation, so he sees earlier messages.
  await ben.reads("Until six.");
});

story(
  "an offer times out, and after two missed offers the agent is Not Ready",
  { agents: ["Anna", "Ben"], offerSeconds: 2 },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.rings("Carla");
    await gone(anna.offer("Carla"), "the expired offer");
    await deniz.writes("Anybody there?");
    await anna.rings("Deniz");
    await anna.is("Not Ready: Missed offers");
    expect(await anna.offer("Deniz").count()).toBe(0);

    // Both contacts still wait for the next agent who is ready.
    const ben = await testbed.agent("Ben");
    await ben.becomesReady();
    await ben.accepts("Carla");
    await ben.accepts("Deniz");
  },
);
