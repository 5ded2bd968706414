import type { Locator } from "playwright-core";
import { expect } from "vitest";

import { breaksNoRule, breaksNoRuleInLightAndDark } from "../support/axe";
import { gone, see, until } from "../support/wait";
import { answers } from "../support/engine-stub";
import { story } from "../support/testbed";

story(
  "a Notification is chosen, filled in by keyboard, and read on Carla's phone",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    const { page } = anna;
    await anna.becomesReady();
    await carla.writes("Is my parcel there?");
    await anna.opens("Carla");
    await anna.turnsTo("notifications");

    // What needs a picture is listed, says why it cannot be sent yet, and cannot be chosen.
    const sale = anna.panel.getByRole("button", { name: /spring sale/u });
    await see(sale.getByText("Cannot be sent yet: it begins with a picture or a document."));
    expect(await sale.getAttribute("aria-disabled")).toBe("true");
    await breaksNoRule(anna, "the list of Notifications");

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
      "what is known of the contact is filled in",
      async () => (await form.getByLabel("name").inputValue()) === "Carla",
    );
    await form.getByLabel("thing").focus();
    await page.keyboard.type("parcel");
    // Not complete: said at the field, nothing is sent.
    await page.keyboard.press("Enter");
    await see(form.getByText("Fill this in."));
    await page.keyboard.type("Friday");
    await see(form.getByText("Hello Carla, your parcel is ready. You can collect it until Friday."));
    await breaksNoRule(anna, "a Notification that is filled in");
    await page.keyboard.press("Enter");

    await see(anna.panel.getByText("The Notification is on its way."));
    await carla.waitsFor("Hello Carla, your parcel is ready. You can collect it until Friday.");
    await anna.reads("Hello Carla, your parcel is ready. You can collect it until Friday.");
  },
);

story(
  "a Notification that was withdrawn meanwhile is not sent",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await world.customers.withdraws("still_there");
    await anna.panel.getByRole("form", { name: "Fill in" }).getByRole("button", { name: "Send" }).click();
    // The hub had read the list a moment ago; WhatsApp itself says no, and the bubble says why.
    await anna.tickBecomes(
      "Hello, we have an answer to your question. Write to us when it suits you.",
      "Not delivered",
    );
    expect((await carla.phone()).filter((line) => line.writer === "business")).toEqual([]);
  },
);

story(
  "a Notification of which the hub knows that it was withdrawn is given up, and the list is read again",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await see(anna.entry("Carla"));
    let refused = false;
    await answers(anna, ({ method, content }) => {
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
  "Validate says what was seen of a channel and that our own side can send",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
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
    await breaksNoRule(anna, "the validation of a channel");
    expect(await sheet.innerText()).not.toMatch(/could not be asked|did not tell/u);
  },
);

story(
  "a Notification filled in without a connection waits and goes; one withdrawn meanwhile says why it did not",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Hello?");
    await deniz.writes("Anybody there?");
    await see(anna.entry("Deniz"));
    await anna.opens("Carla");
    await anna.turnsTo("notifications");
    const form = anna.panel.getByRole("form", { name: "Fill in" });
    const ready = anna.panel.getByRole("button", { name: /order ready/u }).filter({ hasText: "You can collect it" });
    await see(ready);

    // Cut: the list of a moment ago is still there, and what is filled in waits.
    await world.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    await ready.click();
    await form.getByLabel("thing").fill("parcel");
    await form.getByLabel("day").fill("Friday");
    await form.getByRole("button", { name: "Send" }).click();
    await see(
      anna.panel.getByText("The Notification waits here and goes out by itself as soon as the connection is back."),
    );
    const filled = "Hello Carla, your parcel is ready. You can collect it until Friday.";
    const outgoing = (words: string): Locator => anna.log.getByRole("article").filter({ hasText: words });
    await see(outgoing(filled).getByRole("img", { name: anna.words.waits }));
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await form.getByRole("button", { name: "Send" }).click();
    const withdrawn = "Hello, we have an answer to your question. Write to us when it suits you.";
    await see(outgoing(withdrawn).getByRole("img", { name: anna.words.waits }));
    await breaksNoRuleInLightAndDark(anna, "Notifications that wait");

    // Elsewhere the list was never read: it is said where it is.
    await anna.opens("Deniz");
    await see(
      anna.panel.getByText("Notifications are listed by WhatsApp. They are here again when the connection is."),
    );

    await world.customers.withdraws("still_there");
    await world.hub.start();
    await see(ready);
    await carla.waitsFor(filled);
    await anna.opens("Carla");
    await anna.tickBecomes(filled, "Delivered");
    await see(outgoing(withdrawn).getByText("no longer approve", { exact: false }));
    expect(await carla.got()).toEqual([filled]);
  },
);
