/** Every state of signing in and out. */
import type { AgentPage } from "./agent-page";
import { passwordOf } from "./hub";
import { gone, see } from "./wait";
import type { Testbed } from "./testbed";

/** No server listens here. */
const NOWHERE = "127.0.0.1:1";

/** Opens each state of signing in and calls `visit` with its name. Expects a page in practice mode, and an agent Anna on the hub. */
export async function visitSignInViews(
  testbed: Testbed,
  agent: AgentPage,
  visit: (view: string) => Promise<void>,
): Promise<void> {
  const { page } = agent;
  const words = agent.words.signIn;
  const fillsIn = async (hub: string, password: string): Promise<void> => {
    await page.getByRole("textbox", { name: words.address }).fill(hub);
    await page.getByRole("textbox", { name: words.name, exact: true }).fill("Anna");
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.keyboard.press("Enter");
  };

  await agent.button(words.toHub).first().click();
  await see(page.getByRole("heading", { level: 1, name: words.title }));
  await visit("sign-in");
  await fillsIn(NOWHERE, passwordOf("Anna"));
  await see(page.getByText(words.unreachable));
  await visit("sign-in-unreachable");
  await fillsIn(testbed.hub.address, "guessed");
  await see(page.getByText(words.wrong));
  await visit("sign-in-wrong-password");
  await fillsIn(testbed.hub.address, passwordOf("Anna"));
  await gone(agent.strip, "the practice strip");
  await agent.is(agent.words.notReady);

  await agent.show("settings");
  await agent.button(words.out).click();
  await see(page.getByRole("button", { name: /^Anna ·/u }));
  await visit("sign-in-remembered");
  await page.getByRole("button", { name: /^Anna ·/u }).click();
  await see(page.getByLabel(words.password, { exact: true }));
  await visit("sign-in-password");
}
