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

story("what a customer writes is text, whatever it looks like", { agents: ["Anna"] }, async (world) => {
  const name = `Carla <i>M</i> & "Söhne"`;
  const carla = world.customer(name);
  const anna = await world.desk("Anna");
  await anna.becomesReady();
  await carla.writes(SCRIPTS[1] ?? "");
  await anna.accepts(name);

  const all = [MARKUP, ...SCRIPTS, RIGHT_TO_LEFT, EMOJI, LONG, SPACES];
  for (const text of all) await carla.writes(text);
  const log = anna.log;
  await log.hover();
  // Each is somewhere in the transcript exactly as it was written, letter by letter.
  await until("the last one is here", async () => (await anna.log.innerText()).includes("last line"));
  for (const text of all) {
    await until(`“${text.slice(0, 40)}” is shown letter by letter`, async () => {
      const shown = await log.locator("article .text").evaluateAll((lines) => lines.map((line) => line.textContent));
      if (shown.includes(text)) return true;
      // Only lines in view are in the document: look further up.
      const top = await log.evaluate((it) => it.scrollTop < 10);
      await anna.page.mouse.wheel(0, top ? 100_000 : -300);
      return false;
    });
  }
  expect(await log.locator("article .text").locator("*").count(), "elements made of a customer's text").toBe(0);
  expect(await anna.page.locator("a, img, script:not([src])").count(), "elements that nobody of us made").toBe(0);
  expect(
    await anna.page.evaluate(() => (window as { harmed?: boolean }).harmed),
    "a script of the customer",
  ).toBeUndefined();

  // In the list, in the header and in the search as well.
  await see(anna.page.getByRole("heading", { level: 2, name, exact: true }));
  await anna.show("search");
  await anna.page.getByRole("searchbox").fill("onerror");
  await see(anna.page.locator("mark").filter({ hasText: "onerror" }).first());
  expect(await anna.page.locator("img").count()).toBe(0);
  expect(await anna.page.evaluate(() => (window as { harmed?: boolean }).harmed)).toBeUndefined();
});

story(
  "a text from the right to the left reads so, and disturbs nothing around it",
  { agents: ["Anna"] },
  async (world) => {
    const maryam = world.customer("مريم حداد");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await maryam.writes(RIGHT_TO_LEFT);
    await anna.accepts(maryam.name);
    await anna.reads(RIGHT_TO_LEFT);
    const text = anna.line(RIGHT_TO_LEFT).locator(".text");
    expect(await text.evaluate((it) => getComputedStyle(it).direction)).toBe("rtl");
    expect(await anna.page.evaluate(() => getComputedStyle(document.body).direction)).toBe("ltr");
    // What Anna writes takes its direction from its own first letter.
    await anna.composer(maryam.name).fill("نعم");
    expect(await anna.composer(maryam.name).evaluate((it) => getComputedStyle(it).direction)).toBe("rtl");
    await anna.composer(maryam.name).press("Enter");
    await maryam.waitsFor("نعم");
  },
);

story(
  "what Anna writes arrives letter by letter, and too much is not sent",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const carla = world.customer("Carla");
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await carla.writes("Please tell me everything.");
    await anna.opens("Carla");
    for (const text of [EMOJI, SPACES, MARKUP]) {
      await anna.writes("Carla", text);
      await carla.waitsFor(text);
    }
    const box = anna.composer("Carla");
    await box.fill("x".repeat(4097));
    await see(anna.page.getByText("1 character too long: WhatsApp takes 4,096 at most."));
    await box.press("Enter");
    expect(await box.inputValue(), "what is too long stays in the box").toHaveLength(4097);
    await box.press("Backspace");
    await see(anna.page.getByText("0 characters left"));
    await box.press("Enter");
    await carla.waitsFor("x".repeat(4096));
    // An empty line is no message.
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
  "a half-written answer survives leaving the conversation, the page and the app",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
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
    await anna.end();
    await anna.start();
    await anna.opens("Carla");
    expect(await anna.composer("Carla").inputValue()).toBe("Dear Carla, I have");
    expect(await carla.got()).toEqual([]);
  },
);

story(
  "a conversation opens at its end, the last line whole",
  { agents: ["Anna"], automaticAnswer: true },
  async (world) => {
    const [carla, deniz] = [world.customer("Carla"), world.customer("Deniz")];
    const anna = await world.desk("Anna");
    await anna.becomesReady();
    await deniz.writes("Good evening");
    const lines = Array.from(
      { length: 24 },
      (_, at) => `Line ${at + 1}${at % 3 === 0 ? `: ${"word ".repeat(40).trim()}` : ""}`,
    );
    for (const line of lines) await carla.writes(line);
    // Whoever opens it sooner has all of it in view, and follows its end as it grows.
    await see(anna.entry("Carla").getByText(lines.at(-1) ?? ""));
    await anna.opens("Carla");
    // What is new is read from its first line on.
    await anna.reads(lines[0] ?? "");
    await anna.writes("Carla", "Thank you.");
    await anna.opens("Deniz");
    await anna.opens("Carla");
    const last = anna.line("Thank you.");
    await until("the last line is in view as a whole", async () => {
      if ((await last.count()) === 0) return false;
      const [line, log] = [await last.boundingBox(), await anna.log.boundingBox()];
      return line !== null && log !== null && line.y + line.height <= log.y + log.height && line.y >= log.y;
    });
  },
);
