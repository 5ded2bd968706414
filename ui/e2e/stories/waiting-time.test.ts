import { expect } from "vitest";

import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story("who was looked at and not answered is still counted, until the answer", { agents: ["Anna"] }, async (world) => {
  const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
  const anna = await world.desk("Anna");
  const title = (counted: string): Promise<unknown> =>
    until(`the title says ${counted}`, async () => (await anna.page.title()) === counted);
  await anna.becomesReady();
  await title("Deskbell");
  await carla.writes("Hello?");
  await anna.rings("Carla");
  await title("(1) Deskbell");
  await anna.accepts("Carla");
  await anna.reads("Hello?");
  await deniz.writes("Anybody there?");
  await title("(2) Deskbell");
  await anna.accepts("Deniz");
  await anna.opens("Carla");
  await anna.opens("Deniz");
  // Both were looked at, none was answered: in the list too they stand out.
  expect(await anna.page.title()).toBe("(2) Deskbell");
  for (const name of ["Carla", "Deniz"]) await see(anna.entry(name).getByText(/^waiting for /u), `${name} waits`);
  await anna.writes("Deniz", "Yes, here.");
  await title("(1) Deskbell");
  await gone(anna.entry("Deniz").getByText(/^waiting for /u));
  await anna.opens("Carla");
  await anna.writes("Carla", "Hello Carla!");
  await title("Deskbell");
});

story(
  "an End can be taken back for five seconds, and not afterwards",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const undo = anna.page.getByRole("group", { name: "Interaction ended" });
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.opens("Carla");
    await anna.timeStands();
    await anna.page.keyboard.press("Alt+c");
    await see(undo);
    await anna.timePasses(4_000);
    await see(undo.getByText("(1 s)"), "a second is left");
    await anna.page.keyboard.press("Alt+z");
    await see(anna.button("End"));
    await gone(undo);

    await anna.page.keyboard.press("Alt+c");
    await see(undo);
    await anna.timePasses(5_000);
    await gone(undo);
    await anna.page.keyboard.press("Alt+z");
    await see(anna.button("Mark Done"), "it is ended and stays so");
  },
);
