import { expect } from "vitest";

import { knownFailures, type KnownFailure } from "../support/failures";
import { PATIENCE, see, until } from "../support/patience";
import { de } from "../support/words";
import { story } from "../support/world";

/** What the German screen says about each way out; writing again is a button. */
const GERMAN_WAYS: Record<KnownFailure["way_out"], string> = {
  write_again: "Neu schreiben",
  send_again: "Erneut senden",
  wait_for_contact: "Warten Sie, bis der Kontakt schreibt.",
  confirm_address: "Klären Sie die Nummer mit dem Kontakt auf anderem Weg.",
  tell_administrator: "Sagen Sie Ihrer Administration Bescheid.",
  nothing: "",
};

const ENGLISH = /\b(?:the|your|this|was|were|not|message|again|tell|with|contact's|nothing)\b/iu;

/** One contact per this many failures: the hub paces what goes to one address. */
const PER_CONTACT = 12;
const CONTACTS = ["Carla", "Deniz", "Elif", "Maryam", "Noor", "Otto", "Pia", "Rosa"];

/** The first and the last code of every line of the table. */
const all = knownFailures().flatMap((known) => [...new Set([known.first, known.last])].map((code) => ({ ...known, code })));

for (let part = 0; part * PER_CONTACT < all.length; part += 1) {
  const some = all.slice(part * PER_CONTACT, (part + 1) * PER_CONTACT);
  const [from, to] = [some[0]?.code, some.at(-1)?.code];
  story(`every failure from ${from} to ${to} is said in both languages, and its way out leads on`, { agents: ["Anna"] }, async (world) => {
    const name = CONTACTS[part] ?? `Contact ${part}`;
    const contact = world.customer(name);
    const english = await world.desk("Anna");
    const german = await world.desk("Anna", { words: de });
    await english.becomesReady();
    await contact.writes("👋");
    await english.accepts(name);
    await german.opens(name);

    for (const { code, sentence, way_out, class: kind } of some) {
      const text = `№ ${code}`;
      // What the agent can act on is refused on the spot; the rest fails on its way.
      await (kind === "Agent" ? contact.nextIsRefused(code) : contact.nextDeliveryFails(code));
      await english.writes(name, text);
      await english.tickBecomes(text, "Not delivered");
      const said = english.line(text).locator(".way-out");
      await see(said.getByText(sentence, { exact: true }), `the sentence for ${code}`);

      await german.tickBecomes(text, "Nicht zugestellt");
      const gesagt = german.line(text).locator(".way-out");
      // A line that has just changed its place is hidden until it is measured, and has no words meanwhile.
      const words = await until(`the German words for ${code}`, async () => (await gesagt.innerText()) || null);
      expect(words, `the German words for ${code}`).not.toMatch(ENGLISH);
      expect(words, `the German way out of ${code}`).toContain(GERMAN_WAYS[way_out]);

      if (way_out === "send_again") {
        await said.getByRole("button", { name: "Send again" }).click();
        await english.tickBecomes(text, "Delivered");
        continue;
      }
      if (way_out !== "write_again") {
        expect(await said.getByRole("button").count(), `${code} offers nothing that does not help`).toBe(0);
        continue;
      }
      await said.getByRole("button", { name: "Write again" }).click();
      expect(await english.composer(name).inputValue()).toBe(text);
      expect(await english.page.evaluate(() => document.activeElement?.tagName), "the composer has the focus").toBe("TEXTAREA");
      await english.composer(name).press("Enter");
      await english.line(text).getByRole("img", { name: /^Delivered \d/u }).waitFor({ timeout: PATIENCE });
    }
    // What the contact got is what was sent or written again, and nothing that failed.
    const again = some.filter((one) => one.way_out === "write_again" || one.way_out === "send_again").map((one) => `№ ${one.code}`);
    const got = (await contact.phone()).filter((line) => line.writer === "business" && line.tick !== "failed");
    expect(got.map((line) => line.text)).toEqual(again);
  });
}
