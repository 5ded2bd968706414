import { expect } from "vitest";

import { focused } from "../support/focus";
import { see, until } from "../support/wait";
import { story } from "../support/testbed";

story(
  "a view that is opened before its code is loaded appears with it and takes the focus",
  { agents: ["Anna"] },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page, words } = anna;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/assets/lazy-views-*.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await anna.is("Not Ready");
    const rail = page.getByRole("navigation", { name: words.rail });
    await rail.getByRole("button", { name: words.views.search, exact: true }).click();
    const field = page.getByRole("searchbox", { name: words.searchField });
    expect(await field.count(), "the search view is not loaded yet").toBe(0);
    expect(await focused(anna), "the focus stays where it was").toContain(words.views.search);
    release();
    await see(field);
    await until("the search has the focus", async () => (await focused(anna)).includes(words.searchField));
  },
);
