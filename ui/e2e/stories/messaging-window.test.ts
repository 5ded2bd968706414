import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import type { ConversationView } from "../../src/bindings/ConversationView";
import type { AgentPage } from "../support/agent-page";
import { stubEngine } from "../support/engine-stub";
import { ScreenReader } from "../support/screen-reader";
import { gone, see, until } from "../support/wait";
import { de, en } from "../support/words";
import { story } from "../support/testbed";

const HOUR = 3_600_000;

const SAID = {
  [en.locale]: {
    sort: "Sort",
    soonest: "Closes soonest",
    header: /^You can send free text for another 4 h \d+ min$/u,
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

/** Replaces the barrier of a closed window by the time until which it was open, in each conversation of a frame. */
function openWindows(frame: unknown): void {
  if (typeof frame !== "object" || frame === null) return;
  for (const part of Object.values(frame)) openWindows(part);
  const { send, window_until } = frame as Partial<ConversationView>;
  if (send && "barrier" in send.text && typeof window_until === "number") {
    send.text = { until: { kind: "window_closes", at: window_until } };
  }
}

const saidAt = (agent: AgentPage): (typeof SAID)[string] & object =>
  SAID[agent.words.locale] ?? expect.fail(agent.words.locale);

story(
  "the messaging window counts down, warns, and locks the composer when it closes",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const [carla, deniz, elif] = [testbed.customer("Carla"), testbed.customer("Deniz"), testbed.customer("Elif")];
    const english = await testbed.agent("Anna");
    const german = await testbed.agent("Anna", { words: de });
    const agents = [english, german];
    await english.becomesReady();
    // Messages that arrive late have less time left: about four and a half hours, one and a half, all of it.
    await carla.wrote("Is my lamp ready?", Date.now() - 19.4 * HOUR);
    await deniz.wrote("When do you open?", Date.now() - 22.5 * HOUR);
    await elif.writes("Hello!");
    for (const agent of agents) {
      const said = saidAt(agent);
      await see(agent.entry("Elif"));
      await until(
        "the longest waiting contact is first",
        async () => (await agent.listed()).join() === "Carla,Deniz,Elif",
      );
      await agent.page.getByLabel(said.sort, { exact: true }).selectOption({ label: said.soonest });
      await until(
        "the window that closes soonest is first",
        async () => (await agent.listed()).join() === "Deniz,Carla,Elif",
      );
      await see(agent.entry("Deniz").getByText(said.list, { exact: true }));
      expect(await agent.entry("Elif").innerText(), "a long open window is not shown").not.toMatch(
        /window|Zeitfenster/u,
      );
      await agent.opens("Carla");
      await see(agent.page.getByRole("timer", { name: said.header }));

      await agent.opens("Deniz");
      const screenReader = await ScreenReader.attach(agent);
      await agent.composer("Deniz").fill(said.draft);
      expect(await agent.page.getByText(said.warning).count()).toBe(0);
      await agent.advanceTime(HOUR);
      await see(agent.page.getByText(said.warning));
      await until("the warning is announced", async () => (await screenReader.count(said.announced)) === 1);
      if (agent === english) await expectAccessibleInBothThemes(agent, "a window that closes soon");

      await agent.advanceTime(HOUR);
      await see(agent.page.getByText(said.reason));
      await see(agent.page.getByText(said.closed, { exact: true }).first());
      await see(agent.entry("Deniz").getByText(said.listClosed, { exact: true }));
      await see(agent.page.getByText(said.kept));
      expect(await agent.composer("Deniz").isEditable(), "the box is locked").toBe(false);
      expect(await agent.composer("Deniz").inputValue()).toBe(said.draft);
      expect(await agent.button(said.send).isDisabled()).toBe(true);
      await agent.composer("Deniz").press("Enter");
      if (agent === english) await expectAccessibleInBothThemes(agent, "a window that has closed");

      // The button opens the Notifications.
      await agent.button(said.wayOut).click();
      await see(agent.panel.getByRole("tabpanel", { name: agent.words.tabs.notifications, exact: true }));
      await see(agent.panel.getByRole("button", { name: /order ready/u }).first());
    }
    expect(await deniz.got(), "nothing was sent").toEqual([]);

    // Deniz writes: the composer opens at once, with the draft.
    await deniz.writes("On Sunday, I mean");
    for (const agent of agents) {
      await gone(agent.page.getByText(saidAt(agent).reason));
      expect(await agent.composer("Deniz").isEditable()).toBe(true);
      expect(await agent.composer("Deniz").inputValue()).toBe(saidAt(agent).draft);
    }
    await english.reads("On Sunday, I mean");
    await english.composer("Deniz").press("Enter");
    await deniz.waitsFor("We open at");
    expect(await deniz.got()).toEqual(["We open at"]);
  },
);

story(
  "messages queued while their window closed are held back, and the agent decides",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const [carla, deniz, elif] = [testbed.customer("Carla"), testbed.customer("Deniz"), testbed.customer("Elif")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    for (const one of [carla, deniz, elif]) await one.wrote("Can you help me?", Date.now() - 25 * HOUR);
    for (const one of [carla, deniz, elif]) await see(anna.entry(one.name));
    // Her page is set two hours back, when the windows had an hour left, and the hub is stopped.
    let past = true;
    await stubEngine(
      anna,
      () => null,
      (frame) => past && openWindows(frame),
    );
    await anna.advanceTime(-2 * HOUR);
    await testbed.hub.stop();
    await see(anna.strip.getByText("No connection to the hub."));
    for (const one of [carla, deniz, elif]) {
      await anna.opens(one.name);
      await anna.writes(one.name, `Gladly, ${one.name}!`);
      await anna.tickBecomes(`Gladly, ${one.name}!`, anna.words.waits);
    }

    // Connected again, the windows are closed: nothing was sent, and each message waits for a decision.
    past = false;
    await anna.advanceTime(2 * HOUR);
    await testbed.hub.start();
    await anna.tickBecomes("Gladly, Elif!", "Held back: the window has closed");
    await expectAccessibleInBothThemes(anna, "a message that is held back");

    // A Notification instead: the text is discarded afterwards.
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

    // Send when possible: sent once, as soon as Carla has written.
    await anna.opens("Carla");
    await anna.line("Gladly, Carla!").getByRole("button", { name: "Send when possible" }).click();
    await see(anna.line("Gladly, Carla!").getByText("Sent as soon as the contact has written."));
    expect(await carla.got()).toEqual([]);
    await carla.writes("Hello?");
    await carla.waitsFor("Gladly, Carla!");
    await anna.tickBecomes("Gladly, Carla!", "Delivered");
    expect(await carla.got()).toEqual(["Gladly, Carla!"]);
    expect(await deniz.got(), "what was discarded is not sent").toEqual([]);
    expect(await elif.got()).toHaveLength(1);
  },
);
