import { describe, expect, it } from "vitest";

import type { Contact } from "../bindings/Contact";
import type { Template } from "../bindings/Template";
import { filterTemplates, validateValue, fillIn, prefill, previewOf, extractValues } from "./template-form";

const template = (name: string, some: Partial<Template> = {}): Template => ({
  account: "shop",
  name,
  language: "en_US",
  category: "UTILITY",
  header: null,
  body: "Hello",
  footer: null,
  buttons: [],
  variables: [],
  unsendable: null,
  ...some,
});
const DELIVERY = template("delivery_date", {
  header: "For {{name}}",
  body: "Dear {{name}}, order {{order}} comes on {{1}}, {{order}}!",
  footer: "Oak & Sons",
  variables: [
    { place: "header", name: "name", example: null },
    { place: "body", name: "name", example: null },
    { place: "body", name: "order", example: null },
    { place: "body", name: "1", example: "Monday" },
  ],
});
const CARLA: Contact = {
  id: "c",
  name: "Carla Mendes",
  named: true,
  attributes: [{ key: "Order", value: "20 441" }],
  phones: [],
  emails: [],
  version: 1,
};

describe("notifications", () => {
  it("are found by words in any order, those that can be sent first", () => {
    const all = [
      template("a_picture", { unsendable: "media_header", body: "Your desk" }),
      template("your_desk_is_ready"),
      template("invoice"),
    ];
    expect(filterTemplates(all, { words: "DESK your", category: null, language: null }).map((one) => one.name)).toEqual(
      ["your_desk_is_ready", "a_picture"],
    );
    expect(filterTemplates(all, { words: "", category: "MARKETING", language: null })).toEqual([]);
  });

  it("are filled in automatically where a name is known, and nowhere else", () => {
    expect(prefill(DELIVERY, CARLA)).toEqual(["Carla Mendes", "Carla Mendes", "20 441", ""]);
    expect(
      prefill(template("t", { variables: [{ place: "body", name: "first_name", example: null }] }), CARLA),
    ).toEqual(["Carla"]);
    expect(prefill(DELIVERY, null)).toEqual(["", "", "", ""]);
  });

  it("are previewed as the contact will read them; missing values keep their placeholder", () => {
    const values = ["A", "B", "20 441", ""];
    expect(fillIn(DELIVERY, DELIVERY.body, "body", values)).toBe("Dear B, order 20 441 comes on {{1}}, 20 441!");
    expect(previewOf(DELIVERY, ["A", "B", "C", "D"])).toBe("For A\nDear B, order C comes on D, C!\nOak & Sons");
  });

  it("do not treat braces in a value as a variable", () => {
    expect(fillIn(DELIVERY, "{{name}} {{order}}", "body", ["", "{{order}}", "7", ""])).toBe("{{order}} 7");
  });

  it("report values that the provider does not accept", () => {
    expect([
      validateValue(" "),
      validateValue("two\nlines"),
      validateValue("x".repeat(1025)),
      validateValue("x".repeat(1024)),
    ]).toEqual(["empty", "lines", "long", null]);
  });
});

it("the values are recovered from the sent text, and from no other text", () => {
  const values = ["Carla", "Carla Rodríguez", "(20 441)", "Friday"];
  const sent = {
    header: fillIn(DELIVERY, DELIVERY.header ?? "", "header", values),
    body: fillIn(DELIVERY, DELIVERY.body, "body", values),
  };
  expect(extractValues(DELIVERY, sent)).toEqual(values);
  expect(extractValues(DELIVERY, { ...sent, body: "Dear Carla, something else" })).toBeNull();
  expect(extractValues(template("plain"), { header: null, body: "Hello" })).toEqual([]);
});

it("recovering values from a long text is fast, also where it does not match", () => {
  const names = Array.from({ length: 10 }, (_, number) => `v${number}`);
  const many = template("many", {
    body: `${names.map((name) => `{{${name}}}`).join(" a ")}!`,
    variables: names.map((name) => ({ place: "body" as const, name, example: null })),
  });
  const long = " a ".repeat(334);
  expect(extractValues(many, { header: null, body: long })).toBeNull();
  // What can be told in several ways is told so that what comes first is short.
  expect(extractValues(many, { header: null, body: `${long}!` })).toEqual([
    ...names.slice(1).map(() => ""),
    " a ".repeat(325),
  ]);
});
