import { expect } from "vitest";

import { until } from "../support/wait";
import { story } from "../support/testbed";

// Every story checks at its end that no page violated the policy, threw or requested another host. This one proves
// that such problems are recorded.
story(
  "the page's content policy forbids inline code and other hosts, and violations are recorded",
  { agents: ["Anna"] },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page, monitor } = anna;
    const policy = (await page.reload())?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("default-src");
    expect(policy, "inline scripts").not.toMatch(/script-src[^;]*unsafe-inline/u);
    expect(policy, "scripts from strings").not.toMatch(/unsafe-eval/u);
    expect(policy, "inline styles").not.toMatch(/style-src[^;]*unsafe-inline/u);

    const noticed = (what: string, sign: RegExp): Promise<unknown> =>
      until(what, () => monitor.problems.some((mistake) => sign.test(mistake)));
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
    await noticed("a request to another host is reported", /elsewhere\.example/u);
    await page.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("a mistake of the page");
        }),
    );
    await noticed("an error is reported", /a mistake of the page/u);
    monitor.problems.length = 0;
  },
);

story("the one-time address works once, and without it there is no access", { agents: ["Anna"] }, async (testbed) => {
  const anna = await testbed.agent("Anna");
  const { origin } = new URL(anna.page.url());
  expect(new URL(anna.page.url()).pathname, "the secret is not in the address bar").toBe("/");
  for (const path of ["/", "/index.html", "/open/0000", "/engine"]) {
    const response = await fetch(origin + path);
    expect(response.status, path).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain("<script");
  }
  expect(await anna.page.evaluate(() => document.cookie), "scripts cannot read the cookie").toBe("");
});
