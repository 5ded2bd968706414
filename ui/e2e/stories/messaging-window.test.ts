import { expect } from "vitest";

import { breaksNoRuleInLightAndDark } from "../support/axe";
import type { Desk } from "../support/agent-page";
import { Ear } from "../support/screen-reader";
import { gone, see, until } from "../support/wait";
import { de, en } from "../support/words";
import { story } from "../support/testbed";

const HOUR = 3_600_000;

const SAID = {
  [en.locale]: {
    sort: "Sort",
    soonest: "Closes soonest",
    header: /^You can write freely for another 4 h \d+ min$/u,
    list: "window closes in 1 h",
    warning: /^The window closes in 2\d:\d\d\. After that only Notifications can be sent\.$/u,
    announced: /^The window of Deniz closes in 2\d:\d\d\.$/u,
    draft: "We open at",
    reason: /^The 24-hour window closed 3\d minutes ago\. You can write again once the contact has written\.$/u,
    closed: "Window closed",
    listClosed: "window closed",
    kept: "Your text is kept as a draft.",
    wayOut: "Send a Notification",
    send: "Send",
  },
  [de.locale]: {
    sort: "Sortierung",
    soonest: "Schließt bald",
    header: /^Sie können noch 4 h \d+ min frei schreiben$/u,
    list: "Zeitfenster schließt in 1 h",
    warning: /^Das Zeitfenster schließt in 2\d:\d\d\. Danach können nur noch Vorlagen gesendet werden\.$/u,
    announced: /^Das Zeitfenster von Deniz schließt in 2\d:\d\d\.$/u,
    draft: "Wir öffnen um",
    reason:
      /^Das 24-Stunden-Fenster schloss sich vor 3\d Minuten\. Sie können wieder schreiben, sobald der Kontakt geschrieben hat\.$/u,
    closed: "Zeitfenster geschlossen",
    listClosed: "Zeitfenster geschlossen",
    kept: "Ihr Text bleibt als Entwurf erhalten.",
    wayOut: "Vorlage senden",
    send: "Senden",
  },
};

const saidAt = (desk: Desk): (typeof SAID)[string] & object =>
  SAID[desk.words.locale] ?? expect.fail(desk.words.locale);

story(
  "a window is never a surprise: it counts down, warns, and locks the box when it closes",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const [carla, deniz, elif] = [world.customer("Carla"), world.customer("Deniz"), world.customer("Elif")];
    const english = await world.desk("Anna");
    const german = await world.desk("Anna", { words: de });
    const desks = [english, german];
    await english.becomesReady();
    // What the provider brings late has had its time already: some four and a half hours are left, one and a half, all.
    await carla.wrote("Is my lamp ready?", Date.now() - 19.4 * HOUR);
    await deniz.wrote("When do you open?", Date.now() - 22.5 * HOUR);
    await elif.writes("Hello!");
    for (const desk of desks) {
      const said = saidAt(desk);
      await see(desk.entry("Elif"));
      await until(
        "those who wait longest stand first",
        async () => (await desk.listed()).join() === "Carla,Deniz,Elif",
      );
      await desk.page.getByLabel(said.sort, { exact: true }).selectOption({ label: said.soonest });
      await until("what closes soonest stands first", async () => (await desk.listed()).join() === "Deniz,Carla,Elif");
      await see(desk.entry("Deniz").getByText(said.list, { exact: true }));
      expect(await desk.entry("Elif").innerText(), "what is open for long is not mentioned").not.toMatch(
        /window|Zeitfenster/u,
      );
      await desk.opens("Carla");
      await see(desk.page.getByRole("timer", { name: said.header }));

      await desk.opens("Deniz");
      const ear = await Ear.at(desk);
      await desk.composer("Deniz").fill(said.draft);
      expect(await desk.page.getByText(said.warning).count()).toBe(0);
      await desk.timePasses(HOUR);
      await see(desk.page.getByText(said.warning));
      await until("the warning is said", async () => (await ear.times(said.announced)) === 1);
      if (desk === english) await breaksNoRuleInLightAndDark(desk, "a window that closes soon");

      await desk.timePasses(HOUR);
      await see(desk.page.getByText(said.reason));
      await see(desk.page.getByText(said.closed, { exact: true }).first());
      await see(desk.entry("Deniz").getByText(said.listClosed, { exact: true }));
      await see(desk.page.getByText(said.kept));
      expect(await desk.composer("Deniz").isEditable(), "the box is locked").toBe(false);
      expect(await desk.composer("Deniz").inputValue()).toBe(said.draft);
      expect(await desk.button(said.send).isDisabled()).toBe(true);
      await desk.composer("Deniz").press("Enter");
      if (desk === english) await breaksNoRuleInLightAndDark(desk, "a window that has closed");

      // The way out leads to where a Notification is chosen.
      await desk.button(said.wayOut).click();
      await see(desk.panel.getByRole("tabpanel", { name: desk.words.tabs.notifications, exact: true }));
      await see(desk.panel.getByRole("button", { name: /order ready/u }).first());
    }
    expect(await deniz.got(), "nothing went past the lock").toEqual([]);

    // Deniz writes: it opens at once, with what was written.
    await deniz.writes("On Sunday, I mean");
    for (const desk of desks) {
      await gone(desk.page.getByText(saidAt(desk).reason));
      expect(await desk.composer("Deniz").isEditable()).toBe(true);
      expect(await desk.composer("Deniz").inputValue()).toBe(saidAt(desk).draft);
    }
    await english.reads("On Sunday, I mean");
    await english.composer("Deniz").press("Enter");
    await deniz.waitsFor("We open at");
    expect(await deniz.got()).toEqual(["We open at"]);
  },
);

story(
  "what waited for the connection while its window closed is held back, and Anna decides",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const [carla, deniz, elif] = [world.customer("Carla"), world.customer("Deniz"), world.customer("Elif")];
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    for (const one of [carla, deniz, elif]) await one.wrote("Can you help me?", Date.now() - 25 * HOUR);
    for (const one of [carla, deniz, elif]) await see(anna.entry(one.name));
    // Two hours ago, on her screen: the windows are open for an hour yet, and the line is cut.
    await anna.timePasses(-2 * HOUR);
    await world.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    for (const one of [carla, deniz, elif]) {
      await anna.opens(one.name);
      await anna.writes(one.name, `Gladly, ${one.name}!`);
      await anna.tickBecomes(`Gladly, ${one.name}!`, anna.words.waits);
    }

    // When the line is back, the windows are closed: nothing went, and each asks what shall become of it.
    await anna.timePasses(2 * HOUR);
    await world.hub.start();
    await anna.tickBecomes("Gladly, Elif!", "Held back: the window has closed");
    await breaksNoRuleInLightAndDark(anna, "a message that is held back");

    // By a Notification instead: the text is thrown away once that has gone.
    const held = anna.line("Gladly, Elif!");
    await held.getByRole("button", { name: "Send a Notification" }).click();
    await anna.panel.getByRole("button", { name: /still there/u }).click();
    await anna.panel.getByRole("form", { name: "Fill in" }).getByRole("button", { name: "Send" }).click();
    await until("Elif gets the Notification", async () =>
      (await elif.got()).some((text) => text.startsWith("Hello, we have an answer")),
    );
    await held.getByRole("button", { name: "Discard" }).click();
    await gone(held);

    await anna.opens("Deniz");
    await anna.tickBecomes("Gladly, Deniz!", "Held back: the window has closed");
    await anna.line("Gladly, Deniz!").getByRole("button", { name: "Discard" }).click();
    await gone(anna.line("Gladly, Deniz!"));

    // When possible: as soon as Carla has written, by itself and once.
    await anna.opens("Carla");
    await anna.line("Gladly, Carla!").getByRole("button", { name: "Send when possible" }).click();
    await see(anna.line("Gladly, Carla!").getByText("Goes out as soon as the contact has written."));
    expect(await carla.got()).toEqual([]);
    await carla.writes("Hello?");
    await carla.waitsFor("Gladly, Carla!");
    await anna.tickBecomes("Gladly, Carla!", "Delivered");
    expect(await carla.got()).toEqual(["Gladly, Carla!"]);
    expect(await deniz.got(), "what was discarded is not sent").toEqual([]);
    expect(await elif.got()).toHaveLength(1);
  },
);
