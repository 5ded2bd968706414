import { expect } from "vitest";

import { expectAccessibleInBothThemes } from "../support/axe";
import type { AgentPage } from "../support/agent-page";
import { OUR_NUMBER } from "../support/hub";
import { gone, see, until } from "../support/wait";
import { story } from "../support/testbed";

/** Countries whose numbers have two spellings. */
const TWO_WAYS = [
  { country: "Brazil", names: ["Bruna", "Bruna Alves"], numbers: ["+5511987654321", "+551187654321"] },
  { country: "Mexico", names: ["Marta", "Marta Ríos"], numbers: ["+5215512345678", "+525512345678"] },
  { country: "Argentina", names: ["Ariel", "Ariel Sosa"], numbers: ["+5491123456789", "+541123456789"] },
] as const;

async function makes(agent: AgentPage, name: string, number: string): Promise<void> {
  await agent.button(agent.words.newContact).click();
  const sheet = agent.page.getByRole("dialog", { name: "New contact" });
  await sheet.getByLabel("Name").fill(name);
  await sheet.getByLabel("Phone number").fill(number);
  await sheet.getByRole("button", { name: "Create" }).click();
  await gone(sheet);
  await agent.sees(name);
}

story(
  "two contacts with one number, in either spelling, are proposed as one person and joined on request",
  { agents: ["Anna"] },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    await anna.is("Not Ready");
    await anna.show("communication");
    for (const { names, numbers } of TWO_WAYS) {
      await makes(anna, names[0], numbers[0]);
      await makes(anna, names[1], numbers[1]);
      await anna.turnsTo("contact");
      const same = anna.panel.getByRole("note").filter({ hasText: `May be the same person as ${names[0]}` });
      await see(same.getByText(`${numbers[1]} here, ${numbers[0]} there`), "both spellings, neither rewritten");
    }

    // The dialog says that joining cannot be undone.
    const same = anna.panel.getByRole("note").filter({ hasText: "May be the same person as Ariel" });
    await expectAccessibleInBothThemes(anna, "a proposal to join two contacts");
    await same.getByRole("button", { name: "Show contact" }).click();
    await anna.sees("Ariel");
    await anna.panel.getByRole("note").getByRole("button", { name: "Join" }).click();
    const sheet = anna.page.getByRole("dialog", { name: "Join Ariel Sosa with Ariel?" });
    await see(sheet.getByText("All messages with Ariel Sosa will belong to Ariel. This cannot be undone."));
    await expectAccessibleInBothThemes(anna, "the dialog before joining");
    await sheet.getByRole("button", { name: "Join" }).click();
    await gone(sheet);
    await see(anna.panel.getByText("+541123456789", { exact: true }));
    await see(anna.panel.getByText("+5491123456789", { exact: true }));
    await gone(anna.panel.getByRole("note"), "the proposal");
    for (const [words, found] of [
      ["Ariel", "Ariel"],
      ["Bruna", "Bruna,Bruna Alves"],
    ] as const) {
      await anna.page.getByRole("searchbox", { name: anna.words.findContacts }).fill(words);
      await until(`${words} finds who there is`, async () => (await anna.listed()).sort().join() === found);
    }
  },
);

story(
  "an invalid number, our own number and a value that is too long are refused, and the input stays",
  { agents: ["Anna"] },
  async (testbed) => {
    const anna = await testbed.agent("Anna");
    const { page } = anna;
    await anna.is("Not Ready");
    await anna.show("communication");
    await makes(anna, "Elif", "+34 600 555 018");
    await anna.turnsTo("contact");
    await see(anna.panel.getByText("+34600555018", { exact: true }));

    await anna.button("Add a number").click();
    const sheet = page.getByRole("dialog", { name: "Add a number" });
    const field = sheet.getByLabel("Number, with the country code");
    const REFUSED = [
      ["", "Enter a number."],
      [
        "call me",
        "This is no phone number that can exist. Write it with its country, such as +49 170 1234567. Nothing was changed.",
      ],
      [
        "+49 1",
        "This is no phone number that can exist. Write it with its country, such as +49 170 1234567. Nothing was changed.",
      ],
      [OUR_NUMBER, "This number is one of our own; a contact cannot have it. Nothing was changed."],
    ] as const;
    for (const [number, sentence] of REFUSED) {
      await field.fill(number);
      await field.press("Enter");
      await see(sheet.getByRole("alert").getByText(sentence, { exact: true }), `“${number}” is refused`);
      expect(await field.inputValue(), "the input stays").toBe(number);
    }
    await expectAccessibleInBothThemes(anna, "a number that is refused");
    await page.keyboard.press("Escape");
    await gone(sheet);

    // An attribute of a million characters is refused and stays in the form.
    await anna.button("Edit").click();
    await anna.button("Add an attribute").click();
    await anna.panel.getByRole("textbox", { name: "Attribute", exact: true }).fill("Story of her life");
    const value = anna.panel.getByRole("textbox", { name: "Story of her life" });
    await value.evaluate((it: HTMLInputElement) => {
      // As pasted: browsers apply maxlength only to input by the user.
      it.focus();
      document.execCommand("insertText", false, "x".repeat(1_000_000));
    });
    await anna.button("Save").click();
    await see(
      anna.panel
        .getByRole("alert")
        .getByText("A value may have at most 2,000 characters. Nothing was saved; shorten it.", { exact: true }),
    );
    await expectAccessibleInBothThemes(anna, "an attribute that is too long");
    expect((await value.inputValue()).length, "nothing was cut off").toBe(1_000_000);
    await value.fill("Short");
    await anna.button("Save").click();
    await see(anna.panel.getByText("Short", { exact: true }));
    await see(anna.panel.getByText("+34600555018", { exact: true }));
  },
);
