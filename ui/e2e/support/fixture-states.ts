/**
 * The fixture build of the page: states that a real hub reaches only with difficulty. Elements are found by selectors
 * and not by text, because each state is opened in both languages.
 */
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";
import { build, preview, type PreviewServer } from "vite";

import { openBrowser } from "./browser";
import type { PageOptions } from "./agent-page";
import { see, until } from "./wait";
import { en } from "./words";

const UI = fileURLToPath(new URL("../..", import.meta.url));
const BUILT = { root: UI, mode: "fixture", logLevel: "error", build: { outDir: "dist-fixture" } } as const;

/** How many states one test opens. */
const GROUP_SIZE = 11;

/** The states in groups, one for each test. */
export function stateGroups(): { name: string; states: readonly FixtureState[] }[] {
  const first = STATES.filter((_, at) => at % GROUP_SIZE === 0);
  return first.map((state, part) => ({
    name: `from ${state.view} on`,
    states: STATES.slice(part * GROUP_SIZE, (part + 1) * GROUP_SIZE),
  }));
}

/** Builds the fixture page and serves it on loopback. */
export async function serveFixture(): Promise<PreviewServer> {
  await build(BUILT);
  return preview({ ...BUILT, preview: { host: "127.0.0.1", port: 0 } });
}

/** Opens each state in a page of its own and calls `visit` with the page and the state's name. */
export async function visitStates(
  states: readonly FixtureState[],
  server: PreviewServer,
  { words = en, theme = "light", size = { width: 1280, height: 800 } }: PageOptions,
  visit: (page: Page, view: string) => Promise<void>,
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
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(`${at}?scene=${state.scene}&practice=no`);
    const isReady = (): boolean =>
      document.querySelector("main") !== null && document.querySelector("main .loading") === null;
    await until(`the scene of ${state.view} is loaded`, () => page.evaluate(isReady));
    await state.prepare?.(page);
    await visit(page, state.view);
    if (problems.length > 0) throw new Error(`${state.view}: ${problems.join("; ")}`);
    await page.close();
  }
  await context.close();
}

export interface FixtureState {
  readonly view: string;
  readonly scene: string;
  /** Takes the loaded scene to the state. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const entry = (page: Page, name: string): Promise<void> =>
  page.locator("[data-pane=list] [data-item]").filter({ hasText: name }).first().click();
const key = (page: Page, chord: string): Promise<void> => page.keyboard.press(chord);
const panel = (page: Page, within: string): ReturnType<Page["locator"]> => page.locator(`#side-panel ${within}`);

/** Opens a contact's conversation, then runs the steps. */
function openConversation(name: string, ...then: readonly ((page: Page) => Promise<unknown>)[]) {
  return async (page: Page): Promise<void> => {
    await entry(page, name);
    await see(page.locator("[data-pane=transcript] article").last());
    for (const step of then) await step(page);
  };
}

const press = (chord: string) => (page: Page) => key(page, chord);
const type = (words: string) => (page: Page) => page.keyboard.type(words);
const seeDialog = (page: Page): Promise<unknown> => see(page.locator("[role=dialog], [role=alertdialog]").last());
const contactTab = async (page: Page): Promise<void> => {
  await key(page, "Alt+p");
  await see(panel(page, "button:has(.lucide-pencil)"));
};
/** Chooses the item with this icon from the menu of the first number. */
const numberAction = (icon: string) => async (page: Page) => {
  await panel(page, "li.number button:has(.lucide-ellipsis-vertical)").first().click();
  await page.locator(`[role=menuitem]:has(.${icon})`).click();
  await seeDialog(page);
};
/** Opens the view at this place of the rail. */
const openView = (at: number) => async (page: Page) => {
  await page.locator("[data-pane=rail] .entries button").nth(at).click();
};
const openTemplateForm = async (page: Page): Promise<void> => {
  await key(page, "Alt+n");
  await see(panel(page, "[data-item]").first());
  await panel(page, "[data-item]:not([aria-disabled=true])").nth(1).click();
  await see(panel(page, "form"));
};

export const STATES: readonly FixtureState[] = [
  { view: "first-run", scene: "first" },
  { view: "missed", scene: "missed" },
  { view: "key-locked", scene: "key" },
  { view: "connecting", scene: "connecting" },
  { view: "rings", scene: "busy" },
  { view: "case", scene: "busy", prepare: openConversation("Carla", (page) => panel(page, ".more").click()) },
  {
    view: "dispositions",
    scene: "busy",
    prepare: openConversation("Carla", (page) => panel(page, "[role=combobox]").click()),
  },
  {
    view: "disposition-search",
    scene: "busy",
    prepare: openConversation(
      "Carla",
      (page) => panel(page, "[role=combobox]").click(),
      type("l"),
      (page) => see(panel(page, "[role=option]").first()),
    ),
  },
  {
    view: "disposition-none",
    scene: "busy",
    prepare: openConversation("Carla", (page) => panel(page, "[role=combobox]").click(), type("xyzzy")),
  },
  {
    view: "disposition-missing",
    scene: "busy",
    prepare: openConversation(
      "Deniz",
      press("Alt+c"),
      (page) => see(page.locator(".undo")),
      press("Alt+c"),
      (page) => see(panel(page, "[role=listbox]")),
    ),
  },
  { view: "quote", scene: "busy", prepare: openConversation("Deniz") },
  { view: "right-to-left", scene: "busy", prepare: openConversation("نورة") },
  { view: "emoji", scene: "busy", prepare: openConversation("Carla", press("Alt+e"), seeDialog) },
  { view: "emoji-none", scene: "busy", prepare: openConversation("Carla", press("Alt+e"), seeDialog, type("xyzzy")) },
  {
    view: "too-long",
    scene: "busy",
    prepare: openConversation(
      "Carla",
      (page) => page.locator("[data-pane=composer] textarea").fill("We looked at every part of it. ".repeat(180)),
      (page) => page.locator("[data-pane=composer] textarea").press("Enter"),
      seeDialog,
    ),
  },
  {
    view: "undo-end",
    scene: "busy",
    prepare: openConversation("Carla", press("Alt+c"), (page) => see(page.locator(".undo"))),
  },
  {
    view: "templates",
    scene: "busy",
    prepare: openConversation("Carla", press("Alt+n"), (page) => see(panel(page, "[data-item]").first())),
  },
  { view: "fill-in", scene: "busy", prepare: openConversation("Carla", openTemplateForm) },
  {
    view: "fill-in-faults",
    scene: "busy",
    prepare: openConversation("Carla", openTemplateForm, (page) => panel(page, "form button[type=submit]").click()),
  },
  {
    view: "validate",
    scene: "busy",
    prepare: openConversation("Carla", contactTab, numberAction("lucide-badge-check")),
  },
  { view: "connect", scene: "busy", prepare: openConversation("Carla", contactTab, numberAction("lucide-link")) },
  {
    view: "number",
    scene: "busy",
    prepare: openConversation(
      "Carla",
      contactTab,
      (page) => panel(page, "section button:has(.lucide-plus)").first().click(),
      seeDialog,
    ),
  },
  {
    view: "edit-contact",
    scene: "busy",
    prepare: openConversation(
      "Carla",
      contactTab,
      (page) => panel(page, "button:has(.lucide-pencil)").click(),
      (page) => see(panel(page, "form")),
    ),
  },
  {
    view: "conflict",
    scene: "colleagues",
    prepare: openConversation(
      "Carla",
      contactTab,
      (page) => panel(page, "button:has(.lucide-pencil)").click(),
      (page) => panel(page, "[data-rows=attributes] input").first().fill("Barcelona"),
      (page) => panel(page, "form button[type=submit]").click(),
      seeDialog,
    ),
  },
  {
    view: "join",
    scene: "busy",
    prepare: async (page) => {
      await openView(1)(page);
      await page.locator("[data-pane=list] input").fill("Paulo S");
      await entry(page, "Paulo S");
      await panel(page, ".proposal button").nth(1).click();
      await seeDialog(page);
    },
  },
  {
    view: "colleagues",
    scene: "colleagues",
    prepare: openConversation("Carla", (page) => see(page.locator(".company *").first())),
  },
  { view: "window-closes", scene: "closing", prepare: openConversation("Carla") },
  { view: "window-closed", scene: "closing", prepare: openConversation("نورة") },
  {
    view: "sms",
    scene: "sms",
    prepare: openConversation("Amara", (page) =>
      page.locator("[data-pane=composer] textarea").fill("We close at six. ".repeat(14)),
    ),
  },
  { view: "sms-opted-out", scene: "sms", prepare: openConversation("Viktor") },
  { view: "sms-contact", scene: "sms", prepare: openConversation("Amara", contactTab) },
  { view: "account-down", scene: "account-down" },
  { view: "alerts", scene: "alerts" },
  { view: "orphaned", scene: "orphaned" },
  { view: "clock", scene: "clock" },
  { view: "signed-out", scene: "refused", prepare: openConversation("Carla") },
  { view: "other-hub", scene: "other-hub", prepare: openConversation("Carla") },
  { view: "quit", scene: "quit", prepare: seeDialog },
  { view: "held", scene: "offline", prepare: openConversation("Carla") },
  {
    view: "offline-search",
    scene: "offline",
    prepare: async (page) => {
      await openView(3)(page);
      await page.locator("[data-pane=list] input").fill("desk");
      await see(page.locator("mark").first());
    },
  },
  { view: "offline-conversations", scene: "offline", prepare: openView(2) },
  {
    view: "offline-settings",
    scene: "offline",
    prepare: (page) => page.locator("[data-pane=rail] .entries.last button").last().click(),
  },
  { view: "offline-work", scene: "idle" },
  { view: "many", scene: "many", prepare: openConversation("Maximiliane") },
  { view: "long", scene: "long", prepare: openConversation("Carla") },
];
