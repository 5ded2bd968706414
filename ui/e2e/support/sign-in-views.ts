/** The ways into a hub and out of it, one picture after the other. */
import type { Desk } from "./agent-page";
import { passwordOf } from "./hub";
import { gone, see } from "./wait";
import type { World } from "./testbed";

/** Nobody listens here. */
const NOWHERE = "127.0.0.1:1";

/** Shows each state of signing in and calls `look` with its name. Expects a desk in practice, and an agent named Anna. */
export async function everyWayIn(world: World, desk: Desk, look: (view: string) => Promise<void>): Promise<void> {
  const { page } = desk;
  const words = desk.words.signIn;
  const fillsIn = async (hub: string, password: string): Promise<void> => {
    await page.getByRole("textbox", { name: words.address }).fill(hub);
    await page.getByRole("textbox", { name: words.name, exact: true }).fill("Anna");
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.keyboard.press("Enter");
  };

  await desk.button(words.toHub).first().click();
  await see(page.getByRole("heading", { level: 1, name: words.title }));
  await look("sign-in");
  await fillsIn(NOWHERE, passwordOf("Anna"));
  await see(page.getByText(words.unreachable));
  await look("sign-in-unreachable");
  await fillsIn(world.hub.address, "guessed");
  await see(page.getByText(words.wrong));
  await look("sign-in-wrong-password");
  await fillsIn(world.hub.address, passwordOf("Anna"));
  await gone(desk.strip, "the word Practice");
  await desk.is(desk.words.notReady);

  await desk.show("settings");
  await desk.button(words.out).click();
  await see(page.getByRole("button", { name: /^Anna ·/u }));
  await look("sign-in-remembered");
  await page.getByRole("button", { name: /^Anna ·/u }).click();
  await see(page.getByLabel(words.password, { exact: true }));
  await look("sign-in-password");
}
