import { expect } from "vitest";

import { focused } from "../support/focus";
import { see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "what is asked for before its script is there appears with it, and the focus goes there",
  { agents: ["Anna"] },
  async (world) => {
    const anna = await world.desk("Anna");
    const { page, words } = anna;
    let comes = (): void => undefined;
    const awaited = new Promise<void>((resolve) => {
      comes = resolve;
    });
    await page.route("**/assets/lazy-views-*.js", async (route) => {
      await awaited;
      await route.continue();
    });
    await page.reload();
    await anna.is("Not Ready");
    const rail = page.getByRole("navigation", { name: words.rail });
    await rail.getByRole("button", { name: words.views.search, exact: true }).click();
    const field = page.getByRole("searchbox", { name: words.searchField });
    expect(await field.count(), "the search is not there yet").toBe(0);
    expect(await focused(anna), "the focus stays where it was").toContain(words.views.search);
    comes();
    await see(field);
    await until("the search has the focus", async () => (await focused(anna)).includes(words.searchField));
  },
);
