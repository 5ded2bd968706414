import { expect } from "vitest";

import { until } from "../support/wait";
import { story } from "../support/testbed";

// That no page of any story breaks the policy, throws, or asks elsewhere is checked at the end of each story. This
// is the proof that it would be noticed.
story("the page's policy forbids what it should, and the stories notice", { agents: ["Anna"] }, async (world) => {
  const anna = await world.desk("Anna");
  const { page, watch } = anna;
  const policy = (await page.reload())?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src");
  expect(policy, "inline scripts").not.toMatch(/script-src[^;]*unsafe-inline/u);
  expect(policy, "scripts made of text").not.toMatch(/unsafe-eval/u);
  expect(policy, "inline styles").not.toMatch(/style-src[^;]*unsafe-inline/u);

  const noticed = (what: string, sign: RegExp): Promise<unknown> =>
    until(what, () => watch.mistakes.some((mistake) => sign.test(mistake)));
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.harmed = true";
    document.body.append(script);
  });
  await noticed("an inline script is reported", /Content Security Policy.*script|script.*Content Security Policy/iu);
  expect(await page.evaluate(() => (window as { harmed?: boolean }).harmed)).toBeUndefined();
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<p style="color: red">red</p>`);
  });
  await noticed("an inline style is reported", /Content Security Policy.*style|style.*Content Security Policy/iu);
  await page.evaluate(() => void fetch("https://elsewhere.example/").catch(() => undefined));
  await noticed("asking elsewhere is reported", /elsewhere\.example/u);
  await page.evaluate(
    () =>
      void setTimeout(() => {
        throw new Error("a mistake of the page");
      }),
  );
  await noticed("an error is reported", /a mistake of the page/u);
  watch.mistakes.length = 0;
});

story("the one-time address works once, and nobody enters without", { agents: ["Anna"] }, async (world) => {
  const anna = await world.desk("Anna");
  const { origin } = new URL(anna.page.url());
  expect(new URL(anna.page.url()).pathname, "the secret is not in the address bar").toBe("/");
  for (const path of ["/", "/index.html", "/open/0000", "/engine"]) {
    const response = await fetch(origin + path);
    expect(response.status, path).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain("<script");
  }
  expect(await anna.page.evaluate(() => document.cookie), "scripts cannot read the cookie").toBe("");
});
