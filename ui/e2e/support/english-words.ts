/** Finds English text on a page that should be German. */
import type { Page } from "playwright-core";

/** English words that are neither German words nor names. */
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

/** All visible text and accessible names of the page, except within elements that match `foreign`. */
function collectText(foreign: string): string[] {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // Elements with a language of their own hold customers' or templates' text.
    const holder = node instanceof Element ? node : node.parentElement;
    if (holder?.closest(foreign)) continue;
    if (node instanceof Text) texts.push(node.data);
    else if (node instanceof Element) {
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-roledescription"]) {
        texts.push(node.getAttribute(name) ?? "");
      }
    }
  }
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/**
 * The English texts on the page. Ignored are elements with a `lang` of their own, elements that match `places`, and the
 * texts in `words` anywhere.
 */
export async function findEnglish(
  page: Page,
  places: readonly string[] = [],
  words: readonly string[] = [],
): Promise<string[]> {
  const all = await page.evaluate(collectText, ["[lang]:not(html)", ...places].join());
  const texts = all.map((text) => words.reduce((rest, word) => rest.replaceAll(word, ""), text));
  // In Settings each language is named in itself.
  const english = texts.filter(
    (text) => text !== "English" && (text.match(/\p{L}+/gu) ?? []).some((word) => ENGLISH.has(word.toLowerCase())),
  );
  return [...new Set(english)];
}
