import type { Locator } from "playwright-core";
import { expect } from "vitest";

import { expectAccessible, expectAccessibleInBothThemes } from "../support/axe";
import { gone, see, until } from "../support/wait";
import { stubEngine } from "../support/engine-stub";
import { story } from "../support/testbed";

story(
  "a Notification is chosen, filled in by keyboard, and delivered",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Is my parcel there?");
    await anna.opens("Carla");
    await anna.turnsTo("notifications");

    // A template that needs a picture is listed with the reason why it cannot be sent, and cannot be chosen.
    const sale = anna.panel.getByRole("button", { name: /spring sale/u });
    await see(sale.getByText("Cannot be sent yet: it starts with a picture or a document."));
    expect(await sale.getAttribute("aria-disabled")).toBe("true");
    await expectAccessible(anna, "the list of Notifications");

    await anna.panel.getByRole("searchbox", { name: "Find a Notification" }).fill("collect");
    await gone(sale);
    await anna.panel
      .getByRole("button", { name: /order ready/u })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    const form = anna.panel.getByRole("form", { name: "Fill in" });
    await see(form);
    await until(
      "the contact's name is filled in",
      async () => (await form.getByLabel("name").inputValue()) === "Carla",
    );
    await form.getByLabel("thing").focus();
    await page.keyboard.type("parcel");
    // Incomplete: the field shows the error, and nothing is sent.
    await page.keyboard.press("Enter");
    await see(form.getByText("Fill this in."));
    await page.keyboard.type("Friday");
    await see(form.getByText("Hello Carla, your parcel is ready. You can collect it until Friday."));
    await expectAccessible(anna, "a Notification that is filled in");
    await page.keyboard.press("Enter");

    await see(anna.panel.getByText("The Notification was sent."));
    await carla.waitsFor("Hello Carla, your parcel is ready. You can collect it until Friday.");
    await anna.reads("Hello Carla, your parcel is ready. You can collect it until Friday.");
  },
);

story(
  "a Notification that was just withdrawn fails with the reason",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await testbed.customers.withdraws("still_there");
    await anna.panel.getByRole("form", { name: "Fill in" }).getByRole("button", { name: "Send" }).click();
    // The hub's list is older; the provider refuses the message, and the bubble shows why.
    await anna.tickBecomes(
      "Hello, we have an answer to your question. Write to us when it suits you.",
      "Not delivered",
    );
    expect((await carla.phone()).filter((line) => line.writer === "business")).toEqual([]);
  },
);

story(
  "a Notification that the hub refuses as withdrawn is not sent, and the list is loaded again",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    let refused = false;
    await stubEngine(anna, ({ method, content }) => {
      if (method === "templates" && refused) return { reply: { reply: "templates", templates: [] } };
      if (method !== "enqueue" || (content as { kind: string }).kind !== "template") return null;
      refused = true;
      return {
        error: {
          code: "template_gone",
          message: "The provider no longer approves this notification. It was not sent.",
        },
      };
    });
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await anna.panel.getByRole("form", { name: "Fill in" }).getByRole("button", { name: "Send" }).click();
    await see(anna.panel.getByText("WhatsApp no longer approves this Notification.", { exact: false }));
    await gone(anna.panel.getByRole("button", { name: /still there/u }));
    expect(await carla.got()).toEqual([]);
  },
);

story(
  "Validate shows the channel's evidence and that our account can send",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello");
    await anna.opens("Carla");
    await anna.turnsTo("contact");
    await see(anna.panel.getByText("Verified"));
    await anna.panel
      .getByRole("button", { name: /Actions for/u })
      .first()
      .click();
    await anna.page.getByRole("menuitem", { name: "Validate WhatsApp Channel" }).click();
    const sheet = anna.page.getByRole("dialog", { name: "Validate WhatsApp Channel" });
    await see(sheet.getByText("Send a Notification to test"));
    await expectAccessible(anna, "the validation of a channel");
    expect(await sheet.innerText()).not.toMatch(/could not be asked|did not tell/u);
  },
);

story(
  "a Notification filled in offline is queued and sent; one withdrawn in between fails with the reason",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await deniz.writes("Anybody there?");
    await see(anna.entry("Deniz"));
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    const form = anna.panel.getByRole("form", { name: "Fill in" });
    const ready = anna.panel.getByRole("button", { name: /order ready/u }).filter({ hasText: "You can collect it" });
    await see(ready);

    // Offline: the loaded list stays, and a Notification is queued.
    await testbed.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await ready.click();
    await form.getByLabel("thing").fill("parcel");
    await form.getByLabel("day").fill("Friday");
    await form.getByRole("button", { name: "Send" }).click();
    await see(anna.panel.getByText("The Notification is queued here and sent when the connection is back."));
    const filled = "Hello Carla, your parcel is ready. You can collect it until Friday.";
    const outgoing = (words: string): Locator => anna.log.getByRole("article").filter({ hasText: words });
    await see(outgoing(filled).getByRole("img", { name: anna.words.waits }));
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await form.getByRole("button", { name: "Send" }).click();
    const withdrawn = "Hello, we have an answer to your question. Write to us when it suits you.";
    await see(outgoing(withdrawn).getByRole("img", { name: anna.words.waits }));
    await expectAccessibleInBothThemes(anna, "Notifications that wait");

    // For Deniz the list was never loaded: the tab says why it is empty.
    await anna.opens("Deniz");
    await see(anna.panel.getByText("WhatsApp lists the Notifications. They are loaded when the connection is back."));

    await testbed.customers.withdraws("still_there");
    await testbed.hub.start();
    await see(ready);
    await carla.waitsFor(filled);
    await anna.opens("Carla");
    await anna.tickBecomes(filled, "Delivered");
    await see(outgoing(withdrawn).getByText("no longer approve", { exact: false }));
    expect(await carla.got()).toEqual([filled]);
  },
);
