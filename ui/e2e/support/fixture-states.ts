/**
 * The page with its scripted engine instead of a hub: for states into which no hub is brought at will. Places are
 * found by their marks and not by their words, because they are looked at in both languages.
 */
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";
import { build, preview, type PreviewServer } from "vite";

import { openBrowser } from "./browser";
import type { Look } from "./agent-page";
import { see, until } from "./wait";
import { en } from "./words";

const UI = fileURLToPath(new URL("../..", import.meta.url));
const BUILT = { root: UI, mode: "fixture", logLevel: "error", build: { outDir: "dist-fixture" } } as const;

/** So many states make one story. */
const TOGETHER = 11;

/** The states in parts that are looked at at one go, each with its name. */
export function inParts(): { name: string; states: readonly State[] }[] {
  const first = STATES.filter((_, at) => at % TOGETHER === 0);
  return first.map((state, part) => ({
    name: `from ${state.view} on`,
    states: STATES.slice(part * TOGETHER, (part + 1) * TOGETHER),
  }));
}

/** Builds the page and serves it on loopback. */
export async function servesScripted(): Promise<PreviewServer> {
  await build(BUILT);
  return preview({ ...BUILT, preview: { host: "127.0.0.1", port: 0 } });
}

/** Shows scripted states and calls `look` with the page and its name. */
export async function everyState(
  states: readonly State[],
  server: PreviewServer,
  { words = en, theme = "light", size = { width: 1280, height: 800 } }: Look,
  look: (page: Page, view: string) => Promise<void>,
): Promise<void> {
  const browser = await openBrowser();
  const context = await browser.newContext({
    locale: words.locale,
    colorScheme: theme,
    reducedMotion: "reduce",
    viewport: size,
  });
  const at = server.resolvedUrls?.local[0] ?? "";
  for (const state of states) {
    const page = await context.newPage();
    const mistakes: string[] = [];
    page.on("pageerror", (error) => mistakes.push(String(error)));
    await page.goto(`${at}?scene=${state.scene}&practice=no`);
    const stands = (): boolean =>
      document.querySelector("main") !== null && document.querySelector("main .loading") === null;
    await until(`the scene of ${state.view} stands`, () => page.evaluate(stands));
    await state.brings?.(page);
    await look(page, state.view);
    if (mistakes.length > 0) throw new Error(`${state.view}: ${mistakes.join("; ")}`);
    await page.close();
  }
  await context.close();
}

export interface State {
  readonly view: string;
  readonly scene: string;
  readonly brings?: (page: Page) => Promise<unknown>;
}

const entry = (page: Page, name: string): Promise<void> =>
  page.locator("[data-pane=list] [data-item]").filter({ hasText: name }).first().click();
const key = (page: Page, chord: string): Promise<void> => page.keyboard.press(chord);
const panel = (page: Page, within: string): ReturnType<Page["locator"]> => page.locator(`#side-panel ${within}`);

/** Opens somebody's conversation, and then does more. */
function talking(name: string, ...then: readonly ((page: Page) => Promise<unknown>)[]) {
  return async (page: Page): Promise<void> => {
    await entry(page, name);
    await see(page.locator("[data-pane=transcript] article").last());
    for (const step of then) await step(page);
  };
}

const presses = (chord: string) => (page: Page) => key(page, chord);
const types = (words: string) => (page: Page) => page.keyboard.type(words);
const dialog = (page: Page): Promise<unknown> => see(page.locator("[role=dialog], [role=alertdialog]").last());
const contactTab = async (page: Page): Promise<void> => {
  await key(page, "Alt+p");
  await see(panel(page, "button:has(.lucide-pencil)"));
};
/** What the menu beside the first number offers, by its sign. */
const ofNumber = (sign: string) => async (page: Page) => {
  await panel(page, "li.number button:has(.lucide-ellipsis-vertical)").first().click();
  await page.locator(`[role=menuitem]:has(.${sign})`).click();
  await dialog(page);
};
const elsewhere = (at: number) => async (page: Page) => {
  await page.locator("[data-pane=rail] .entries button").nth(at).click();
};
const fillsIn = async (page: Page): Promise<void> => {
  await key(page, "Alt+n");
  await see(panel(page, "[data-item]").first());
  await panel(page, "[data-item]:not([aria-disabled=true])").nth(1).click();
  await see(panel(page, "form"));
};

export const STATES: readonly State[] = [
  { view: "first-run", scene: "first" },
  { view: "missed", scene: "missed" },
  { view: "key-locked", scene: "key" },
  { view: "connecting", scene: "connecting" },
  { view: "rings", scene: "busy" },
  { view: "case", scene: "busy", brings: talking("Carla", (page) => panel(page, ".more").click()) },
  { view: "dispositions", scene: "busy", brings: talking("Carla", (page) => panel(page, "[role=combobox]").click()) },
  {
    view: "disposition-search",
    scene: "busy",
    brings: talking(
      "Carla",
      (page) => panel(page, "[role=combobox]").click(),
      types("l"),
      (page) => see(panel(page, "[role=option]").first()),
    ),
  },
  {
    view: "disposition-none",
    scene: "busy",
    brings: talking("Carla", (page) => panel(page, "[role=combobox]").click(), types("xyzzy")),
  },
  {
    view: "disposition-missing",
    scene: "busy",
    brings: talking(
      "Deniz",
      presses("Alt+c"),
      (page) => see(page.locator(".undo")),
      presses("Alt+c"),
      (page) => see(panel(page, "[role=listbox]")),
    ),
  },
  { view: "quote", scene: "busy", brings: talking("Deniz") },
  { view: "right-to-left", scene: "busy", brings: talking("نورة") },
  { view: "emoji", scene: "busy", brings: talking("Carla", presses("Alt+e"), dialog) },
  { view: "emoji-none", scene: "busy", brings: talking("Carla", presses("Alt+e"), dialog, types("xyzzy")) },
  {
    view: "too-long",
    scene: "busy",
    brings: talking(
      "Carla",
      (page) => page.locator("[data-pane=composer] textarea").fill("We looked at every part of it. ".repeat(180)),
      (page) => page.locator("[data-pane=composer] textarea").press("Enter"),
      dialog,
    ),
  },
  { view: "undo-end", scene: "busy", brings: talking("Carla", presses("Alt+c"), (page) => see(page.locator(".undo"))) },
  {
    view: "templates",
    scene: "busy",
    brings: talking("Carla", presses("Alt+n"), (page) => see(panel(page, "[data-item]").first())),
  },
  { view: "fill-in", scene: "busy", brings: talking("Carla", fillsIn) },
  {
    view: "fill-in-faults",
    scene: "busy",
    brings: talking("Carla", fillsIn, (page) => panel(page, "form button[type=submit]").click()),
  },
  { view: "validate", scene: "busy", brings: talking("Carla", contactTab, ofNumber("lucide-badge-check")) },
  { view: "connect", scene: "busy", brings: talking("Carla", contactTab, ofNumber("lucide-link")) },
  {
    view: "number",
    scene: "busy",
    brings: talking(
      "Carla",
      contactTab,
      (page) => panel(page, "section button:has(.lucide-plus)").first().click(),
      dialog,
    ),
  },
  {
    view: "edit-contact",
    scene: "busy",
    brings: talking(
      "Carla",
      contactTab,
      (page) => panel(page, "button:has(.lucide-pencil)").click(),
      (page) => see(panel(page, "form")),
    ),
  },
  {
    view: "conflict",
    scene: "company",
    brings: talking(
      "Carla",
      contactTab,
      (page) => panel(page, "button:has(.lucide-pencil)").click(),
      (page) => panel(page, "[data-rows=attributes] input").first().fill("Barcelona"),
      (page) => panel(page, "form button[type=submit]").click(),
      dialog,
    ),
  },
  {
    view: "join",
    scene: "busy",
    brings: async (page) => {
      await elsewhere(1)(page);
      await page.locator("[data-pane=list] input").fill("Paulo S");
      await entry(page, "Paulo S");
      await panel(page, ".likeness button").nth(1).click();
      await dialog(page);
    },
  },
  { view: "company", scene: "company", brings: talking("Carla", (page) => see(page.locator(".company *").first())) },
  { view: "windows-close", scene: "closing", brings: talking("Carla") },
  { view: "window-shut", scene: "closing", brings: talking("نورة") },
  { view: "account-sick", scene: "sick" },
  { view: "alerts", scene: "alerts" },
  { view: "stranded", scene: "stranded" },
  { view: "clock", scene: "clock" },
  { view: "signed-out", scene: "refused", brings: talking("Carla") },
  { view: "other-hub", scene: "other-hub", brings: talking("Carla") },
  { view: "quit", scene: "quit", brings: dialog },
  { view: "held", scene: "offline", brings: talking("Carla") },
  {
    view: "offline-search",
    scene: "offline",
    brings: async (page) => {
      await elsewhere(3)(page);
      await page.locator("[data-pane=list] input").fill("desk");
      await see(page.locator("mark").first());
    },
  },
  { view: "offline-conversations", scene: "offline", brings: elsewhere(2) },
  {
    view: "offline-settings",
    scene: "offline",
    brings: (page) => page.locator("[data-pane=rail] .entries.last button").last().click(),
  },
  { view: "offline-work", scene: "away" },
  { view: "many", scene: "many", brings: talking("Maximiliane") },
  { view: "long", scene: "long", brings: talking("Carla") },
];
