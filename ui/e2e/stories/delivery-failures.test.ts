import { expect } from "vitest";

import { knownFailures, type KnownFailure } from "../support/error-table";
import { PATIENCE, see, until } from "../support/wait";
import { de } from "../support/words";
import { story } from "../support/testbed";

/** What the German screen says about each way out; some are buttons. */
const GERMAN_WAYS: Record<KnownFailure["way_out"], string> = {
  write_again: "Neu schreiben",
  send_again: "Erneut senden",
  send_notification: "Vorlage senden",
  wait_for_contact: "Warten Sie, bis der Kontakt schreibt.",
  confirm_address: "Klären Sie die Nummer mit dem Kontakt auf anderem Weg.",
  tell_administrator: "Sagen Sie Ihrer Administration Bescheid.",
  nothing: "",
};

const ENGLISH = /\b(?:the|your|this|was|were|not|message|again|tell|with|contact's|nothing)\b/iu;

/** One contact per this many failures: the hub paces what goes to one address. */
const PER_CONTACT = 12;
const CONTACTS = ["Carla", "Deniz", "Elif", "Maryam", "Noor", "Otto", "Pia", "Rosa"];

/** These come for Notifications alone. */
const ofNotification = (code: number): boolean => code >= 132_000 && code < 133_000;
const filled = (name: string, thing: string, day: string): string =>
  `Hello ${name}, your ${thing} is ready. You can collect it until ${day}.`;
const STILL_THERE = "Hello, we have an answer to your question. Write to us when it suits you.";

/** The first and the last code of every line of the table. */
const all = knownFailures().flatMap((known) =>
  [...new Set([known.first, known.last])].map((code) => ({ ...known, code })),
);

for (let part = 0; part * PER_CONTACT < all.length; part += 1) {
  const some = all.slice(part * PER_CONTACT, (part + 1) * PER_CONTACT);
  const [from, to] = [some[0]?.code, some.at(-1)?.code];
  story(
    `every failure from ${from} to ${to} is said in both languages, and its way out leads on`,
    { agents: ["Anna"] },
    async (world) => {
      const name = CONTACTS[part] ?? `Contact ${part}`;
      const contact = world.customer(name);
      const delivered = async (): Promise<string[]> =>
        (await contact.phone())
          .filter((line) => line.writer === "business" && line.tick !== "failed")
          .map((line) => line.text);
      const english = await world.desk("Anna");
      const german = await world.desk("Anna", { words: de });
      await english.becomesReady();
      await contact.writes("👋");
      await english.accepts(name);
      await german.opens(name);

      /** What reached the contact by the ways out, and nothing that failed. */
      const arrives: string[] = [];
      const form = english.panel.getByRole("form", { name: "Fill in" });
      for (const { code, sentence, way_out, class: kind } of some) {
        const thing = `№ ${code}`;
        const text = ofNotification(code) ? filled(name, thing, "Friday") : thing;
        // What the agent can act on is refused on the spot; the rest fails on its way.
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
        const said = english.line(text).locator(".way-out");
        await see(said.getByText(sentence, { exact: true }), `the sentence for ${code}`);

        await german.tickBecomes(text, "Nicht zugestellt");
        const gesagt = german.line(text).locator(".way-out");
        // A line that has just changed its place is hidden until it is measured, and has no words meanwhile.
        const words = await until(`the German words for ${code}`, async () => (await gesagt.innerText()) || null);
        expect(words, `the German words for ${code}`).not.toMatch(ENGLISH);
        expect(words, `the German way out of ${code}`).toContain(
          way_out === "write_again" && ofNotification(code) ? "Neu ausfüllen" : GERMAN_WAYS[way_out],
        );

        if (way_out === "send_again") {
          await said.getByRole("button", { name: "Send again" }).click();
          await english.tickBecomes(text, "Delivered");
          arrives.push(text);
          continue;
        }
        if (way_out === "send_notification") {
          await said.getByRole("button", { name: "Send a Notification" }).click();
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
          expect(await said.getByRole("button").count(), `${code} offers nothing that does not help`).toBe(0);
          continue;
        }
        if (ofNotification(code)) {
          // What was filled in stands there again, and what is to be changed has the focus.
          await said.getByRole("button", { name: "Fill in again" }).click();
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
        await said.getByRole("button", { name: "Write again" }).click();
        expect(await english.composer(name).inputValue()).toBe(text);
        expect(await english.page.evaluate(() => document.activeElement?.tagName), "the composer has the focus").toBe(
          "TEXTAREA",
        );
        await english.composer(name).press("Enter");
        await english
          .line(text)
          .getByRole("img", { name: /^Delivered \d/u })
          .waitFor({ timeout: PATIENCE });
        arrives.push(text);
      }
      expect(await delivered()).toEqual(arrives);
    },
  );
}
