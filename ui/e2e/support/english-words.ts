/** Finds English words where German ones should stand. */
import type { Page } from "playwright-core";

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

/** Everything on the screen, and everything that a screen reader says of it, but for what stands in `theirs`. */
function everythingSaid(theirs: string): string[] {
  const said = [document.title];
  const seen = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = seen.nextNode(); node; node = seen.nextNode()) {
    // What says its own language is somebody's words, such as a Notification's.
    const holder = node instanceof Element ? node : node.parentElement;
    if (holder?.closest(theirs)) continue;
    if (node instanceof Text) said.push(node.data);
    else if (node instanceof Element) {
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-roledescription"]) {
        said.push(node.getAttribute(name) ?? "");
      }
    }
  }
  return said.map((text) => text.trim()).filter((text) => text !== "");
}

/**
 * What is English on the page. Beside what says its own language, `places` hold somebody else's words, and `words` are
 * theirs wherever they stand.
 */
export async function englishIn(
  page: Page,
  places: readonly string[] = [],
  words: readonly string[] = [],
): Promise<string[]> {
  const everything = await page.evaluate(everythingSaid, ["[lang]:not(html)", ...places].join());
  const said = everything.map((text) => words.reduce((rest, theirs) => rest.replaceAll(theirs, ""), text));
  // The languages in Settings are each named in themselves.
  const english = said.filter(
    (text) => text !== "English" && (text.match(/\p{L}+/gu) ?? []).some((word) => ENGLISH.has(word.toLowerCase())),
  );
  return [...new Set(english)];
}
