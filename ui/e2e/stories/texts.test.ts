import { expect } from "vitest";

import { see, until } from "../support/wait";
import { story } from "../support/testbed";

const MARKUP = `<b>bold</b> **stars** _lines_ \`code\` [link](https://evil.example/) <a href="https://evil.example/">click</a>`;
const SCRIPTS = [
  `<script>window.harmed = true</script>`,
  `<img src=x onerror="window.harmed = true">`,
  `"><svg onload="window.harmed = true">`,
  `{{constructor.constructor('window.harmed = true')()}} \${window.harmed = true}`,
  `javascript:window.harmed=true`,
];
const RIGHT_TO_LEFT = "شكرا! هل الطلب رقم 42 جاهز؟ (Bell & Sons)";
const EMOJI = "👨‍👩‍👧‍👦 🏳️‍🌈 🇨🇭 👍🏽";
const SPACES = "first line\n\n    indented\tand tabbed\nlast line";
const LONG = `${"Four thousand characters need some patience. ".repeat(90).slice(0, 3990)} the end.`;

story("markup and scripts in a customer's message are shown as text", { agents: ["Anna"] }, async (testbed) => {
  const name = `Carla <i>M</i> & "Söhne"`;
  const carla = testbed.customer(name);
  const anna = await testbed.agent("Anna");
  await anna.becomesReady();
  await carla.writes(SCRIPTS[1] ?? "");
  await anna.accepts(name);

  const all = [MARKUP, ...SCRIPTS, RIGHT_TO_LEFT, EMOJI, LONG, SPACES];
  for (const text of all) await carla.writes(text);
  const log = anna.log;
  await log.hover();
  // Each is in the transcript exactly as it was written.
  await until("the last one is here", async () => (await anna.log.innerText()).includes("last line"));
  for (const text of all) {
    await until(`“${text.slice(0, 40)}” is shown letter by letter`, async () => {
      const shown = await log.locator("article .text").evaluateAll((lines) => lines.map((line) => line.textContent));
      if (shown.includes(text)) return true;
      // Only lines in view are in the document: scroll up.
      const top = await log.evaluate((it) => it.scrollTop < 10);
      await anna.page.mouse.wheel(0, top ? 100_000 : -300);
      return false;
    });
  }
  expect(await log.locator("article .text").locator("*").count(), "elements made from a customer's text").toBe(0);
  expect(await anna.page.locator("a, img, script:not([src])").count(), "elements that are not the page's own").toBe(0);
  expect(
    await anna.page.evaluate(() => (window as { harmed?: boolean }).harmed),
    "a script of the customer",
  ).toBeUndefined();

  // Also in the list, the header and the search.
  await see(anna.page.getByRole("heading", { level: 2, name, exact: true }));
  await anna.show("search");
  await anna.page.getByRole("searchbox").fill("onerror");
  await see(anna.page.locator("mark").filter({ hasText: "onerror" }).first());
  expect(await anna.page.locator("img").count()).toBe(0);
  expect(await anna.page.evaluate(() => (window as { harmed?: boolean }).harmed)).toBeUndefined();
});

story("right-to-left text has its direction and does not affect the page", { agents: ["Anna"] }, async (testbed) => {
  const maryam = testbed.customer("مريم حداد");
  const anna = await testbed.agent("Anna");
  await anna.becomesReady();
  await maryam.writes(RIGHT_TO_LEFT);
  await anna.accepts(maryam.name);
  await anna.reads(RIGHT_TO_LEFT);
  const text = anna.line(RIGHT_TO_LEFT).locator(".text");
  expect(await text.evaluate((it) => getComputedStyle(it).direction)).toBe("rtl");
  expect(await anna.page.evaluate(() => getComputedStyle(document.body).direction)).toBe("ltr");
  // The composer takes its direction from the first letter.
  await anna.composer(maryam.name).fill("نعم");
  expect(await anna.composer(maryam.name).evaluate((it) => getComputedStyle(it).direction)).toBe("rtl");
  await anna.composer(maryam.name).press("Enter");
  await maryam.waitsFor("نعم");
});

story(
  "messages arrive unchanged, and one that is too long is not sent",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const carla = testbed.customer("Carla");
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Please tell me everything.");
    await anna.opens("Carla");
    for (const text of [EMOJI, SPACES, MARKUP]) {
      await anna.writes("Carla", text);
      await carla.waitsFor(text);
    }
    const box = anna.composer("Carla");
    await box.fill("x".repeat(4097));
    await see(anna.page.getByText("1 character too long: WhatsApp allows 4,096 at most."));
    await box.press("Enter");
    expect(await box.inputValue(), "the text stays in the composer").toHaveLength(4097);
    await box.press("Backspace");
    await see(anna.page.getByText("0 characters left"));
    await box.press("Enter");
    await carla.waitsFor("x".repeat(4096));
    // White space alone is not sent.
    await box.fill("   \n ");
    await box.press("Enter");
    await anna.writes("Carla", "That was all.");
    await carla.waitsFor("That was all.");
    expect((await carla.got()).map((text) => text.slice(0, 5))).toEqual(
      [EMOJI, SPACES, MARKUP, "x".repeat(9), "That was all."].map((text) => text.slice(0, 5)),
    );
  },
);

story(
  "a draft survives leaving the conversation, the page and the app",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await carla.writes("Hello");
    await deniz.writes("Good evening");
    await anna.opens("Carla");
    await anna.composer("Carla").fill("Dear Carla, I have");
    await anna.opens("Deniz");
    await see(anna.entry("Carla").getByText("Draft:"));
    await anna.opens("Carla");
    expect(await anna.composer("Carla").inputValue()).toBe("Dear Carla, I have");
    await anna.page.reload();
    await anna.opens("Carla");
    expect(await anna.composer("Carla").inputValue()).toBe("Dear Carla, I have");
    await anna.stop();
    await anna.start();
    await anna.opens("Carla");
    expect(await anna.composer("Carla").inputValue()).toBe("Dear Carla, I have");
    expect(await carla.got()).toEqual([]);
  },
);

story(
  "a conversation opens at its end, with the last message in view",
  { agents: ["Anna"], automaticAnswer: true },
  async (testbed) => {
    const [carla, deniz] = [testbed.customer("Carla"), testbed.customer("Deniz")];
    const anna = await testbed.agent("Anna");
    await anna.becomesReady();
    await deniz.writes("Good evening");
    const lines = Array.from(
      { length: 24 },
      (_, at) => `Line ${at + 1}${at % 3 === 0 ? `: ${"word ".repeat(40).trim()}` : ""}`,
    );
    for (const line of lines) await carla.writes(line);
    // Opened sooner, it would follow its end while it grows.
    await see(anna.entry("Carla").getByText(lines.at(-1) ?? ""));
    await anna.opens("Carla");
    // It opens at the first unread message.
    await anna.reads(lines[0] ?? "");
    await anna.writes("Carla", "Thank you.");
    await anna.opens("Deniz");
    await anna.opens("Carla");
    const last = anna.line("Thank you.");
    await until("the last message is completely in view", async () => {
      if ((await last.count()) === 0) return false;
      const [line, log] = [await last.boundingBox(), await anna.log.boundingBox()];
      return line !== null && log !== null && line.y + line.height <= log.y + log.height && line.y >= log.y;
    });
  },
);
