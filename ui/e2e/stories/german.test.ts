import { expect } from "vitest";

import { everyView } from "../support/scenes";
import { story } from "../support/world";
import { de } from "../support/words";

/** Words of English that are no words of German, nor names. */
const ENGLISH = new Set(
  `the your you yours and with of is not no has have this that they them are be been can cannot could would shall
  should from for to by at on or it its than then there where when what who how why here again because until only
  ready break lunch meeting training after before work accept decline ringing ring offer offers queue queued
  left taken since waiting waits waited wait closes closed close window message messages write writes wrote written
  writing send sends sent sending search searching settings setting workspace conversations conversation keyboard
  shortcuts shortcut end ended ends done mark active retry discard dismiss copy back begin begins begun new newest today
  yesterday unread read delivered undelivered failed failure refused stored accepted unknown connection connected
  connecting practice hint language theme appearance alerts alert sound light dark like about signed out
  role supervisor queues transcripts transcript kept day days encryption key store file listen quit stay open opened
  picture document voice location sentence character characters long reopens handling colleague nobody
  contact number confirm administrator provider another way missed overdue next previous pane line list move moving
  around show shows first word words`.split(/\s+/u),
);

/** Everything on the screen, and everything that a screen reader says of it. */
function everythingSaid(): string[] {
  const said = [document.title];
  const seen = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = seen.nextNode(); node; node = seen.nextNode()) {
    // What says its own language is somebody's words, such as a Notification's.
    const holder = node instanceof Element ? node : node.parentElement;
    if (holder?.closest("[lang]:not(html)")) continue;
    if (node instanceof Text) said.push(node.data);
    else if (node instanceof Element) {
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-roledescription"]) {
        said.push(node.getAttribute(name) ?? "");
      }
    }
  }
  return said.map((text) => text.trim()).filter((text) => text !== "");
}

story("in German nothing is English, in no view", { agents: ["Anna"] }, async (world) => {
  const anna = await world.desk("Anna", { words: de });
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await everyView(world, anna, async (view) => {
    const english = (await anna.page.evaluate(everythingSaid)).filter((text) =>
      // The languages in Settings are each named in themselves.
      text === "English" ? false : (text.match(/\p{L}+/gu) ?? []).some((word) => ENGLISH.has(word.toLowerCase())),
    );
    expect.soft([...new Set(english)], `English words in ${view}`).toEqual([]);
  });
});

story("the language can be chosen, against the system's, and is kept", { agents: ["Anna"] }, async (world) => {
  const anna = await world.desk("Anna");
  await anna.show("settings");
  await anna.page.getByRole("radio", { name: "Deutsch" }).check();
  await anna.page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  expect(await anna.page.evaluate(() => document.documentElement.lang)).toBe("de");
  await anna.page.reload();
  await anna.page.getByRole("navigation", { name: de.rail }).waitFor();
  await anna.page.getByRole("button", { name: de.statusIs(de.notReady) }).waitFor();
});
