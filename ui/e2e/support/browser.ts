/** One Chromium for all pages of a test file. */
import { chromium, type Browser } from "playwright-core";

import { programs } from "./programs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Promise<Browser> | null = null;

export function openBrowser(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: programs().chromium, args: FLAGS });
  return browser;
}

export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = null;
  await (await open)?.close();
}
