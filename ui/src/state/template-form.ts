/** Filtering the templates of an account, and filling one in. Pure. */
import type { Contact } from "../bindings/Contact";
import type { Template } from "../bindings/Template";
import { fold } from "./dispositions";

/** The templates that contain all the words, of this category and language if given; those that can be sent first. */
export function filterTemplates(
  templates: readonly Template[],
  { words, category, language }: { words: string; category: string | null; language: string | null },
): Template[] {
  const wanted = fold(words)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return templates
    .filter(
      (one) => (category === null || one.category === category) && (language === null || one.language === language),
    )
    .filter((one) => {
      const text = fold(
        [one.name.replaceAll("_", " "), one.name, one.header ?? "", one.body, one.footer ?? ""].join(" "),
      );
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (one, other) =>
        Number(one.unsendable !== null) - Number(other.unsendable !== null) ||
        (one.name < other.name ? -1 : Number(one.name > other.name)),
    );
}

/** Values for the variables, from the contact's fields with the same names. */
export function prefill(template: Template, contact: Contact | null): string[] {
  return template.variables.map(({ name }) => (contact === null ? "" : (fieldOf(contact, name) ?? "")));
}

const NAMES = new Set([
  "name",
  "full_name",
  "fullname",
  "customer",
  "customer_name",
  "contact_name",
  "client_name",
  "kunde",
  "kundenname",
]);
const FIRST_NAMES = new Set(["first_name", "firstname", "vorname"]);

function fieldOf(contact: Contact, variable: string): string | undefined {
  const key = normalize(variable);
  const attribute = contact.attributes.find((one) => normalize(one.key) === key);
  if (attribute) return attribute.value;
  if (NAMES.has(key)) return contact.name;
  if (FIRST_NAMES.has(key)) return contact.name.split(/\s+/u)[0];
  if (key === "phone" || key === "telefon") return contact.phones[0];
  return key === "email" || key === "mail" ? contact.emails[0] : undefined;
}

function normalize(name: string): string {
  return fold(name).replace(/[\s.-]+/gu, "_");
}

/** A part of a template's text: literal text, or a variable by its index. */
export type TemplatePart = { readonly text: string } | { readonly variable: number };

/** The parts of a template's header or body. One name in both is two variables. */
export function templateParts(template: Template, text: string, place: "header" | "body"): TemplatePart[] {
  const result: TemplatePart[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/gu)) {
    const variable = template.variables.findIndex((one) => one.place === place && one.name === match[1]);
    if (variable < 0) continue;
    if (match.index > at) result.push({ text: text.slice(at, match.index) });
    result.push({ variable });
    at = match.index + match[0].length;
  }
  if (at < text.length) result.push({ text: text.slice(at) });
  return result;
}

/** A text with these values; a variable without one keeps its placeholder. */
export function fillIn(template: Template, text: string, place: "header" | "body", values: readonly string[]): string {
  return templateParts(template, text, place)
    .map((part) =>
      "text" in part
        ? part.text
        : values[part.variable]?.trim() || `{{${template.variables[part.variable]?.name ?? ""}}}`,
    )
    .join("");
}

/** The whole text of a Notification. */
export function previewOf(template: Template, values: readonly string[]): string {
  const header = template.header === null ? null : fillIn(template, template.header, "header", values);
  return [header, fillIn(template, template.body, "body", values), template.footer]
    .filter((line) => line !== null)
    .join("\n");
}

/** The values that were filled into a sent Notification; null if its text does not match the template. */
export function extractValues(
  template: Template,
  sent: { readonly header: string | null; readonly body: string },
): string[] | null {
  const values = template.variables.map(() => "");
  for (const place of ["header", "body"] as const) {
    const parts = templateParts(template, template[place] ?? "", place);
    const line = sent[place] ?? "";
    let at = 0;
    /** The variable whose value starts at `at`. */
    let open: number | null = null;
    for (const part of parts) {
      if ("variable" in part) {
        // Two variables in a row: the second one gets the text.
        if (open !== null) values[open] = "";
        open = part.variable;
        continue;
      }
      const { text } = part;
      const ends = part === parts.at(-1);
      const next = open === null ? at : ends ? line.length - text.length : line.indexOf(text, at);
      if (next < at || !line.startsWith(text, next)) return null;
      if (open !== null) values[open] = line.slice(at, next);
      open = null;
      at = next + text.length;
    }
    if (open !== null) values[open] = line.slice(at);
    else if (at !== line.length) return null;
  }
  return values;
}

/** The longest value that the provider accepts, in characters. */
export const MAX_VALUE_LENGTH = 1024;

/** Why a value cannot be sent; null if it can. */
export function validateValue(value: string): "empty" | "lines" | "long" | null {
  if (value.trim() === "") return "empty";
  if (/[\n\r\t]/u.test(value)) return "lines";
  return Array.from(value).length > MAX_VALUE_LENGTH ? "long" : null;
}
