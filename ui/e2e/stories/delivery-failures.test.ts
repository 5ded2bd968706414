import { expect } from "vitest";

import { readErrorTable, type ErrorTableRow } from "../support/error-table";
import { TIMEOUT, see, until } from "../support/wait";
import { de } from "../support/words";
import { story } from "../support/testbed";

/** The German text of each remedy; some are buttons. */
const GERMAN_REMEDIES: Record<ErrorTableRow["way_out"], string> = {
  write_again: "Neu schreiben",
  send_again: "Erneut senden",
  send_notification: "Vorlage senden",
  wait_for_contact: "Warten Sie, bis der Kontakt schreibt.",
  confirm_address: "Klären Sie die Nummer mit dem Kontakt auf anderem Weg.",
  tell_administrator: "Sagen Sie Ihrer Administration Bescheid.",
  nothing: "",
};

const ENGLISH = /\b(?:the|your|this|was|were|not|message|again|tell|with|contact's|nothing)\b/iu;

/** How many failures one contact gets: the hub limits the rate of messages to one address. */
const PER_CONTACT = 12;
const CONTACTS = ["Carla", "Deniz", "Elif", "Maryam", "Noor", "Otto", "Pia", "Rosa"];

/** Codes that only Notifications get. */
const ofNotification = (code: number): boolean => code >= 132_000 && code < 133_000;
const filled = (name: string, thing: string, day: string): string =>
  `Hello ${name}, your ${thing} is ready. You can collect it until ${day}.`;
const STILL_THERE = "Hello, we have an answer to your question. Write to us when it suits you.";

/** The first and the last code of every row of the table. */
const all = readErrorTable().flatMap((known) =>
  [...new Set([known.first, known.last])].map((code) => ({ ...known, code })),
);

for (let part = 0; part * PER_CONTACT < all.length; part += 1) {
  const some = all.slice(part * PER_CONTACT, (part + 1) * PER_CONTACT);
  const [from, to] = [some[0]?.code, some.at(-1)?.code];
  story(
    `failures from ${from} to ${to} are explained in both languages, and their remedies work`,
    { agents: ["Anna"] },
    async (testbed) => {
      const name = CONTACTS[part] ?? `Contact ${part}`;
      const contact = testbed.customer(name);
      const delivered = async (): Promise<string[]> =>
        (await contact.phone())
          .filter((line) => line.writer === "business" && line.tick !== "failed")
          .map((line) => line.text);
      const english = await testbed.agent("Anna");
      const german = await testbed.agent("Anna", { words: de });
      await english.becomesReady();
      await contact.writes("👋");
      await english.accepts(name);
      await german.opens(name);

      /** What the remedies delivered. */
      const arrives: string[] = [];
      const form = english.panel.getByRole("form", { name: "Fill in" });
      for (const { code, sentence, way_out, class: kind } of some) {
        const thing = `№ ${code}`;
        const text = ofNotification(code) ? filled(name, thing, "Friday") : thing;
        // The provider refuses at once what the agent can correct, and reports the rest later.
        await (kind === "Agent" ? contact.nextIsRefused(code) : contact.nextDeliveryFails(code));
        if (ofNotification(code)) {
          await english.turnsTo("case");
          await english.turnsTo("notifications");
          await english.panel
            .getByRole("button", { name: /order ready/u })
            .filter({ hasText: "collect" })
            .click();
          for (const [field, value] of [
            ["name", name],
            ["thing", thing],
            ["day", "Friday"],
          ] as const)
            await form.getByLabel(field).fill(value);
          await form.getByRole("button", { name: "Send" }).click();
        } else await english.writes(name, text);
        await english.tickBecomes(text, "Not delivered");
        const failure = english.line(text).locator(".remedy");
        await see(failure.getByText(sentence, { exact: true }), `the sentence for ${code}`);

        await german.tickBecomes(text, "Nicht zugestellt");
        const germanFailure = german.line(text).locator(".remedy");
        // A line that the virtual list has just moved is hidden until it is measured, and has no text until then.
        const words = await until(
          `the German words for ${code}`,
          async () => (await germanFailure.innerText()) || null,
        );
        expect(words, `the German words for ${code}`).not.toMatch(ENGLISH);
        expect(words, `the German remedy for ${code}`).toContain(
          way_out === "write_again" && ofNotification(code) ? "Neu ausfüllen" : GERMAN_REMEDIES[way_out],
        );

        if (way_out === "send_again") {
          await failure.getByRole("button", { name: "Send again" }).click();
          await english.tickBecomes(text, "Delivered");
          arrives.push(text);
          continue;
        }
        if (way_out === "send_notification") {
          await failure.getByRole("button", { name: "Send a Notification" }).click();
          await english.panel.getByRole("button", { name: /still there/u }).click();
          await form.getByRole("button", { name: "Send" }).click();
          arrives.push(STILL_THERE);
          await until(
            `after ${code} a Notification arrives`,
            async () => (await delivered()).length === arrives.length,
          );
          continue;
        }
        if (way_out !== "write_again") {
          expect(await failure.getByRole("button").count(), `${code} offers no button`).toBe(0);
          continue;
        }
        if (ofNotification(code)) {
          // The values are filled in again, and the first field has the focus.
          await failure.getByRole("button", { name: "Fill in again" }).click();
          await see(form);
          expect(
            await form.getByRole("textbox").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
          ).toEqual([name, thing, "Friday"]);
          await until("the form has the focus", () =>
            form.getByLabel("name").evaluate((it) => it === document.activeElement),
          );
          await form.getByLabel("day").fill("Saturday");
          await english.page.keyboard.press("Enter");
          arrives.push(filled(name, thing, "Saturday"));
          await english.tickBecomes(filled(name, thing, "Saturday"), "Delivered");
          continue;
        }
        await failure.getByRole("button", { name: "Write again" }).click();
        expect(await english.composer(name).inputValue()).toBe(text);
        expect(await english.page.evaluate(() => document.activeElement?.tagName), "the composer has the focus").toBe(
          "TEXTAREA",
        );
        await english.composer(name).press("Enter");
        await english
          .line(text)
          .getByRole("img", { name: /^Delivered \d/u })
          .waitFor({ timeout: TIMEOUT });
        arrives.push(text);
      }
      expect(await delivered()).toEqual(arrives);
    },
  );
}
