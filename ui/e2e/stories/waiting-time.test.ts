import { expect } from "vitest";

import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

story("a contact counts as waiting until the answer, opened or not", { agents: ["Anna"] }, async (testbed) => {
  const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
  const anna = await testbed.agent("Anna");
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
  // Both were opened, neither was answered: the list shows both as waiting.
  expect(await anna.page.title()).toBe("(2) Deskbell");
  for (const name of ["Carla", "Deniz"]) await see(anna.entry(name).getByText(/^waiting for /u), `${name} waits`);
  await anna.writes("Deniz", "Yes, here.");
  await title("(1) Deskbell");
  await gone(anna.entry("Deniz").getByText(/^waiting for /u));
  await anna.opens("Carla");
  await anna.writes("Carla", "Hello Carla!");
  await title("Deskbell");
});

story("an End can be undone for five seconds", { agents: ["Anna"], automaticAnswer: true }, async (testbed) => {
  const carla = testbed.customer("Carla");
  const anna = await testbed.agent("Anna");
  const undo = anna.page.getByRole("group", { name: "Interaction ended" });
  await anna.becomesReady();
  await carla.writes("Hello?");
  await anna.opens("Carla");
  await anna.freezeTime();
  await anna.page.keyboard.press("Alt+c");
  await see(undo);
  await anna.advanceTime(4_000);
  await see(undo.getByText("(1 s)"), "one second is left");
  await anna.page.keyboard.press("Alt+z");
  await see(anna.button("End"));
  await gone(undo);

  await anna.page.keyboard.press("Alt+c");
  await see(undo);
  await anna.advanceTime(5_000);
  await gone(undo);
  await anna.page.keyboard.press("Alt+z");
  await see(anna.button("Mark Done"), "the interaction stays ended");
});
