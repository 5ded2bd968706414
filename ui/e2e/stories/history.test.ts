import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import type { AgentPage } from "../support/agent-page";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

const DISPOSITIONS = [
  ["Sales", "Bicycle sold"],
  ["Workshop", "Repair booked"],
];

/** Answers Carla, chooses a disposition and finishes the interaction. */
async function handles(agent: AgentPage, answer: string, disposition: string): Promise<void> {
  await agent.writes("Carla", answer);
  await agent.turnsTo("case");
  await agent.page.getByRole("combobox", { name: /^Disposition/u }).fill(disposition);
  await agent.page.getByRole("option", { name: disposition }).click();
  await agent.finishes();
}

/** The date so many days after today, as a date field takes it. */
function day(later: number): string {
  const then = new Date();
  then.setDate(then.getDate() + later);
  return [then.getFullYear(), then.getMonth() + 1, then.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

story(
  "past interactions are filtered by agent, disposition, channel and date, and open in the transcript",
  {
    agents: ["Anna", "Ben"],
    automaticAnswer: true,
    dispositions: DISPOSITIONS,
    caseFields: [{ key: "order", label: "Order", editable: true }],
  },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Do you sell bells?");
    await anna.opens("Carla");
    await anna.turnsTo("case");
    await anna.panel.getByLabel("Order").fill("4471");
    await anna.panel.getByRole("textbox", { name: "Note" }).fill("Wants the brass one.");
    await see(anna.panel.getByText("Saved", { exact: true }).last());
    await handles(anna, "We do.", "Bicycle sold");
    await anna.becomes("Not Ready");
    const ben = await testbed.agent("Ben");
    await ben.becomesReady();
    await carla.writes("And do you repair them?");
    await ben.opens("Carla");
    await handles(ben, "Gladly.", "Repair booked");
    await ben.becomes("Not Ready");
    await anna.becomes("Ready");
    await deniz.writes("Good evening");
    await anna.opens("Deniz");

    await anna.turnsToContact("Carla");
    await anna.turnsTo("history");
    const rows = anna.panel
      .getByRole("region", { name: "Interactions" })
      .getByRole("button", { name: /Carla|Anna|Ben|Deniz/u });
    const shows = (what: string, wanted: readonly RegExp[]): Promise<unknown> =>
      until(`the history shows ${what}`, async () => {
        const texts = await rows.allInnerTexts();
        return texts.length === wanted.length && wanted.every((sign, at) => sign.test(texts[at] ?? ""));
      });
    const [annas, bens] = [/Anna[\s\S]*Sales › Bicycle sold/u, /Ben[\s\S]*Workshop › Repair booked/u];
    const nothing = anna.panel.getByText("No interaction matches.");
    const filters = anna.panel.getByRole("group", { name: "Filters" });
    const clears = async (): Promise<void> => {
      await filters.getByRole("button", { name: "Clear the filters" }).click();
      await shows("both again, the newest first", [bens, annas]);
    };
    await shows("both, the newest first", [bens, annas]);
    await expectAccessibleInBothThemes(anna, "the history");

    const offered = anna.panel.locator("datalist option");
    await until(
      "both agents are offered",
      async () =>
        (await offered.evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))).join() === "Anna,Ben",
    );
    await filters.getByLabel("Agent").fill("Ben");
    await filters.getByLabel("Agent").press("Enter");
    await shows("what Ben handled", [bens]);
    await filters.getByLabel("Disposition").selectOption({ label: "Sales › Bicycle sold" });
    await see(nothing);
    await clears();
    await filters.getByLabel("Disposition").selectOption({ label: "Sales › Bicycle sold" });
    await shows("what was sold", [annas]);
    await filters.getByLabel("Channel").selectOption({ label: "WhatsApp" });
    await shows("what was sold on WhatsApp", [annas]);
    await clears();
    await filters.getByLabel("From").fill(day(1));
    await see(nothing);
    await clears();
    await filters.getByLabel("From").fill(day(0));
    await filters.getByLabel("Until").fill(day(0));
    await shows("what was today", [bens, annas]);
    await filters.getByLabel("From").fill("");
    await filters.getByLabel("Until").fill(day(-1));
    await see(nothing);
    await clears();

    // Her own interactions with every contact; one of them opens the transcript where it starts.
    await anna.panel.getByRole("radio", { name: "Mine" }).check();
    await shows("what Anna handled and handles", [/Deniz/u, /Carla[\s\S]*Sales › Bicycle sold/u]);
    await anna.show("workspace");
    await anna.opens("Deniz");
    await anna.panel.getByRole("radio", { name: "Mine" }).check();
    await rows.filter({ hasText: "Carla" }).click();
    await anna.sees("Carla");
    await anna.reads("Do you sell bells?");
    const divider = anna.log.getByRole("group", { name: "Handled by Anna" });
    await see(divider.getByText(/Bicycle sold/u));
    await see(divider.getByText(/ended by the agent, lasted \d/u));

    // Case and note can be shown there, read-only.
    const more = divider.getByRole("button", { name: "Case and note" });
    expect(await divider.getByText("Wants the brass one.").count()).toBe(0);
    await more.focus();
    await anna.page.keyboard.press("Enter");
    await see(divider.getByText("Wants the brass one."));
    await see(divider.getByText("4471"));
    expect(await divider.getByRole("textbox").count()).toBe(0);
    await expectAccessibleInBothThemes(anna, "a past interaction");
    await divider.getByRole("button", { name: "Hide" }).click();
    await gone(divider.getByText("Wants the brass one."));
    expect(await anna.button("End").count(), "reading starts no interaction").toBe(0);
    expect(await carla.got()).toEqual(["We do.", "Gladly."]);
  },
);
